"""kill -9 at random moments of syncs that fetch from an API, beside a twin of the source that is never disturbed."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from portal import sources
from portal.clock import utc_now
from portal.db import writing
from portal.jobs.child import command
from portal.jobs.remote import PRIVATE, inbox_of
from portal.models import Tenant
from portal.sources import NewSource
from portal.sync_runs import claim_next, claim_now, release
from portal.tenants import list_tenants
from tests.etl.connect.api import Api, running
from tests.jobs.desk import Desk

PAGE = 4
CHANGED = 5
PARCELS = """select string_agg(concat_ws(' ', tracking_id, shipment_status, cod_amount), '; ' order by tracking_id)
             from fact_shipment"""
STATES = ((20, "In transit"), (45, "Delivered"), (46, "Returned"))


@dataclass
class Courier:
    """Parcels by number: minute of the last change. Told four a page, newest change first, and each as a full object.

    `died_at` is the request, counted from 1, at which `kill` is called; 0 for none.
    """

    minutes: dict[int, int] = field(default_factory=lambda: {7000000 + number: number for number in range(10)})
    requests: int = 0
    dies_at: int = 0
    kill: threading.Event = field(default_factory=threading.Event)

    def answer(self, path: str, body: Any) -> Any:
        self.requests += 1
        if self.requests == self.dies_at:
            self.kill.set()
        if body is None:
            return {"data": self._parcel(int(path.rpartition("/")[2]))}
        newest = sorted(self.minutes, key=lambda number: -self.minutes[number])
        some = newest[(body["page"] - 1) * PAGE : body["page"] * PAGE]
        return {"data": {"deliveries": [self._parcel(number) for number in some], "count": len(newest)}}

    def change(self, dice: random.Random, now: int) -> None:
        """Three parcels move on, and two are new."""
        for place, number in enumerate(dice.sample(sorted(self.minutes), 3)):
            self.minutes[number] = now + place
        self.minutes |= {max(self.minutes) + 1: now + 3, max(self.minutes) + 2: now + 4}

    def _parcel(self, number: int) -> dict[str, Any]:
        day, minute = divmod(self.minutes[number], 1440)
        code, value = STATES[(number + minute) % 3]
        return {"trackingNumber": str(number), "cod": number % 100, "type": {"code": 10},
                "state": {"code": code, "value": value}, "createdAt": "2026-03-01T08:00:00.000Z",
                "updatedAt": f"2026-03-{2 + day:02d}T{minute // 60:02d}:{minute % 60:02d}:00.000Z"}  # fmt: skip


def add_courier(desk: Desk, api: Api) -> Desk:
    """The courier's API as the only source of a desk."""
    wanted = NewSource("Courier", "hvar", f"http://127.0.0.1:{api.port}/api", credentials="k", options={PRIVATE: "yes"})
    with writing(desk.sessions) as session:
        tenant = list_tenants(session)[0]
        session.get_one(Tenant, tenant.id).currency = "EGP"
        for name in [each.name for each in sources.list_sources(session, tenant)]:
            sources.remove_source(session, tenant, name)
        sources.add_source(session, tenant, wanted, desk.settings.secret_key, utc_now())
    return desk


@dataclass
class Rounds:
    """Syncs of `killed` that are killed and taken over, and the same syncs of `quiet`."""

    killed: Desk
    quiet: Desk
    courier: Courier
    dice: random.Random
    deaths: list[str] = field(default_factory=list)

    def run(self, rounds: int) -> None:
        """Change parcels; sync, killed at a random request or a random while after the last one; sync to the end."""
        length, requests = self._measured()
        for number in range(1, rounds + 1):
            self.courier.change(self.dice, number * 20)
            self._killed_once(self.dice.randint(1, requests + 3), requests, length)
            finish(self.killed)
            assert self.quiet.sync().status == "published"
            self.check()

    def check(self) -> None:
        """The same warehouse, the same inbox."""
        assert self.killed.ask(PARCELS) == self.quiet.ask(PARCELS)
        assert self.killed.ask("select count(*) from fact_shipment") == str(len(self.courier.minutes))
        assert inbox(self.killed) == inbox(self.quiet)

    def _measured(self) -> tuple[float, int]:
        """Seconds from the last request of the first sync to its end, and requests of one that brings what changed."""
        _, process = started(self.killed)
        asked, asked_at = 0, time.monotonic()
        while process.poll() is None:
            if self.courier.requests != asked:
                asked, asked_at = self.courier.requests, time.monotonic()
            time.sleep(0.002)
        length = time.monotonic() - asked_at
        self.quiet.sync()
        self.check()
        return length, 2 + CHANGED

    def _killed_once(self, request: int, requests: int, length: float) -> None:
        self.courier.requests, self.courier.dies_at = 0, min(request, max(requests - 2, 1))
        self.courier.kill.clear()
        claim, process = started(self.killed)
        while not self.courier.kill.wait(0.002) and process.poll() is None:
            pass
        time.sleep(self.dice.uniform(0, 0.02 if request < requests else length))
        process.send_signal(signal.SIGKILL)
        code = process.wait(60)
        place = f"request {request}" if request < requests else "after the last request"
        self.deaths += [place] if code == -signal.SIGKILL else []
        self.courier.dies_at = 0
        with writing(self.killed.sessions) as session:
            release(session, claim, utc_now())


def started(desk: Desk) -> Any:
    """(claim, process) of a sync, as the worker starts it."""
    with writing(desk.sessions) as session:
        claim = claim_now(session, desk.source, "kills", utc_now())
    return claim, subprocess.Popen(command(claim))


def finish(desk: Desk) -> None:
    """What a worker does next: it takes a killed sync over; one that had ended is none of its business."""
    with writing(desk.sessions) as session:
        claim = claim_next(session, "after", utc_now())
    if claim is not None:
        assert subprocess.run(command(claim), check=False, timeout=120).returncode == 0


def inbox(desk: Desk) -> dict[str, bytes]:
    """The payloads that a load would read."""
    folder = inbox_of(desk.settings, desk.source)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*.json"))
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


@contextmanager
def rounds_of(killed: Desk, quiet: Desk, seed: int) -> Iterator[Rounds]:
    """Rounds between two desks and a courier of their own."""
    courier = Courier()
    with running(courier.answer) as api:
        yield Rounds(add_courier(killed, api), add_courier(quiet, api), courier, random.Random(seed))

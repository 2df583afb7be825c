"""Many users at once against one server on loopback: each sends the same callback again and again and waits for it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from bench.measure import p95


@dataclass(frozen=True)
class Request:
    """One HTTP request as it goes over the wire."""

    host: str
    port: int
    head: bytes
    body: bytes

    @property
    def wire(self) -> bytes:
        return self.head + b"content-length: %d\r\n\r\n" % len(self.body) + self.body


@dataclass(frozen=True)
class Crowd:
    """What a crowd of `users` saw in `seconds`: interactions, p95 in ms, answers other than 200."""

    users: int
    seconds: float
    interactions: int
    p95_ms: float
    failures: int


def crowd(request: Request, users: int, seconds: float) -> Crowd:
    """Send `request` from `users` connections for `seconds`."""
    return asyncio.run(_crowd(request, users, seconds))


async def _crowd(request: Request, users: int, seconds: float) -> Crowd:
    until = time.perf_counter() + seconds
    start = time.perf_counter()
    seen = await asyncio.gather(*[_user(request, until) for _ in range(users)])
    took = [milliseconds for times, _ in seen for milliseconds in times]
    return Crowd(users, time.perf_counter() - start, len(took), p95(took), sum(failed for _, failed in seen))


async def _user(request: Request, until: float) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection(request.host, request.port)
    times: list[float] = []
    failed = 0
    while time.perf_counter() < until:
        start = time.perf_counter()
        writer.write(request.wire)
        status = await _answer(reader)
        times.append((time.perf_counter() - start) * 1000)
        failed += status != 200
    writer.close()
    return times, failed


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lines = head.split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if "content-length" in fields:
        await reader.readexactly(int(fields["content-length"]))
    elif fields.get("transfer-encoding") == "chunked":
        while (size := int((await reader.readline()).strip() or b"0", 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(lines[0].split()[1])

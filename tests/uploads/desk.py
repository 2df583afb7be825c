"""An installation in which files are uploaded, without a browser and, where it does not matter, without a worker."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from portal import uploads
from portal.clock import utc_now
from portal.config import Settings
from portal.db import writing
from portal.jobs.upload import Watch, command, watching
from portal.jobs.upload_load import UploadTask, ended
from portal.parts import Parts, open_parts
from portal.tenants import list_tenants
from portal.upload_tables import UploadFile
from portal.uploads import queue
from portal.uploads.model import Choice, Recognition, Upload
from portal.uploads.queue import UploadClaim, UploadEnding
from portal.viewer import TenantRef
from tests.etl.shop import HEADER, MAPPING
from tests.installation import settings_for

EMAIL = "admin@amber.example"
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "data" / "fixtures"
ROWS = ("1,2026-03-01,P,2,5,C1", "2,2026-03-02,P,1,1,C2")
"""Two rows worth 10 and 1."""
SHOP = Choice("table", MAPPING)


def csv(*rows: str) -> bytes:
    """A file of the small shop."""
    return ("\n".join([HEADER, *(rows or ROWS)]) + "\n").encode()


def zipped(**files: bytes) -> bytes:
    """A zip; names are given with _ for the dot of the suffix."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(".".join(name.rsplit("_", 1)), content)
    return packed.getvalue()


@dataclass
class Desk:
    """The installation in `home` and its two tenants."""

    home: Path

    def __post_init__(self) -> None:
        self.parts: Parts = open_parts(settings_for(self.home))
        with self.parts.sessions() as session:
            self.tenant, self.other = list_tenants(session)

    @property
    def settings(self) -> Settings:
        return self.parts.settings

    def with_limit(self, megabytes: int) -> Desk:
        self.parts = replace(self.parts, settings=replace(self.settings, upload_mb=megabytes))
        return self

    def send(self, content: bytes | Path, name: str = "orders.csv", tenant: TenantRef | None = None) -> Upload:
        data = content.read_bytes() if isinstance(content, Path) else content
        return uploads.receive(self.parts, tenant or self.tenant, EMAIL, name, io.BytesIO(data))

    def look(self, upload: Upload, source: str = "") -> Recognition:
        return uploads.recognise(self.parts, self.tenant, upload.id, source)

    def start(self, upload: Upload, choice: Choice = SHOP) -> UploadClaim:
        """Ask for the load and claim it, as a worker does."""
        uploads.start(self.parts, self.tenant, upload.id, choice, EMAIL)
        return self.claim()

    def claim(self) -> UploadClaim:
        with writing(self.parts.sessions) as session:
            claim = queue.claim_upload(session, "test", set(), utc_now())
        assert claim is not None
        return claim

    def run(self, claim: UploadClaim, watch: Watch | None = None) -> UploadEnding:
        """What the process of the claimed load does."""
        with self.parts.sessions() as session:
            row = session.get_one(UploadFile, claim.upload_id)
        watch = watch or Watch(self.settings, self.parts.sessions, claim)
        with watching(watch):
            ending = ended(UploadTask(self.settings, self.parts.sessions, self.tenant, row), watch)
        with writing(self.parts.sessions) as session:
            queue.finish_upload(session, claim, ending, utc_now())
        return ending

    def load(self, content: bytes | Path, name: str = "orders.csv", choice: Choice = SHOP) -> UploadEnding:
        return self.run(self.start(self.send(content, name), choice))

    def process(self, claim: UploadClaim) -> subprocess.Popen[bytes]:
        """The real process of a claimed load."""
        return subprocess.Popen(command(claim), stderr=subprocess.DEVNULL)

    def state(self, upload: Upload) -> str:
        return uploads.get(self.parts.sessions, self.tenant, upload.id).state

    def kept(self) -> list[str]:
        """Files below the tenant's quarantine and uploads, by their names."""
        home = self.parts.store.folder(self.tenant.id)
        return sorted(
            one.name for part in ("quarantine", "uploads") for one in (home / part).rglob("*") if one.is_file()
        )

    def ask(self, sql: str) -> str:
        """The only row of an answer of the served snapshot, its values side by side."""
        snapshot = self.parts.store.current(self.tenant.id)
        assert snapshot is not None
        with duckdb.connect(str(snapshot.path), read_only=True) as connection:
            return " ".join(str(value) for value in connection.execute(sql).fetchone() or ())

    def net(self) -> str:
        """Rows and net sales of the served snapshot: "3 rows 30.00"."""
        return self.ask("select count(*), 'rows', coalesce(sum(net_amount), 0)::decimal(18,2) from fact_order_line")

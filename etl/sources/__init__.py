"""The source systems Souk reads: name (what `portal load --source` takes) to its `Source`."""

from __future__ import annotations

from etl.source import Source
from etl.sources import bukmuk, easy_ecom, hvar, imiq, onesoko, table

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (imiq.SOURCE, easy_ecom.SOURCE, hvar.SOURCE, bukmuk.SOURCE, onesoko.SOURCE, table.SOURCE)
}

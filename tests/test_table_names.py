"""Every staging table has a name for people."""

from __future__ import annotations

from etl.staging import STAGING
from portal.table_names import TABLE_NAMES, table_name


def test_every_staging_table_has_a_name_of_its_own() -> None:
    assert set(TABLE_NAMES) - {"unused"} == set(STAGING)
    assert len(set(TABLE_NAMES.values())) == len(TABLE_NAMES)


def test_a_table_nobody_knows_is_written_out() -> None:
    assert table_name("gift_card") == "gift card"

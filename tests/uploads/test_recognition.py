"""What an upload is taken for: five systems by their signatures, then ready-made mappings, then a guess."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from etl.demo.bukmuk import write_bukmuk
from etl.demo.easy_ecom import write_easy_ecom
from etl.demo.hvar_pages import write_hvar
from etl.demo.imiq_book import write_imiq
from etl.demo.onesoko_export import write_onesoko
from etl.land import land
from portal import uploads
from portal.db import writing
from portal.errors import InputError, SourceError, UnknownNameError
from portal.upload_tables import SavedMapping
from portal.uploads.detection import detect
from tests.uploads.desk import FIXTURES, GOLDEN, SHOP, Desk, csv, zipped

LAST_DAY = date(2026, 3, 31)


def sent(desk: Desk, path: Path) -> uploads.Recognition:
    """A file as it is; a folder as a zip."""
    if path.is_file():
        return desk.look(desk.send(path, path.name))
    packed = desk.home / f"{path.name}.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for each in sorted(each for each in path.rglob("*") if each.is_file()):
            archive.write(each, each.relative_to(path).as_posix())
    return desk.look(desk.send(packed, packed.name))


@pytest.mark.data
@pytest.mark.parametrize(
    ("path", "source", "entities"),
    [
        ("imiq/CZ_MasterSheet_synthetic.xlsx", "imiq", {"order", "product", "customer", "shipment_event", "session"}),
        ("easy_ecom/current", "easy_ecom", {"order_line", "product", "employee"}),
        ("easy_ecom/later", "easy_ecom", {"expense", "payroll", "setting"}),
        ("easy_ecom/history_messy/sales_damaged.csv", "easy_ecom", {"order_line"}),
        ("hvar/bosta_deliveries_synthetic.json", "hvar", {"shipment", "shipment_event"}),
        ("hvar/bosta_search_response_synthetic.json", "hvar", {"shipment", "shipment_event"}),
        ("onesoko/onesoko_export_synthetic.json", "onesoko", {"order", "order_line", "product", "return_line"}),
        ("bukmuk/leads_synthetic.xlsx", "bukmuk", {"lead"}),
    ],
)
def test_the_fixtures_of_the_five_systems(desk: Desk, path: str, source: str, entities: set[str]) -> None:
    if not FIXTURES.is_dir():
        pytest.skip("the shared reference data is not here")
    found = sent(desk, FIXTURES / path)
    assert (found.source, found.mapping, found.questions) == (source, None, ())
    assert entities <= {table.entity for table in found.tables}


@pytest.mark.parametrize(
    ("write", "source"),
    [(write_imiq, "imiq"), (write_easy_ecom, "easy_ecom"), (write_hvar, "hvar"), (write_onesoko, "onesoko"),
     (write_bukmuk, "bukmuk")],
)  # fmt: skip
def test_what_the_generators_write(desk: Desk, tmp_path: Path, write: object, source: str) -> None:
    (tmp_path / "made").mkdir()
    write(tmp_path / "made", LAST_DAY, 0.01)  # type: ignore[operator]
    assert detect(land(tmp_path / "made", tmp_path / "landing"), desk.settings).source == source


@pytest.mark.parametrize(
    ("folder", "entities"),
    [("shopify", ["order", "order_line", "customer", "product"]), ("square", ["order_line", "order_line", "order"]),
     ("amazon", ["order", "order_line"]), ("woocommerce", ["order", "order_line", "order", "order_line"])],
)  # fmt: skip
def test_ready_made_mappings_come_before_a_guess(desk: Desk, folder: str, entities: list[str]) -> None:
    found = sent(desk, GOLDEN / folder)
    assert (found.source, found.kind, found.questions) == ("table", "ready-made", ())
    assert [table.entity for table in found.tables] == entities


def test_any_other_table_gets_a_proposal_with_its_evidence(desk: Desk) -> None:
    found = sent(desk, GOLDEN / "corner_shop" / "orders.csv")
    assert (found.source, found.kind, found.tables[0].entity) == ("table", "proposed", "order")
    ordered = found.tables[0].columns[1]
    assert (ordered.header, ordered.field, ordered.label, ordered.confidence) == (
        "Ordered",
        "ordered_at",
        "Order date and time",
        0.95,
    )
    assert found.questions == (
        "Orders: the dates fit two readings. Choose whether the day or the month comes first.",
        "Orders, Order status: choose what 'Abgeschlossen', 'Storniert', 'Versandt' mean.",
    )


def test_a_table_nobody_knows_is_left_out_and_asked_about(desk: Desk) -> None:
    found = desk.look(desk.send(b"colour,weight\nred,1\nblue,2\n", "things.csv"))
    assert [(table.entity, table.label) for table in found.tables] == [("", "Left out")]
    assert found.questions == ("Nothing is mapped yet. Say what at least one table is.",)


def test_a_file_can_be_looked_at_as_another_source(desk: Desk) -> None:
    upload = desk.send(GOLDEN / "easy_ecom" / "sales.csv", "sales.csv")
    assert [option.value for option in desk.look(upload).sources][:2] == ["easy_ecom", "table"]
    other = desk.look(upload, "table")
    assert (other.source, other.why, other.tables[0].entity) == ("table", "You chose it.", "order_line")


def test_a_source_that_does_not_read_such_files_says_so(desk: Desk) -> None:
    upload = desk.send(GOLDEN / "onesoko" / "export.json", "export.json")
    with pytest.raises(SourceError, match=r"Any table, by mapping reads \.csv"):
        desk.look(upload, "table")
    with pytest.raises(UnknownNameError, match="Did you mean hvar"):
        desk.look(upload, "havr")


def test_what_was_recognised_is_kept(desk: Desk) -> None:
    upload = desk.send(csv())
    first = desk.look(upload)
    (desk.home / "tenants" / "1" / "quarantine" / upload.id / ".upload.json").unlink()
    assert desk.look(upload) == first


def test_a_refused_file_is_not_looked_at(desk: Desk) -> None:
    with pytest.raises(SourceError):
        desk.send(b"", "orders.csv")
    refused = uploads.latest(desk.parts.sessions, desk.tenant)[0]
    with pytest.raises(InputError, match="the file is empty"):
        desk.look(refused)


def test_another_tenant_s_upload_is_not_there(desk: Desk) -> None:
    upload = desk.send(csv())
    calls = [
        lambda: uploads.recognise(desk.parts, desk.other, upload.id),
        lambda: uploads.preview(desk.parts, desk.other, upload.id, SHOP),
        lambda: uploads.dry_run(desk.parts, desk.other, upload.id, SHOP),
        lambda: uploads.start(desk.parts, desk.other, upload.id, SHOP, "eve@birch.example"),
        lambda: uploads.progress(desk.parts.sessions, desk.other, upload.id),
        lambda: uploads.cancel(desk.parts.sessions, desk.other, upload.id),
    ]
    for call in calls:
        with pytest.raises(UnknownNameError):
            call()
    assert desk.state(upload) == "checked"


def test_an_approved_mapping_meets_the_next_file_of_that_shape(desk: Desk) -> None:
    upload = desk.send(csv())
    desk.look(upload)
    desk.run(desk.start(upload))
    reordered = b"customer,qty,price,day,order,product\nC3,1,2,2026-03-03,3,P\n"
    found = desk.look(desk.send(reordered, "april.csv"))
    assert (found.kind, found.questions) == ("saved", ())
    assert found.why.startswith("It has the columns of orders.csv, which was approved on ")
    assert desk.load(reordered, "april.csv", found.choice).state == "loaded"
    assert desk.net() == "3 rows 13.00"


def test_a_saved_mapping_is_fitted_to_the_name_of_the_new_file(desk: Desk) -> None:
    upload = desk.send(csv())
    desk.look(upload)
    named = uploads.Choice("table", (SHOP.mapping or "").replace('"*.csv"', '"orders.csv"'))
    desk.run(desk.start(upload, named))
    found = desk.look(desk.send(csv("9,2026-03-09,P,1,1,C"), "april [1].csv"))
    assert (found.kind, found.questions) == ("saved", ())
    assert 'files = ["april [[]1].csv"]' in (found.mapping or "")


def test_a_shape_is_saved_for_one_tenant_only(desk: Desk) -> None:
    upload = desk.send(csv())
    desk.look(upload)
    desk.run(desk.start(upload))
    theirs = desk.send(csv(), tenant=desk.other)
    assert uploads.recognise(desk.parts, desk.other, theirs.id).kind == "proposed"


def test_secret_columns_do_not_change_the_shape(desk: Desk) -> None:
    plain = desk.look(desk.send(b"name,city\nAnn,Ulm\n", "a.csv"))
    secret = desk.look(desk.send(b"city,password,name\nUlm,x,Ann\n", "b.csv"))
    other = desk.look(desk.send(b"name,town\nAnn,Ulm\n", "c.csv"))
    assert plain.shape == secret.shape != other.shape


def test_a_saved_source_wins_over_what_the_signature_says(desk: Desk) -> None:
    upload = desk.send(GOLDEN / "easy_ecom" / "sales.csv", "sales.csv")
    shape = desk.look(upload).shape
    with writing(desk.parts.sessions) as session:
        session.add(SavedMapping(tenant_id=1, shape=shape, source="table", mapping=SHOP.mapping, file_name="old.csv",
                                 saved_by="a", saved_at=upload.received_at))  # fmt: skip
    again = desk.look(desk.send(GOLDEN / "easy_ecom" / "sales.csv", "sales.csv"))
    assert (again.source, again.kind) == ("table", "saved")


def test_a_mixed_zip_maps_what_is_ready_made_and_guesses_the_rest(desk: Desk) -> None:
    square = (GOLDEN / "square" / "items.csv").read_bytes()
    found = desk.look(desk.send(zipped(items_csv=square, orders_csv=csv()), "both.zip"))
    assert [(table.file_name, table.entity) for table in found.tables] == [
        ("items.csv", "order_line"),
        ("orders.csv", "order_line"),
    ]
    assert found.questions == ()

"""Verbs of the operator, as somebody types them."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from portal import audit
from portal.cli import VERBS, portal
from portal.cli.context import open_context
from portal.db import open_sessions
from portal.errors import ConfigError, ConflictError, InputError, PortalError, UnknownNameError
from portal.models import User
from portal.serving import check_address
from tests.installation import settings_for

TENANT = ("tenant", "add", "Corner Shop", "--currency", "gbp", "--timezone", "europe/london", "--country", "gb")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "portal"))
    return tmp_path / "portal"


def run(*words: str) -> Result:
    result = CliRunner().invoke(portal, words)
    if isinstance(result.exception, PortalError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_init_is_closed_to_others_and_repeatable(folder: Path) -> None:
    assert json.loads(run("init", "--json").stdout) == {"home": str(folder), "changed": True}
    assert json.loads(run("init", "--json").stdout)["changed"] is False
    assert folder.stat().st_mode & 0o777 == 0o700


def test_without_a_portal_the_way_out_is_told(folder: Path) -> None:
    with pytest.raises(ConfigError, match="Run portal init first"):
        run("tenant", "list")
    assert not (folder / "portal.db").exists()


def test_a_tenant_is_added_with_exact_spelling(folder: Path) -> None:
    run("init")
    run(*TENANT)
    expected = {"name": "Corner Shop", "currency": "GBP", "timezone": "Europe/London", "country": "GB"}
    assert json.loads(run("tenant", "list", "--json").stdout) == {"tenants": [expected]}


@pytest.mark.parametrize(
    ("place", "value", "hint"),
    [
        (2, "", "cannot be a tenant's name"),
        (2, "../etc", "cannot be a tenant's name"),
        (4, "GBX", "Did you mean .*GBP"),
        (6, "London", "Did you mean Europe/London"),
        (6, "Europe/Lodon", "Did you mean Europe/London"),
        (8, "UK", "Did you mean GB"),
    ],
)
def test_wrong_values_of_a_tenant_name_the_right_ones(folder: Path, place: int, value: str, hint: str) -> None:
    run("init")
    words = [value if index == place else word for index, word in enumerate(TENANT)]
    with pytest.raises(InputError, match=hint):
        run(*words)
    assert open_context().tenants() == ()


def test_a_taken_name_is_refused_in_any_case(folder: Path) -> None:
    run("init")
    run(*TENANT)
    with pytest.raises(ConflictError, match="already is a tenant"):
        run(*[word.replace("Corner Shop", "corner  SHOP") for word in TENANT])


def test_an_unknown_tenant_suggests_the_known(folder: Path) -> None:
    run("init")
    run(*TENANT)
    with pytest.raises(UnknownNameError, match=r"There is no tenant called 'Corner Shpo'. Did you mean Corner Shop\?"):
        open_context().tenant_ref("Corner Shpo")


def test_a_person_gets_a_link_and_no_password(folder: Path) -> None:
    run("init")
    run(*TENANT)
    said = json.loads(
        run("user", "add", "Kim@Shop.Example", "--role", "manager", "--tenant", "Corner Shop", "--json").stdout
    )
    assert said["email"] == "kim@shop.example"
    assert said["link"].startswith("http://127.0.0.1:8050/link/")
    assert len(said["link"].rpartition("/")[2]) == 43
    with open_sessions(settings_for(folder).database_url)() as session:
        assert session.scalars(select(User.password_hash)).all() == [None]
        assert audit.first_broken_row(session) is None


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("kim@shop.example", "--role", "manger"), "Did you mean manager"),
        (("kim@shop.example", "--role", "manager"), "Add --tenant"),
        (("kim@shop.example", "--role", "superadmin", "--tenant", "Corner Shop"), "Leave out --tenant"),
        (("kim", "--role", "superadmin"), "not an e-mail address"),
        (("kim@shop.example", "--role", "viewer", "--tenant", "Corner"), "Did you mean Corner Shop"),
    ],
)
def test_a_person_that_makes_no_sense_is_refused(folder: Path, words: tuple[str, ...], hint: str) -> None:
    run("init")
    run(*TENANT)
    with pytest.raises(InputError, match=hint):
        run("user", "add", *words)
    assert json.loads(run("user", "list", "--json").stdout) == {"users": []}


def test_a_changed_role_is_kept_and_checked(folder: Path) -> None:
    run("init")
    run(*TENANT)
    run("user", "add", "kim@shop.example", "--role", "viewer", "--tenant", "Corner Shop")
    run("user", "change", "kim@shop.example", "--role", "superadmin")
    with pytest.raises(InputError, match="Add --tenant"):
        run("user", "change", "kim@shop.example", "--role", "agent")
    listed = json.loads(run("user", "list", "--json").stdout)["users"][0]
    assert (listed["role"], listed["tenant"]) == ("superadmin", "")


def test_a_new_link_for_somebody_unknown_suggests_the_known(folder: Path) -> None:
    run("init")
    run("user", "add", "boss@souk.example", "--role", "superadmin")
    with pytest.raises(UnknownNameError, match=r"Did you mean boss@souk\.example"):
        run("user", "link", "bos@souk.example")


def test_a_taken_port_is_told_with_the_setting_to_change() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigError, match="PORTAL_PORT"):
            check_address("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("words", [("init",), ("tenant", "add"), ("tenant", "list"), ("user", "add"), ("user", "list"),
                                   ("user", "link"), ("user", "change"), ("serve",)])  # fmt: skip
def test_every_verb_of_the_operator_shows_an_example(words: tuple[str, ...]) -> None:
    assert "Example: " in run(*words, "--help").stdout


def test_every_verb_is_listed() -> None:
    listed = run("--help").stdout
    assert [verb for verb in VERBS if f"  {verb} " not in listed] == []

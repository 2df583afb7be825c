"""Settings: defaults, forms, and every problem told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.config import VARIABLES, load_settings
from portal.errors import ConfigError

GOOD_KEY = "k3yK3Y-0123456789-abcdefghijklmnop"


def test_defaults_live_in_home(tmp_path: Path) -> None:
    settings = load_settings({"PORTAL_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'portal.db'}"
    assert (settings.warehouse_url, settings.base_url, settings.port) == ("duckdb", "http://127.0.0.1:8050", 8050)


def test_every_problem_is_told_at_once_with_value_and_form(tmp_path: Path) -> None:
    wrong = {"PORTAL_HOME": str(tmp_path), "PORTAL_PORT": "eighty", "PORTAL_WORKERS": "0", "PORTAL_LOG_LEVEL": "loud"}
    with pytest.raises(ConfigError) as error:
        load_settings(wrong)
    assert str(error.value).splitlines() == [
        "These settings are wrong:",
        "  PORTAL_PORT is 'eighty'; expected a number from 1 to 65535.",
        "  PORTAL_WORKERS is '0'; expected a number from 1 to 64.",
        "  PORTAL_LOG_LEVEL is 'loud'; expected DEBUG, INFO, WARNING or ERROR.",
    ]


@pytest.mark.parametrize(
    "key", ["secret", "changeme", "a" * 40, "short-but-varied-1234", "abababababababababababababababababab"]
)
def test_a_weak_secret_is_refused_and_not_shown(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_settings({"PORTAL_HOME": str(tmp_path), "PORTAL_SECRET_KEY": key})
    assert "PORTAL_SECRET_KEY is ***" in str(error.value)
    assert key not in str(error.value)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = load_settings({"PORTAL_HOME": str(tmp_path / "new")})
    assert load_settings({"PORTAL_HOME": str(tmp_path / "new")}).secret_key == first.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_given_secret_is_used(tmp_path: Path) -> None:
    assert load_settings({"PORTAL_HOME": str(tmp_path), "PORTAL_SECRET_KEY": GOOD_KEY}).secret_key == GOOD_KEY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_BASE_URL", "portal.example"),
        ("PORTAL_BASE_URL", "ftp://portal.example"),
        ("PORTAL_DATABASE_URL", "mysql://db/portal"),
        ("PORTAL_WAREHOUSE_URL", "oracle"),
        ("PORTAL_KEEP_SNAPSHOTS", "1"),
        ("PORTAL_SESSION_HOURS", "12.5"),
    ],
)
def test_wrong_values_are_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is '{value}'; expected"):
        load_settings({"PORTAL_HOME": str(tmp_path), name: value})


def test_empty_means_default(tmp_path: Path) -> None:
    assert load_settings({"PORTAL_HOME": str(tmp_path), "PORTAL_PORT": " "}).port == 8050


def test_every_variable_says_what_it_means_and_how_it_looks() -> None:
    assert [variable.name for variable in VARIABLES if not (variable.meaning and variable.form)] == []


def test_an_import_root_is_a_whole_path_or_none(tmp_path: Path) -> None:
    assert load_settings({"PORTAL_HOME": str(tmp_path)}).import_root is None
    assert load_settings({"PORTAL_HOME": str(tmp_path), "PORTAL_IMPORT_ROOT": "/srv/in"}).import_root == Path("/srv/in")
    with pytest.raises(ConfigError, match=r"PORTAL_IMPORT_ROOT is 'in'; expected empty or an absolute folder path\."):
        load_settings({"PORTAL_HOME": str(tmp_path), "PORTAL_IMPORT_ROOT": "in"})

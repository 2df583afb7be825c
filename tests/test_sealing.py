"""Secrets at rest: closed, bound to their owner, told plainly when they cannot be opened."""

from __future__ import annotations

import base64

import pytest

from portal.errors import ConfigError
from portal.sealing import seal, unseal

KEY, OTHER = "k3yK3Y-0123456789-abcdefghijklmnop", "0th3r-0123456789-abcdefghijklmnopq"
OWNER = "source Hub of tenant 1"


def test_what_is_sealed_comes_back_and_cannot_be_read() -> None:
    sealed = seal(KEY, "hub-passphrase ✓", OWNER)
    assert unseal(KEY, sealed, OWNER) == "hub-passphrase ✓"
    assert b"passphrase" not in base64.b64decode(sealed)


def test_the_same_text_never_looks_the_same() -> None:
    assert seal(KEY, "a", OWNER) != seal(KEY, "a", OWNER)


def test_no_secret_stays_none() -> None:
    assert (seal(KEY, "", OWNER), unseal(KEY, "", OWNER)) == ("", "")


@pytest.mark.parametrize(("key", "owner"), [(OTHER, OWNER), (KEY, "source Hub of tenant 2")])
def test_another_key_or_another_row_opens_nothing(key: str, owner: str) -> None:
    with pytest.raises(ConfigError, match="PORTAL_SECRET_KEY is not the one") as told:
        unseal(key, seal(KEY, "hub-passphrase", OWNER), owner)
    assert "passphrase" not in str(told.value)


@pytest.mark.parametrize("damaged", ["%%%", "QUJD", base64.b64encode(bytes(40)).decode()])
def test_damage_is_told(damaged: str) -> None:
    with pytest.raises(ConfigError):
        unseal(KEY, damaged, OWNER)

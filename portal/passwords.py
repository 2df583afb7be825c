"""Passwords: which are accepted, how they are kept (Argon2id, 19 MiB, 2 passes) and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from portal.errors import InputError

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 256
_COMMON = Path(__file__).parent / "common_passwords.txt"


def check_password(password: str, email: str) -> None:
    """Refuse a password that is short, common, or the person's own address.

    Raises:
        InputError: says what to do.
    """
    if len(password) < MINIMUM_LENGTH:
        raise InputError(f"Use at least {MINIMUM_LENGTH} characters. Four unrelated words work well.", "password")
    if len(password) > MAXIMUM_LENGTH:
        raise InputError(f"Use at most {MAXIMUM_LENGTH} characters.", "password")
    folded = password.casefold()
    name = email.casefold().partition("@")[0]
    if folded in {email.casefold(), name, name * 2} or folded.strip("0123456789!.") == name:
        raise InputError("Your e-mail address cannot be your password. Choose something else.", "password")
    if folded in common_passwords() or len(set(folded)) < 4:
        raise InputError("This password is one of the first that would be guessed. Choose another.", "password")


def hash_password(password: str) -> str:
    """The Argon2id hash of `password`, with its own salt and settings inside."""
    return _hasher().hash(password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether `password` belongs to `password_hash`; without a hash it works as long and says no."""
    try:
        _hasher().verify(password_hash or _nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other settings than today's."""
    return _hasher().check_needs_rehash(password_hash)


@cache
def common_passwords() -> frozenset[str]:
    """Passwords of ten characters and more that everybody tries first, in lower case."""
    return frozenset(_COMMON.read_text(encoding="utf-8").split())


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")

"""Which columns look like secrets. They are blanked in the stored copy and never reach the warehouse.

A header is split into words (`plainPassword`, `plain_password` and `Plain Password` are the same two). It is a secret
when it contains one of `SECRET_WORDS` or `SECRET_PHRASES`, unless its first or last word says that it is about the
secret, not the secret itself (`password_changed_at`, `has_token`, `token_count`), or the card is one that names a
customer (`loyalty_card_number`). `tokens_count`, `card_type`, `pincode` and `session_id` are not secrets.

Rows of names and values (`setting_key`, `setting_value`) hold a secret where the name is one; there `key`,
`credentials` and `service account` say enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import polars as pl

SECRET_WORDS = frozenset(
    {"password", "passwd", "pwd", "passcode", "passphrase", "otp", "totp", "secret", "token", "cvv", "cvc",
     "passwort", "kennwort", "wachtwoord", "contraseña", "contrasena", "senha"}
)  # fmt: skip
SECRET_PHRASES = (
    ("api", "key"), ("api", "keys"), ("apikey",), ("access", "key"), ("private", "key"), ("secret", "key"),
    ("encryption", "key"), ("security", "code"), ("auth", "code"), ("card", "number"), ("card", "no"),
    ("card", "num"), ("cardnumber",), ("creditcard",), ("credit", "card"), ("debit", "card"), ("mot", "de", "passe"),
)  # fmt: skip
ABOUT_FIRST = frozenset({"is", "has", "needs", "requires", "num", "count", "total"})
ABOUT_LAST = frozenset(
    {"count", "type", "status", "at", "on", "date", "time", "expiry", "expires", "expired", "verified", "used", "sent",
     "enabled", "required", "limit", "total", "length", "policy", "attempts", "changed", "name", "label", "brand",
     "scheme", "amount", "sales", "fee", "fees", "payments", "percent", "share"}
)  # fmt: skip
CUSTOMER_CARDS = frozenset({"loyalty", "member", "membership", "club", "customer", "bonus", "store"})

NAMES = frozenset(
    {"setting_key", "setting_name", "setting", "config_key", "config_name", "option_key", "option_name", "option",
     "parameter", "parameter_name", "param", "variable", "env_key", "env", "property", "preference", "key", "name"}
)  # fmt: skip
VALUES = frozenset(
    {"setting_value", "setting_val", "config_value", "option_value", "parameter_value", "env_value", "property_value",
     "value", "val"}
)  # fmt: skip
_NAMED_WORDS = frozenset({"key", "keys", "credential", "credentials", "private", "pass", "secrets", "tokens"})

_WORD = re.compile(r"[A-ZÀ-Þ]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+|\d+")
_FRAGMENTS = (
    b"passw", b"passcode", b"passphrase", b"passe", b"pwd", b"otp", b"secret", b"token", b"cvv", b"cvc", b"kennwort",
    b"wachtwoord", b"contrase", b"senha", b"key", b"card", b"security", b"authcode", b"auth_code", b"auth code",
)  # fmt: skip
_ANY = "|".join(each.decode() for each in _FRAGMENTS)
_SECRET_KEY = "(?:" + _ANY + r'|\\u00)[^"]*"{1,2}[ \t\n\r]*:'
_NOT_ASCII = bytes(range(128, 256))
_NAMED = "|".join(sorted(NAMES))
_SECRET_NAME = rf'"(?:{_NAMED})"[ \t\n\r]*:[ \t\n\r]*"[^"]*(?:{_ANY}|credential|private|pass|account)'


@lru_cache(maxsize=4096)
def is_secret(header: str) -> bool:
    """Whether a column of this name may hold a secret."""
    words = [word.lower() for word in _WORD.findall(header)]
    if not words or words[0] in ABOUT_FIRST or words[-1] in ABOUT_LAST:
        return False
    if SECRET_WORDS.intersection(words) or any("password" in word for word in words):
        return True
    if CUSTOMER_CARDS.intersection(words):
        return False
    return any(_contains(words, phrase) for phrase in SECRET_PHRASES)


def names_a_secret(name: str, *, strictly: bool = False) -> bool:
    """Whether the value that stands beside this name may be a secret; strictly: as the name of a column would be."""
    words = [word.lower() for word in _WORD.findall(name)]
    if strictly or not words or words[0] in ABOUT_FIRST or words[-1] in ABOUT_LAST:
        return is_secret(name)
    return is_secret(name) or bool(_NAMED_WORDS.intersection(words)) or _contains(words, ("service", "account"))


def pair_columns(header: Sequence[str]) -> tuple[int, tuple[int, ...]] | None:
    """(place of the names, places of their values) in a table of names and values, None for any other."""
    folded = ["_".join(_WORD.findall(name)).lower() for name in header]
    names = [place for place, name in enumerate(folded) if name in NAMES]
    values = tuple(place for place, name in enumerate(folded) if name in VALUES)
    return (names[0], values) if names and values else None


def secret_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The headers that look like secrets, in their order."""
    return tuple(name for name in header if is_secret(name))


def may_name_secret(content: bytes) -> bool:
    """Whether bytes could contain the header of a secret column; cheap, and wrong only towards yes."""
    lowered = content.lower()
    return any(fragment in lowered for fragment in _FRAGMENTS)


def may_have_secret_key(content: bytes) -> bool:
    """Whether JSON could have a secret-looking key; content begins anywhere in the document.

    Only keys are looked at, and what `NAMES` are called, because the fragments are common in other text. A key that is
    cut in two by the begin or the end of the content is missed: let pieces overlap. Escaped characters and other
    encodings than UTF-8 are a yes.
    """
    text = _lowered(content)
    has_key = bool(text.str.contains(_SECRET_KEY)[0])
    return b"\0" in content[:4] or has_key or bool(text.str.contains(_SECRET_NAME)[0])


def _lowered(content: bytes) -> pl.Series:
    """Content as one text, its ASCII letters in lower case; what is not UTF-8 is replaced."""
    lowered = content.lower().strip(_NOT_ASCII)  # a character may be cut off at either end
    try:
        return pl.Series([lowered], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return pl.Series([lowered.decode("utf-8", errors="replace")])


def has_secret_key(texts: pl.Expr) -> pl.Expr:
    """Whether each text could be JSON with a secret-looking key."""
    return texts.str.contains("(?i)" + _SECRET_KEY).fill_null(value=False)


def _contains(words: Sequence[str], phrase: Sequence[str]) -> bool:
    return any(tuple(words[at : at + len(phrase)]) == tuple(phrase) for at in range(len(words)))

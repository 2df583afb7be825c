"""Secrets at rest: AES-256-GCM under a key derived from PORTAL_SECRET_KEY (HKDF, RFC 5869).

A sealed text is bound to what it belongs to: copied to another row it cannot be opened there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.errors import ConfigError

_NONCE_BYTES = 12
_PURPOSE = b"souk sealed secrets, first version"
_KEYED = b"souk keyed hashes, first version"


def seal(secret_key: str, text: str, belongs_to: str) -> str:
    """`text` encrypted, as ASCII; each call gives another result. Empty text stays empty (there is no secret)."""
    if not text:
        return ""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    closed = _cipher(secret_key).encrypt(nonce, text.encode(), belongs_to.encode())
    return base64.b64encode(nonce + closed).decode()


def unseal(secret_key: str, sealed: str, belongs_to: str) -> str:
    """The text that was sealed.

    Raises:
        ConfigError: sealed under another PORTAL_SECRET_KEY, for something else, or damaged.
    """
    if not sealed:
        return ""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return _cipher(secret_key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], belongs_to.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise ConfigError(
            f"The stored credentials of {belongs_to} cannot be opened: PORTAL_SECRET_KEY is not the one they were "
            "stored with. Set it back, or remove the source and add it again with its credentials."
        ) from error


def keyed_hash(secret_key: str, text: str, belongs_to: str) -> str:
    """HMAC-SHA256 of `text`, 64 hexadecimal digits; without the key nobody can try texts against it.

    The same text has another hash where it belongs to something else.
    """
    key = HKDF(SHA256(), length=32, salt=None, info=_KEYED + b"/" + belongs_to.encode()).derive(secret_key.encode())
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _cipher(secret_key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode()))

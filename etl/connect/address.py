"""Which addresses a connector may reach: the host that is configured, and no private one unless that is allowed."""

from __future__ import annotations

import ipaddress
import socket

from portal.errors import SourceError


def resolved(host: str, port: int, is_private_allowed: bool) -> str:
    """The address of a host, looked up once; the caller connects to it and to no other.

    A name that also has a private address is refused as a whole: it could point anywhere the next time.

    Raises:
        SourceError: there is no such host, or it lies in a private network.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceError(f"{host}: there is no host of this name, or it cannot be looked up. Check it.") from None
    addresses = [str(each[4][0]) for each in found]
    private = [address for address in addresses if not _is_public(address)]
    if private and not is_private_allowed:
        raise SourceError(
            f"{host}: its address {private[0]} lies in a private network, which sources may not reach. Give a public "
            "address, or allow private ones in the settings."
        )
    return addresses[0]


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(known, "ipv4_mapped", None)
    return (inner or known).is_global and not known.is_multicast

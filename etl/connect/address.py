"""Which addresses a connector may reach: the host that is configured, and no private one unless that is allowed."""

from __future__ import annotations

import ipaddress
import socket

from portal.errors import SourceError

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_METADATA = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))
"""Where clouds tell a machine about itself, though the address looks public."""


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
    reached = [known, *_carried(known)]
    told = any(each in network for each in reached for network in _METADATA)
    return not told and all(each.is_global and not each.is_multicast for each in reached)


def _carried(known: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses that an IPv6 address leads to: mapped, 6to4, Teredo, NAT64."""
    if isinstance(known, ipaddress.IPv4Address):
        return []
    translated = ipaddress.IPv4Address(known.packed[12:]) if known in _TRANSLATED else None
    found = [known.ipv4_mapped, known.sixtofour, *(known.teredo or ()), translated]
    return [each for each in found if each is not None]

"""Where a host name leads: to the DNS, unless AZURE_IOTDIAG_CONNECT_TO says otherwise."""

from __future__ import annotations

import os
import re

CONNECT_TO = "AZURE_IOTDIAG_CONNECT_TO"
_HOST = re.compile(r"\[[^\[\]\s]+\]|[^\[\]\s:;=]+")  # an IPv6 address stands in brackets


class BadMapping(ValueError):
    """The environment variable does not read host:port=address:port,..."""


def find(host: str, port: int) -> tuple[str, int]:
    """The address and port to connect to for a host and port; TLS, SAS and AMQP keep the real names.

    AZURE_IOTDIAG_CONNECT_TO holds host:port=address:port pairs with commas between them, as curl's --connect-to does.
    Raises BadMapping when it cannot be read.
    """
    return mappings(os.environ.get(CONNECT_TO, "")).get((host.lower(), port), (host, port))


def mappings(text: str) -> dict[tuple[str, int], tuple[str, int]]:
    """The pairs of such a text. Raises BadMapping."""
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, address = pair.partition("=")
        if not equals:
            raise BadMapping(f"{CONNECT_TO}: {pair!r} has no '='; each pair reads host:port=address:port.")
        found[_split(name, pair)] = _split(address, pair)
    return found


def _split(text: str, pair: str) -> tuple[str, int]:
    host, colon, port = text.strip().rpartition(":")
    if not colon or not _HOST.fullmatch(host) or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadMapping(f"{CONNECT_TO}: {text!r} in {pair!r} is not host:port.")
    return host.strip("[]").lower(), int(port)

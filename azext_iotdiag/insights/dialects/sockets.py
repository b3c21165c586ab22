"""Sockets and names: errors of operating systems, of lwIP and of curl."""

from __future__ import annotations

import re
from collections.abc import Mapping

from azext_iotdiag.insights.dialects.table import Dialect, Exactness, Row, decided, each, look_up, nothing, number, said

_REFUSED, _UNREACHABLE, _DROPPED = "connection-refused", "server-unreachable", "connection-dropped"
_NAME, _NO_CONNECTION = "name-not-resolved", "sdk-no-connection"


def _table(refused: int, late: int, ends: tuple[int, ...], away: tuple[int, ...], unconnected: int) -> dict[int, str]:
    return {
        refused: _REFUSED,
        late: _UNREACHABLE,
        unconnected: _NO_CONNECTION,
        **dict.fromkeys(ends, _DROPPED),
        **dict.fromkeys(away, _UNREACHABLE),
    }


# Numbers that are not here, such as those of a connection in progress, mean nothing.
LINUX = _table(111, 110, (104, 103, 32), (113, 101), 107)
NEWLIB = _table(111, 116, (104, 113), (118, 114), 128)  # ESP-IDF, and Zephyr with newlib or picolibc
BSD = _table(61, 60, (54, 53), (65, 51), 57)  # macOS, and Zephyr's old library
WINDOWS = {
    **_table(10061, 10060, (10054, 10053), (10065, 10051), 10057),
    **dict.fromkeys((11001, 11002, 11004), _NAME),
}
_CURL = {
    5: "proxy-unreachable",
    6: _NAME,
    7: "connection-refused server-unreachable",
    28: "server-silent",
    35: "tls-handshake-failed",
    51: "certificate-untrusted",
    60: "certificate-untrusted",
    52: _DROPPED,
    55: _DROPPED,
    56: _DROPPED,
    58: "device-key-unreadable",
    77: "device-root-unusable",
}
_ERRNO = r"errno\s?[:=]?\s?(?:is )?\(?-?((?:0x[0-9a-f]{1,4}|\d{1,5}))\b(?!\s?\()"


# lwip/err.h
_LWIP = {
    -1: "device-memory-short",
    **dict.fromkeys((-3, -4), _UNREACHABLE),
    -11: _NO_CONNECTION,
    **dict.fromkeys((-13, -14, -15), _DROPPED),
}


def errno_rows(table: Mapping[int, str]) -> tuple[Row, ...]:
    """Rows of a dialect whose system numbers its errors by this table. Words beside the number count before it."""
    return (
        number("errno", _ERRNO, table, own=True),
        number("errno", r"errno\s?[:=]?\s?\(?-?(\d{1,5})\s?\(", table, own=True, exactness=Exactness.STATUS),
    )


def _either(match: re.Match[str]) -> str | None:
    """What a number means that is the same for Linux and for newlib."""
    linux, newlib = look_up(match[1], LINUX), look_up(match[1], NEWLIB)
    return linux if linux and linux == newlib else None


DIALECT = Dialect(
    "sockets",
    "sockets and names",
    r"$^",
    (
        number("winerror", r"WinError (\d{5})\b", WINDOWS),
        number("error", r"\b(?:socket )?error\D{0,12}(100[56]\d)\b", WINDOWS),
        number("error", r"\berror\D{0,12}(1100[124])\b", WINDOWS),
        decided("[errno", r"\[Errno -?(\d{1,3})\]", _either),
        decided("errno", _ERRNO, _either),
        number("err_t", r"\berr_t\W{1,3}(-\d{1,2})\b", _LWIP),
        number("curl", r"curl[^\n]{0,60}?(?:code|error|failed|returned)\D{0,20}?\b(\d{1,2})\b", _CURL),
        number("curl: (", r"curl: \((\d{1,2})\)", _CURL),
        number("curle_", r"CURLE_\w+\W{0,3}(\d{1,2})\b", _CURL),
        said("curle_couldnt_resolve_host", _NAME),
        said("curle_couldnt_connect", "connection-refused server-unreachable"),
        said("curle_operation_timed", "server-silent"),
        *each(
            (
                "dns did not resolve hostname",
                "dns resolution failed",
                "couldn't get hostname for",
                "name lookup failure",
                "could not resolve host",
                "couldn't resolve host",
                "unknownhostexception",
                "lookup error.",
                "failed to resolve host",
                "unable to resolve host",
                "hostname lookup failed",
                "dns lookup failed",
                "couldn't resolve ip address for",
                "failed to lookup address",
                "no such host",
                "failed to resolve hostname",
                "dns resolve failed",
                "could not resolve hostname",
                "dns failed for",
                "unable to get ip address",
                "name does not resolve",
                "unresolvedaddressexception",
            ),
            _NAME,
        ),
        number("ares error", r"ARES error: (\d+)", {}, other=_NAME),
        number(
            "getaddrinfo", r"getaddrinfo[^\n]{0,12}?(?:fail\w*|returned|error)[^\d-]{0,40}(-?\d+)", {0: ""}, other=_NAME
        ),
        said("couldn't get hostname", _NAME),
        *each(
            (
                "connection timed out",
                "connect timed out",
                "host is unreachable",
                "no route to host",
                "host unreachable",
                "network unreachable",
                "i/o timeout",
                "connection attempt timed out",
                "wsaetimedout",
                "failed to open new connection in specified timeout",
            ),
            _UNREACHABLE,
        ),
        said("connectionrefusederror", _REFUSED),
        *each(("connectionreseterror", "connectionabortederror", "brokenpipeerror"), _DROPPED),
        *each(("dns failed", "host not found", "unknown host", "could not be resolved", "dns lookup failure"), _NAME),
        *each(
            ("noroutetohostexception", "operation timed out", "connect timeout", "connection timeout"),
            _UNREACHABLE,
            exactness=Exactness.STATUS,
        ),
        said("timeouterror: timed out", _UNREACHABLE, exactness=Exactness.STATUS),
        said("socket.timeout", _UNREACHABLE, exactness=Exactness.STATUS),
        said("unable to read data from the transport connection", _DROPPED),
        said("select() timeout", _UNREACHABLE),
        *each(
            (
                "software caused connection abort",
                "connection aborted",
                "connection reset",
                "socket is closed",
                "broken pipe",
                "socket hang up",
                "forcibly closed",
                "premature close",
                "connection closed by peer",
                "remote host closed",
                "closed by the remote",
                "connection closed by remote",
                "server closed the connection",
                "unexpectedly closed",
                "closed unexpectedly",
                "eoferror",
                "channel was closed",
            ),
            _DROPPED,
        ),
        *(said(key, _DROPPED, rf"{key}\b") for key in (": eof", "unexpected eof", "got eof")),
        nothing("error", r"errno\W{0,3}(?:0\b|\(?success)", whole=False),
        nothing("errno string (success)"),
        nothing("select error 0", r"select error 0\b"),
        *(
            nothing(key, whole=False)
            for key in ("now in progress", "already in progress", "einprogress", "ewouldblock")
        ),
    ),
)

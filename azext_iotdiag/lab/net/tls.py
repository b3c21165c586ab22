"""The TLS settings of a lab's ports: the healthy ones, and those of faults, whose certificates no client accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from functools import cached_property

from OpenSSL import SSL

from azext_iotdiag.lab.faults.active import ActiveFaults
from azext_iotdiag.lab.faults.table import CERTIFICATE_EXPIRED, CERTIFICATE_WRONG_NAME, UNKNOWN_CA, Fault
from azext_iotdiag.lab.net import certificates
from azext_iotdiag.lab.net.certificates import Authority
from azext_iotdiag.lab.net.stream import server_context

OTHER_NAME = "other-hub.example.net"
_LONG_AGO = timedelta(days=30)


class Contexts:
    """The settings for the host names of a lab; those of a fault are made when it strikes for the first time."""

    def __init__(self, hosts: Iterable[str], authority: Authority, addresses: Iterable[str] = ()):
        self._names = (*hosts, *certificates.NAMES)
        self._addresses = tuple(dict.fromkeys((*certificates.ADDRESSES, *addresses)))
        self._authority = authority
        self._made: dict[Fault, SSL.Context] = {}
        self._faults: dict[Fault, Callable[[], tuple[bytes, bytes]]] = {
            UNKNOWN_CA: self._unknown_ca,
            CERTIFICATE_EXPIRED: self._expired,
            CERTIFICATE_WRONG_NAME: self._wrong_name,
        }

    @cached_property
    def healthy(self) -> SSL.Context:
        """A certificate of the lab's own authority, for all its names."""
        return server_context(*self._authority.issue(self._names, self._addresses))

    def find(self, faults: ActiveFaults) -> SSL.Context:
        """The settings for the next connection."""
        for fault, issue in self._faults.items():
            if faults.use(fault):
                if fault not in self._made:
                    self._made[fault] = server_context(*issue())
                return self._made[fault]
        return self.healthy

    def _unknown_ca(self) -> tuple[bytes, bytes]:
        stranger = certificates.make_authority("an untrusted authority")
        return stranger.issue(self._names, self._addresses)

    def _expired(self) -> tuple[bytes, bytes]:
        start = datetime.now(timezone.utc) - _LONG_AGO
        return self._authority.issue(self._names, self._addresses, start=start, days=_LONG_AGO.days - 1)

    def _wrong_name(self) -> tuple[bytes, bytes]:
        return self._authority.issue((OTHER_NAME,))

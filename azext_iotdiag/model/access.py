"""How a service was opened, and how messages are read: what decides which rights were used. No key is in it."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.target import Target


@dataclass(frozen=True)
class OpenedBy:
    """`by_login` tells that az's login asked, and not a shared access policy, whose name `policy` is.

    `key_found` tells that az's login read the key from the service just now, so that the key is the present one.
    `closed` tells that the resource manager shows the public network access of the service as off.
    """

    by_login: bool = False
    policy: str = ""
    key_found: bool = False
    closed: bool = False


@dataclass(frozen=True)
class ReaderAccess:
    """How messages are read. They always take a key.

    `key_found` is as for OpenedBy. `names_entity` tells that the string that was given names an Event Hub. `reader` is
    wire or sdk, `transport` amqp or amqp_ws.
    """

    reader: str = "wire"
    transport: str = ""
    key_found: bool = False
    names_entity: bool = False


@dataclass(frozen=True)
class GroupAsked:
    """The consumer group with which the reader that misses messages reads, and its hub."""

    hub: str
    name: str


def opened_by(target: Target | None) -> OpenedBy | None:
    """How a service was opened; None where that is not certain, because a key is used where the login is refused."""
    if target is None or target.instead is not None:
        return None
    by_login = target.authorization is not None
    return OpenedBy(by_login, target.policy, bool(target.origin) and not by_login, target.closed)


def central_opened_by(target: Target | None) -> OpenedBy | None:
    """The same for an IoT Central application, whose API token is given and whose login has an origin."""
    return None if target is None else OpenedBy(by_login=bool(target.origin))


def reading_of(target: Target, reader: str, transport: str | None) -> ReaderAccess:
    """How the messages of a target are read. An application hands out the keys of its hubs just now."""
    found = bool(target.app or target.origin)
    return ReaderAccess(reader, transport or "", found, bool(target.event_hub))

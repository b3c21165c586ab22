"""What is looked at, and the secret that opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn


class Secret:
    """A string that never shows itself: its repr is ***, and pickling or formatting it by accident is refused.

    Call `reveal()` at the last moment, where the secret goes onto the wire.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str):
        self._text = text

    def reveal(self) -> str:
        """The secret itself."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not serialised")


@dataclass(frozen=True)
class Resource:
    """A service in the resource manager: its id there, its host name, and the URL of the resource manager.

    `token` gives an access token for that, and may raise StepFailed, because az is asked for it.
    """

    id: str
    host: str
    endpoint: str
    token: Callable[[], str] = field(repr=False)


@dataclass(frozen=True)
class Target:
    """What a command looks at, as far as its arguments told.

    `hub` is the host name of an IoT hub. `event_hub` and `entity` are the host name of an Event Hubs namespace and the
    entity in it, where a string for the built-in endpoint was given. `policy` is the name of the shared access policy
    that `credential` is the key of. `app` is the host name of an IoT Central application, and `authorization` gives
    what goes into the header of that name there, or at `hub`, where az's login opens it in place of a key. `instead`
    gives what opens the hub where it refuses that, or None where nothing else does. `registry` gives what opens the
    hub's registry where this target is for its messages alone, which take a key. `dps` is the host name of a Device
    Provisioning Service. `origin` says for people where that came from, unless they gave it themselves. `again` is
    the option that opens it again: None is not known, and empty where a setting does. `managed` is the hub in the
    resource manager, where az's login found it there. `closed` tells that the resource manager shows the public network
    access of the service as off.
    """

    hub: str = ""
    event_hub: str = ""
    entity: str = ""
    device: str = ""
    module: str = ""
    policy: str = ""
    credential: Secret | None = None
    origin: str = ""
    app: str = ""
    authorization: Callable[[], Secret] | None = field(default=None, repr=False)
    dps: str = ""
    instead: Callable[[], Target | None] | None = field(default=None, repr=False)
    registry: Callable[[], Target] | None = field(default=None, repr=False)
    again: str | None = None
    managed: Resource | None = None
    closed: bool = False

    @property
    def origins(self) -> tuple[str, ...]:
        """The line that says for people where it came from, if there is one."""
        return (self.origin,) if self.origin else ()

    def for_registry(self) -> Target:
        """What opens the hub's registry: this, unless it is for messages alone."""
        return self if self.registry is None else self.registry()


@dataclass(frozen=True)
class Services:
    """The services that one device is looked up in; None where one was not named."""

    hub: Target | None = None
    dps: Target | None = None
    central: Target | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """The lines that say for people where these came from."""
        opened = (self.hub, self.central, self.dps)
        return tuple(line for each in opened if each is not None for line in each.origins)

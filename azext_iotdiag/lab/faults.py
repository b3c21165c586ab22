"""The faults that a lab can be given, each with the entry of the knowledge base that a tool must then report."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from azext_iotdiag.knowledge import amqp, network, registry, tls
from azext_iotdiag.model.finding import Entry

LARGEST_PARAMETER = 1_000_000


class Fault(NamedTuple):
    """One way to break the lab. `heals`: a client that tries again gets what it wanted while the fault is on.

    `parameters` holds the names and the values that apply where none are given. The parameter `times` says how often
    the fault strikes before it ends by itself; 0 is for ever. `through` is "proxy" where only those meet it who go
    through the lab's proxy, "registry" where only those do who ask for devices.
    """

    name: str
    title: str
    entry: Entry
    heals: bool
    parameters: Mapping[str, int] = MappingProxyType({})
    through: str = ""


class BadFault(ValueError):
    """There is no such fault or parameter; `advice` says what there is."""

    def __init__(self, message: str, advice: str):
        super().__init__(message)
        self.advice = advice


FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("unknown-ca", "TLS with a certificate of another authority", tls.CERTIFICATE_UNTRUSTED, heals=False),
        Fault("server-silent", "TCP connections are accepted, and nothing is said", network.SERVER_SILENT, heals=False),
        Fault("token-refused", "every token is answered with 401", amqp.TOKEN_REFUSED, heals=False),
        Fault(
            "connection-dropped",
            "the connection breaks off after some events",
            amqp.CONNECTION_DROPPED,
            heals=True,
            parameters=MappingProxyType({"after": 3, "times": 1}),
        ),
        Fault("port-blocked", "port 5671 refuses connections; 443 does not", network.CONNECTION_REFUSED, heals=False),
        Fault(  # not by itself after so many requests: a hub lets bursts wait, and refuses only those who go on
            "throttled",
            "queries and look-ups of devices are answered with 429, and Retry-After where seconds are more than 0",
            registry.HUB_THROTTLES,
            heals=False,
            parameters=MappingProxyType({"seconds": 1, "times": 0}),
            through="registry",
        ),
        Fault("proxy-refuses", "the proxy answers 403", network.PROXY_REFUSES, heals=False, through="proxy"),
        Fault(
            "proxy-wants-password",
            "the proxy answers 407 to all but the user lab with the password lab",
            network.PROXY_WANTS_PASSWORD,
            heals=False,
            through="proxy",
        ),
        Fault(
            "proxy-answers-html",
            "the proxy answers with a web page",
            network.PROXY_IS_NONE,
            heals=False,
            through="proxy",
        ),
    )
}


class ActiveFaults:
    """The faults that are on, and listeners that hear when one starts (True) or ends (False)."""

    def __init__(self) -> None:
        self._active: dict[str, dict[str, int]] = {}
        self._for_ever: set[str] = set()
        self._listeners: list[Callable[[str, bool], None]] = []

    def start(self, name: str, parameters: Mapping[str, object] | None = None) -> dict[str, int]:
        """Turn a fault on, or give it new parameters, and return them all. Raises BadFault."""
        values = complete(name, parameters or {})
        self._active[name] = values
        self._for_ever.discard(name)
        if not values.get("times"):
            self._for_ever.add(name)
        self._tell(name, True)
        return dict(values)

    def end(self, name: str | None = None) -> list[str]:
        """Turn one fault off, or all, and return which were on. Raises BadFault for a name that is no fault's."""
        if name is not None:
            known(name)
        ended = [fault for fault in self._active if name in (None, fault)]
        for fault in ended:
            del self._active[fault]
            self._tell(fault, False)
        return ended

    def active(self) -> dict[str, dict[str, int]]:
        """The faults that are on, with their parameters; `times` is what is left of it."""
        return {name: dict(values) for name, values in self._active.items()}

    def find(self, name: str) -> dict[str, int] | None:
        """The parameters of a fault that is on, or None. Unlike `use`, this counts nothing down."""
        values = self._active.get(name)
        return None if values is None else dict(values)

    def use(self, name: str) -> bool:
        """Whether the fault strikes now. Counts down its `times`, and ends it after the last."""
        values = self._active.get(name)
        if values is None:
            return False
        if name not in self._for_ever:
            values["times"] -= 1
            if values["times"] <= 0:
                self.end(name)
        return True

    def listen(self, listener: Callable[[str, bool], None]) -> None:
        """Call `listener(name, on)` when a fault starts or ends."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[str, bool], None]) -> None:
        """Stop calling `listener`; nothing happens where it is not known."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def _tell(self, name: str, on: bool) -> None:
        for listener in tuple(self._listeners):
            listener(name, on)


def known(name: str) -> Fault:
    """The fault of that name. Raises BadFault, which suggests the one that may have been meant."""
    if name in FAULTS:
        return FAULTS[name]
    raise BadFault(f"There is no fault {name!r}.", suggestion(name, FAULTS, "Faults"))


def complete(name: str, parameters: Mapping[str, object]) -> dict[str, int]:
    """All parameters of a fault: those given and the rest by default. Raises BadFault."""
    fault = known(name)
    for key, value in parameters.items():
        if key not in fault.parameters:
            raise BadFault(
                f"The fault {name} has no parameter {key!r}.", suggestion(key, fault.parameters, "Its parameters")
            )
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_PARAMETER:
            raise BadFault(f"The parameter {key} is {value!r}.", f"Give a whole number from 0 to {LARGEST_PARAMETER}.")
    return {**fault.parameters, **parameters}  # type: ignore[dict-item]


def read_parameters(name: str, words: Iterable[str]) -> dict[str, int]:
    """`after=5 times=2`, as typed, as numbers. Raises BadFault, also for what `complete` refuses."""
    parameters: dict[str, int] = {}
    for word in (part for words_ in words for part in words_.replace(",", " ").split()):
        key, equals, value = word.partition("=")
        if not equals or not value.isascii() or not value.isdigit() or len(value) > 9:
            example = next((f"{key}={default}" for key, default in known(name).parameters.items()), "")
            raise BadFault(
                f"The parameter {word!r} is not of the form NAME=NUMBER.",
                f"For example: --parameters {example}" if example else f"The fault {name} takes no parameters.",
            )
        if key in parameters:
            raise BadFault(f"The parameter {key} is given twice.", "Give it once.")
        parameters[key] = int(value)
    complete(name, parameters)
    return parameters


def suggestion(word: str, choices: Iterable[str], label: str) -> str:
    """What was meant, if something is near, and all there is."""
    names = list(choices)
    part = [name for name in names if len(word) > 2 and word in name]
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5) or part
    return (f"Did you mean {near[0]}? " if near else "") + f"{label}: {', '.join(names) or 'none'}."

"""Which faults of a lab are on, what their parameters are, and whom they strike; table.py lists them all."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping

from azext_iotdiag.lab.faults.table import FAULTS, Fault

LARGEST_PARAMETER = 1_000_000


class BadFault(ValueError):
    """There is no such fault or parameter; `advice` says what there is."""

    def __init__(self, message: str, advice: str):
        super().__init__(message)
        self.advice = advice


class ActiveFaults:
    """The faults that are on, and listeners that hear when one starts (True) or ends (False)."""

    def __init__(self) -> None:
        self._active: dict[str, dict[str, int]] = {}
        self._for_ever: set[str] = set()
        self._listeners: list[Callable[[Fault, bool], None]] = []

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

    def __bool__(self) -> bool:
        return bool(self._active)

    def active(self) -> dict[str, dict[str, int]]:
        """The faults that are on, with their parameters; `times` is what is left of it."""
        return {name: dict(values) for name, values in self._active.items()}

    def find(self, fault: Fault) -> dict[str, int] | None:
        """The parameters of a fault that is on, or None. Unlike `use`, this counts nothing down."""
        values = self._active.get(fault.name)
        return None if values is None else dict(values)

    def use(self, fault: Fault, *, partition: str = "", after: int | None = None) -> bool:
        """Whether the fault strikes now. Counts down its `times`, and ends it after the last.

        `partition` is the one that a link reads, `after` how many messages it has brought.
        """
        values = self._active.get(fault.name)
        if values is None or (partition and values.get("partition", int(partition)) != int(partition)):
            return False
        if after is not None and after < values.get("after", 0):
            return False
        if fault.name not in self._for_ever:
            values["times"] -= 1
            if values["times"] <= 0:
                self.end(fault.name)
        return True

    def listen(self, listener: Callable[[Fault, bool], None]) -> None:
        """Call `listener(fault, on)` when a fault starts or ends."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[Fault, bool], None]) -> None:
        """Stop calling `listener`; nothing happens where it is not known."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def _tell(self, name: str, on: bool) -> None:
        for listener in tuple(self._listeners):
            listener(FAULTS[name], on)


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
        if key in fault.allowed and value not in fault.allowed[key]:
            raise BadFault(f"The parameter {key} is {value}.", f"It may be {', '.join(map(str, fault.allowed[key]))}.")
    defaults = {key: value for key, value in fault.parameters.items() if value is not None}
    return {**defaults, **parameters}  # type: ignore[dict-item]


def read_parameters(name: str, words: Iterable[str]) -> dict[str, int]:
    """`after=5 times=2`, as typed, as numbers. Raises BadFault, also for what `complete` refuses."""
    parameters: dict[str, int] = {}
    for word in (part for words_ in words for part in words_.replace(",", " ").split()):
        key, equals, value = word.partition("=")
        if not equals or not value.isascii() or not value.isdigit() or len(value) > 9:
            example = next((f"{key}={default or 0}" for key, default in known(name).parameters.items()), "")
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

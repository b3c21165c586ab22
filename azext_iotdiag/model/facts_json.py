"""Facts as JSON, out and in: what a saved diagnosis holds, and the errors of a file that is none.

Values are written by the types that `model.facts.FACTS` declares, so that a new fact needs no code here.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from azext_iotdiag.model.facts import FACTS, Fact, Facts, Vantage, Window
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.keys import KeyComparison

KIND = "iotdiag facts"
VERSION = (1, 1)  # a new fact or field raises the second number; what older tools would misread raises the first
HOLDS = "ids, hosts, addresses and states of devices and services; no key, token or message body"

# What a file of version 1.0 calls facts, and the fields of values, that have another name today.
OLDER_FACTS: Mapping[str, str] = {"census": "hidden_messages", "picked": "query_selection"}
OLDER_FIELDS: Mapping[type, Mapping[str, str]] = {KeyComparison: {"likeness": "key_match"}}

Json = Any  # what the json module reads and writes
_SCALARS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
_JSON_TYPES = {dict: "an object", list: "a list", type(None): "null"}


class BadFacts(ValueError):
    """A facts file that cannot be read. `path` leads to the fault, as in "facts.identity.value.status"."""

    def __init__(self, path: str, problem: str):
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path = path
        self.problem = problem


class Loaded(NamedTuple):
    """The facts of a file, what was passed over in it, and the report that stands beside the facts, None for none."""

    facts: Facts
    notes: tuple[str, ...]
    report: Json = None


def dump(facts: Facts, tool: str) -> dict[str, Json]:
    """The content of a facts file. `tool` is the version of the tool that measured."""
    return {
        "kind": KIND,
        "version": ".".join(map(str, VERSION)),
        "tool": tool,
        "holds": HOLDS,
        "facts": {name: _fact_out(fact, FACTS[name].type) for name, fact in sorted(facts.items())},
    }


def load(content: Json) -> Loaded:
    """The facts in a file's content. Raises BadFacts where it is none, or one of a newer kind."""
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise BadFacts("", f"this is no facts file: it does not hold {KIND!r} as its kind")
    newer = _is_newer(content.get("version"))
    notes = []
    facts: dict[str, Fact[Any]] = {}
    told = content.get("facts")
    if not isinstance(told, dict):
        raise BadFacts("facts", _expected("an object", told))
    for name, (stands, each) in _by_name(told, OLDER_FACTS, "facts").items():
        if name in FACTS:
            facts[name] = _fact_in(each, FACTS[name].type, f"facts.{stands}")
        elif newer:
            notes.append(f"The fact {name!r} is of a newer version, and was passed over.")
        else:
            raise BadFacts(f"facts.{name}", "there is no such fact")
    return Loaded(facts, tuple(notes), content.get("report"))


def _is_newer(version: Json) -> bool:
    """Whether a file may hold facts that this version does not know."""
    parts = version.split(".") if isinstance(version, str) else []
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise BadFacts("version", f"a version such as 1.0 belongs here, and {_shown(version)} stands here")
    major, minor = map(int, parts)
    if major != VERSION[0]:
        raise BadFacts("version", f"this tool reads version {VERSION[0]}, and the file has version {version}")
    return minor > VERSION[1]


def _fact_out(fact: Fact[Any], kind: Any) -> dict[str, Json]:
    out: dict[str, Json] = {
        "value": None if fact.value is None else encode(fact.value, kind),
        "measured": encode(fact.measured, datetime),
        "source": fact.source,
        "place": fact.place.value,
        "seconds": round(fact.seconds, 3),
    }
    optional = {"failure": Failure, "window": Window, "age": timedelta}
    return out | {
        name: encode(value, kind) for name, kind in optional.items() if (value := getattr(fact, name)) is not None
    }


def _fact_in(told: Json, kind: Any, path: str) -> Fact[Any]:
    if not isinstance(told, dict):
        raise BadFacts(path, _expected("an object", told))
    needed = {"measured": datetime, "source": str, "place": Vantage}
    optional = {"failure": Failure, "seconds": float, "window": Window, "age": timedelta}
    if missing := next((name for name in needed if name not in told), ""):
        raise BadFacts(f"{path}.{missing}", "this is missing")
    read = {name: decode(told[name], type_, f"{path}.{name}") for name, type_ in needed.items()}
    read |= {name: decode(told[name], type_, f"{path}.{name}") for name, type_ in optional.items() if name in told}
    value = told.get("value")
    try:
        return Fact(None if value is None else decode(value, kind, f"{path}.value"), **read)
    except ValueError as wrong:
        if isinstance(wrong, BadFacts):
            raise
        raise BadFacts(path, str(wrong)) from None


def encode(value: Any, kind: Any) -> Json:
    """A value of a declared type as JSON. Raises TypeError for what does not belong into a fact, such as a secret."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else encode(value, _some(kind))
    if kind is Any or kind in _SCALARS:
        return _plain(value)
    if origin is tuple:
        each = (inner[0] for _ in value) if len(inner) == 2 and inner[1] is Ellipsis else inner
        return [encode(item, type_) for item, type_ in zip(value, each, strict=True)]
    if origin is frozenset:
        return sorted(encode(item, inner[0]) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        return {str(name): encode(item, inner[1]) for name, item in value.items()}
    if kind is datetime:
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    if kind is timedelta:
        return value.total_seconds()
    if issubclass(kind, Enum):
        return value.value
    return {name: encode(getattr(value, name), type_) for name, type_ in _fields(kind).items()}


def decode(told: Json, kind: Any, path: str) -> Any:
    """The value of a declared type that JSON holds. Raises BadFacts, with the path of what does not fit."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return told
    if origin in (typing.Union, types.UnionType):
        return None if told is None else decode(told, _some(kind), path)
    if kind in _SCALARS:
        return _scalar(told, kind, path)
    if origin in (tuple, frozenset):
        if not isinstance(told, list):
            raise BadFacts(path, _expected("a list", told))
        many = origin is frozenset or (len(inner) == 2 and inner[1] is Ellipsis)
        if not many and len(inner) != len(told):
            raise BadFacts(path, f"{len(inner)} values belong here, and there are {len(told)}")
        kinds = [inner[0]] * len(told) if many else inner
        return origin(decode(item, type_, f"{path}[{n}]") for n, (item, type_) in enumerate(zip(told, kinds)))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(told, dict):
            raise BadFacts(path, _expected("an object", told))
        return {name: decode(item, inner[1], f"{path}.{name}") for name, item in told.items()}
    if kind is datetime:
        return _moment(told, path)
    if kind is timedelta:
        return timedelta(seconds=_scalar(told, float, path))
    if issubclass(kind, Enum):
        return _member(told, kind, path)
    return _record(told, kind, path)


def _by_name(told: dict[str, Json], older: Mapping[str, str], path: str) -> dict[str, tuple[str, Json]]:
    """What an object holds, by the names of today: the name that stands in the file, and the value.

    Raises BadFacts where a value stands there under both names.
    """
    found: dict[str, tuple[str, Json]] = {}
    for stands, value in told.items():
        name = older.get(stands, stands)
        if name in found:
            raise BadFacts(f"{path}.{stands}", f"this is the same as {found[name][0]!r}, which stands there too")
        found[name] = (stands, value)
    return found


def _record(told: Json, kind: Any, path: str) -> Any:
    """A dataclass or NamedTuple.

    Older names of fields are read. Fields that a newer version added are passed over; those with a default may lack.
    """
    if not isinstance(told, dict):
        raise BadFacts(path, _expected("an object", told))
    held = _by_name(told, OLDER_FIELDS.get(kind, {}), path)
    read = {
        name: decode(held[name][1], type_, f"{path}.{held[name][0]}")
        for name, type_ in _fields(kind).items()
        if name in held
    }
    if missing := next((name for name in _required(kind) if name not in read), ""):
        raise BadFacts(f"{path}.{missing}", "this is missing")
    return kind(**read)


def _scalar(told: Json, kind: type, path: str) -> Any:
    fits = isinstance(told, (int, float) if kind is float else kind) and (kind is bool or not isinstance(told, bool))
    if not fits:
        raise BadFacts(path, _expected(_SCALARS[kind], told))
    return kind(told)


def _moment(told: Json, path: str) -> datetime:
    try:
        read = datetime.fromisoformat(told.replace("Z", "+00:00")) if isinstance(told, str) else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise BadFacts(path, _expected("a time such as 2026-11-30T11:12:13Z", told))
    return read


def _member(told: Json, kind: type[Enum], path: str) -> Enum:
    for member in kind:
        if member.value == told:
            return member
    raise BadFacts(
        path, f"one of {', '.join(str(each.value) for each in kind)} belongs here, and {_shown(told)} stands here"
    )


def _plain(value: Any) -> Json:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"a {type(value).__name__} does not belong into a fact")


def _some(kind: Any) -> Any:
    """What an optional type is when it is there."""
    present = [each for each in typing.get_args(kind) if each is not type(None)]
    if len(present) != 1:
        raise TypeError(f"a fact cannot hold {kind}")
    return present[0]


@cache
def _fields(kind: Any) -> dict[str, Any]:
    if not (is_dataclass(kind) or hasattr(kind, "_fields")):
        raise TypeError(f"a {getattr(kind, '__name__', kind)} does not belong into a fact")
    return typing.get_type_hints(kind)


@cache
def _required(kind: Any) -> tuple[str, ...]:
    if is_dataclass(kind):
        return tuple(each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING)
    defaults = kind._field_defaults  # pylint: disable=protected-access  # public, as of every NamedTuple
    return tuple(name for name in kind._fields if name not in defaults)


def _expected(what: str, told: Json) -> str:
    return f"{what} belongs here, and {_shown(told)} stands here"


def _shown(told: Json) -> str:
    """What stands in a file, short, and never a text that may be a secret."""
    if isinstance(told, str):
        return "a text"
    return _JSON_TYPES.get(type(told)) or _SCALARS.get(type(told)) or "something else"

"""Values of the lab's classes as JSON, and back by the types that the classes declare."""

from __future__ import annotations

import base64
import binascii
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from azext_iotdiag.lab.central.application import Central, Member
from azext_iotdiag.lab.dps.service import Dps, Registration
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.tenant.tenant import Resource, SignIns, Tenant
from azext_iotdiag.model.target import Secret

# Fields that a document holds in its own way, or that end with the lab.
LEFT_OUT: dict[type, frozenset[str]] = {
    Central: frozenset({"hubs", "members", "asked"}),
    Device: frozenset({"connected", "messages"}),
    Dps: frozenset({"registrations", "operations", "calls"}),
    Member: frozenset({"identity", "hub"}),
    Registration: frozenset({"enrollment"}),
    Resource: frozenset({"what"}),
    SignIns: frozenset({"codes", "refresh", "visitor"}),
    Tenant: frozenset({"issuer", "sign_ins", "graph_questions"}),
}
_PLAIN: dict[type, Callable[[Any], bool]] = {
    str: lambda data: isinstance(data, str),
    bool: lambda data: isinstance(data, bool),
    int: lambda data: isinstance(data, int) and not isinstance(data, bool),
    float: lambda data: isinstance(data, int | float) and not isinstance(data, bool),
}


class Unreadable(ValueError):
    """The data is not what `encode` made of a value of that type."""


def encode(value: Any) -> Any:
    """A value as JSON data. A Secret is written as it is: whoever stores the data must keep it private."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if is_dataclass(value) or hasattr(value, "_fields"):
        return {name: encode(getattr(value, name)) for name in _types(type(value))}
    if isinstance(value, Mapping):
        return {str(name): encode(each) for name, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(encode(each) for each in value)
    if isinstance(value, list | tuple):
        return [encode(each) for each in value]
    return value


def decode(kind: Any, data: Any, **more: Any) -> Any:
    """The value of a type that `encode` made `data` of. `more` are the fields that were left out.

    Raises Unreadable.
    """
    if kind is Any:
        return data
    if kind in _PLAIN:
        if not _PLAIN[kind](data):
            raise Unreadable(f"{data!r:.40} is no {kind.__name__}")
        return data
    if kind in (Secret, bytes):
        return _secret(data) if kind is Secret else _bytes(data)
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = (each for each in get_args(kind) if each is not type(None))
        return None if data is None else decode(inner, data)
    if get_origin(kind) is not None:
        return _collection(kind, data)
    return _object(kind, data, more)


def _secret(data: Any) -> Secret:
    return Secret(decode(str, data))


def _bytes(data: Any) -> bytes:
    try:
        return base64.b64decode(decode(str, data), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"no base64: {error}") from None


def _collection(kind: Any, data: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is dict:
        if not isinstance(data, dict):
            raise Unreadable(f"{data!r:.40} is no object")
        return {name: decode(inner[1], each) for name, each in data.items()}
    if not isinstance(data, list):
        raise Unreadable(f"{data!r:.40} is no array")
    if origin is tuple and Ellipsis not in inner:
        if len(data) != len(inner):
            raise Unreadable(f"{len(data)} values stand where {len(inner)} belong")
        return tuple(decode(each, one) for each, one in zip(inner, data, strict=True))
    return origin(decode(inner[0], each) for each in data)


def _object(kind: type, data: Any, more: dict[str, Any]) -> Any:
    if not isinstance(data, dict):
        raise Unreadable(f"{data!r:.40} is no {kind.__name__}")
    known = _types(kind)
    if strange := data.keys() - known.keys():
        raise Unreadable(f"a {kind.__name__} has no {sorted(strange)[0]!r}")
    if missing := [name for name in _required(kind) if name not in data and name not in more]:
        raise Unreadable(f"a {kind.__name__} lacks {missing[0]!r}")
    return kind(**{name: decode(known[name], each) for name, each in data.items()}, **more)


@cache
def _types(kind: type) -> dict[str, Any]:
    """The fields of a class that are written, with their types."""
    left_out = LEFT_OUT.get(kind, frozenset())
    names = [each.name for each in fields(kind)] if is_dataclass(kind) else list(kind._fields)  # type: ignore[attr-defined]
    hints = get_type_hints(kind)
    return {name: hints[name] for name in names if name not in left_out}


@cache
def _required(kind: type) -> tuple[str, ...]:
    if not is_dataclass(kind):
        return tuple(name for name in kind._fields if name not in kind._field_defaults)  # type: ignore[attr-defined]
    return tuple(
        each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING and each.init
    )

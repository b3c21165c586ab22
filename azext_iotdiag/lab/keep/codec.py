"""Values of the lab's classes as JSON, and back by the types that the classes declare.

For each type a function is made once, because a registry may hold thousands of devices.
"""

from __future__ import annotations

import base64
import binascii
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from azext_iotdiag.lab.central.application import Central, Member
from azext_iotdiag.lab.dps.service import Dps, Registration
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.tenant.tenant import Resource, SignIns, Tenant
from azext_iotdiag.model.target import Secret

# Fields that a document holds in its own way, or that end with the lab.
LEFT_OUT: dict[type, frozenset[str]] = {
    Central: frozenset({"hubs", "members", "asked", "metrics"}),
    Device: frozenset({"connected", "messages"}),
    Dps: frozenset({"registrations", "operations", "calls", "metrics"}),
    Member: frozenset({"identity", "hub"}),
    Registration: frozenset({"enrollment"}),
    Resource: frozenset({"what"}),
    SignIns: frozenset({"codes", "refresh", "visitor"}),
    Tenant: frozenset({"issuer", "sign_ins", "graph_questions"}),
}
_PLAIN: dict[Any, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (float, int)}

Function = Callable[[Any], Any]


class Unreadable(ValueError):
    """The data is not what `encode` made of a value of that type."""


def encode(kind: Any, value: Any) -> Any:
    """A value of a type as JSON data. A Secret is written as it is: the caller must keep the data private."""
    return _encoder(kind)(value)


def decode(kind: Any, data: Any, **more: Any) -> Any:
    """The value of a type that `encode` made `data` of. `more` are the fields of an object that were left out.

    Raises Unreadable.
    """
    return _object_decoder(kind)(data, more) if more else _decoder(kind)(data)


def _same(value: Any) -> Any:
    return value


@cache
def _encoder(kind: Any) -> Function:
    if kind is Any or kind in _PLAIN:
        return _same
    if kind is Secret:
        return Secret.reveal
    if kind is bytes:
        return lambda value: base64.b64encode(value).decode("ascii")
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        encoder = _encoder(_without_none(inner))
        return _same if encoder is _same else lambda value: None if value is None else encoder(value)
    if origin is dict:
        encoder = _encoder(inner[1])
        return dict if encoder is _same else lambda value: {name: encoder(each) for name, each in value.items()}
    if origin in (set, frozenset):
        encoder = _encoder(inner[0])
        return lambda value: sorted(encoder(each) for each in value)
    if origin is tuple and Ellipsis not in inner:
        encoders = [_encoder(each) for each in inner]
        return lambda value: [one(each) for one, each in zip(encoders, value, strict=True)]
    if origin is not None:
        encoder = _encoder(inner[0])
        return list if encoder is _same else lambda value: [encoder(each) for each in value]

    def later(value: Any) -> Any:  # made when it is needed: a device has modules, which are devices
        return _object_encoder(kind)(value)

    return later


@cache
def _object_encoder(kind: type) -> Function:
    known = {name: _encoder(each) for name, each in _types(kind).items()}
    others = [(name, encoder) for name, encoder in known.items() if encoder is not _same]
    names, get = tuple(known), attrgetter(*known) if len(known) > 1 else None

    def encoded(value: Any) -> dict[str, Any]:
        found = dict(zip(names, get(value) if get else (getattr(value, names[0]),), strict=True))
        for name, encoder in others:
            found[name] = encoder(found[name])
        return found

    return encoded


@cache
def _decoder(kind: Any) -> Function:
    if kind is Any:
        return _same
    if kind in _PLAIN:
        return _plain_decoder(kind)
    if kind is Secret:
        text = _decoder(str)
        return lambda data: Secret(text(data))
    if kind is bytes:
        return _bytes
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        decoder = _decoder(_without_none(inner))
        return lambda data: None if data is None else decoder(data)
    if origin is dict:
        decoder = _decoder(inner[1])
        return lambda data: {name: decoder(each) for name, each in _checked(dict, data).items()}
    if origin is tuple and Ellipsis not in inner:
        return _tuple_decoder([_decoder(each) for each in inner])
    if origin is not None:
        decoder = _decoder(inner[0])
        return lambda data: origin(decoder(each) for each in _checked(list, data))
    return lambda data: _object_decoder(kind)(data, {})


def _plain_decoder(kind: type) -> Function:
    kinds = _PLAIN[kind]

    def decoded(data: Any) -> Any:
        if type(data) not in kinds:
            raise Unreadable(f"{data!r:.40} is no {kind.__name__}")
        return data

    return decoded


def _bytes(data: Any) -> bytes:
    try:
        return base64.b64decode(_decoder(str)(data), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"no base64: {error}") from None


def _tuple_decoder(decoders: list[Function]) -> Function:
    def decoded(data: Any) -> tuple[Any, ...]:
        if len(_checked(list, data)) != len(decoders):
            raise Unreadable(f"{len(data)} values stand where {len(decoders)} belong")
        return tuple(one(each) for one, each in zip(decoders, data, strict=True))

    return decoded


@cache
def _object_decoder(kind: type) -> Callable[[Any, dict[str, Any]], Any]:
    known = {name: _decoder(each) for name, each in _types(kind).items()}
    required = _required(kind)

    def decoded(data: Any, more: dict[str, Any]) -> Any:
        found = _checked(dict, data)
        if not found.keys() <= known.keys():
            raise Unreadable(f"a {kind.__name__} has no {sorted(found.keys() - known.keys())[0]!r}")
        if missing := [name for name in required if name not in found and name not in more]:
            raise Unreadable(f"a {kind.__name__} lacks {missing[0]!r}")
        return kind(**{name: known[name](each) for name, each in found.items()}, **more)

    return decoded


def _checked(kind: type, data: Any) -> Any:
    if not isinstance(data, kind):
        raise Unreadable(f"{data!r:.40} is no {'object' if kind is dict else 'array'}")
    return data


def _without_none(kinds: tuple[Any, ...]) -> Any:
    (inner,) = (each for each in kinds if each is not type(None))
    return inner


def _types(kind: Any) -> dict[str, Any]:
    """The fields of a class that are written, with their types."""
    left_out = LEFT_OUT.get(kind, frozenset())
    names = [each.name for each in fields(kind)] if is_dataclass(kind) else list(kind._fields)
    hints = get_type_hints(kind)
    return {name: hints[name] for name in names if name not in left_out}


def _required(kind: Any) -> tuple[str, ...]:
    if not is_dataclass(kind):
        defaults = kind._field_defaults  # pylint: disable=protected-access  # public, as of every NamedTuple
        return tuple(name for name in kind._fields if name not in defaults)
    return tuple(each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING)

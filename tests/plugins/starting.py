"""Which tests start something: a lab, az, another program, or a client that is not ours. The others are the quick ones.

This is read from the test, so that a new test is a quick one until it starts something. What counts is what the test,
its fixtures and the functions of tests/ that they use refer to, and what they import.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

# Whatever refers to a module of these, or to something from it, starts something.
STARTERS = (
    "azext_iotdiag.lab.process.hosting.",
    "azext_iotdiag.lab.process.detached.",
    "azure.cli.",
    "azure.eventhub.",
    "paho.",
    "subprocess.",
)


def starts_something(item: pytest.Item) -> bool:
    """Whether a test starts something, itself or by a fixture."""
    fixtures = getattr(item, "_fixtureinfo", None)
    functions = [each.func for found in getattr(fixtures, "name2fixturedefs", {}).values() for each in found]
    return any(_leads_to_a_starter(each) for each in [getattr(item, "function", None), *functions])


@cache
def _leads_to_a_starter(start: Any) -> bool:
    seen: set[int] = set()
    rest: list[Any] = [start]
    while rest:
        value = rest.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        home = _home(value)
        if f"{home}.".startswith(STARTERS):
            return True
        if home.partition(".")[0] in ("tests", "conftest"):
            rest += _referred(value)
    return False


def _home(value: Any) -> str:
    """The name of the module that a value comes from. A text stands for the name of a module."""
    if isinstance(value, str):
        return value
    return value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", None) or ""


def _referred(value: Any) -> Iterator[Any]:
    """What a function, or the functions of a class, refer to among the names of their module."""
    value = getattr(value, "__wrapped__", value)
    value = getattr(getattr(value, "hypothesis", None), "inner_test", value)
    if isinstance(value, type):
        yield from (each for each in vars(value).values() if callable(each) or isinstance(each, property))
        yield from value.__bases__
    elif isinstance(value, property):
        yield value.fget
    elif isinstance(value, types.FunctionType):
        named = set(_names(value.__code__))
        for each in (value.__globals__[name] for name in named if name in value.__globals__):
            if not isinstance(each, str):
                yield each
            if isinstance(each, types.ModuleType):  # what is used as module.name
                yield from (vars(each)[name] for name in named if not isinstance(vars(each).get(name, ""), str))
        yield from named  # among them the modules that the function imports


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)

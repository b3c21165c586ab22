"""Filters become one test, and nothing where nothing is asked."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.event import Event
from azext_iotdiag.streams.filters import MessageFilters, by_option, matcher


def event(device="d", module="", component="", interface="", mark="dt-dataschema") -> Event:
    return Event("", device, module, component, "0", 0, "", 0, {}, {}, {mark: interface} if interface else {}, b"")


@pytest.mark.parametrize("field", ["device", "module", "component", "interface"])
@pytest.mark.parametrize(("pattern", "yes", "no"), [
    ("device-1", ["device-1"], ["Device-1", "device-11", "xdevice-1", "device-1\n", ""]),
    ("device-*", ["device-", "device-1", "device-a*b"], ["Device-1", "device", "xdevice-1"]),
    ("*", ["", "x", "a\nb"], []),
    ("?", ["x", "?", "*", "[", "ä"], ["", "xx"]),
    ("d?v", ["dev", "d?v", "d.v"], ["dv", "deev"]),
    ("[a]*", ["[a]", "[a]1"], ["a", "a1", "[b]"]),
    ("[!a]?", ["[!a]x"], ["bx", "[!a]"]),
    ("[", ["["], ["", "a"]),
    ("*]", ["]", "a]"], ["a"]),
    ("[a-z]", ["[a-z]"], ["a", "q"]),
    ("a.b*", ["a.b", "a.bc"], ["axb"]),
    ("(a+)*", ["(a+)", "(a+)b"], ["a", "aa"]),
    ("a\\*", ["a\\", "a\\b"], ["a*"]),
    ("$*^", ["$^", "$x^"], ["^"]),
    ("**a**", ["a", "bab"], ["b"]),
    ("*a*a*a*a*a*a*b", ["aaaaaab"], ["a" * 60]),
])  # fmt: skip
def test_a_pattern(field: str, pattern: str, yes: list[str], no: list[str]) -> None:
    matches = matcher(MessageFilters(**{field: pattern}))
    assert [device for device in yes + no if matches(event(**{field: device}))] == yes


def test_nothing_asked_costs_nothing() -> None:
    assert matcher(MessageFilters()) is None
    assert not MessageFilters().asked and MessageFilters(module="m").asked


@pytest.mark.parametrize(("filters", "passed"), [
    (MessageFilters("d", "m"), ["dm", "dmc", "dmci"]),
    (MessageFilters("d", component="c"), ["dmc", "dmci"]),
    (MessageFilters("*", "*", "c", "i"), ["dmci"]),
    (MessageFilters("x", "m", "c", "i"), []),
    (MessageFilters(module=""), ["d"]),
])  # fmt: skip
def test_all_must_match(filters: MessageFilters, passed: list[str]) -> None:
    events = {name: event(*name) for name in ("d", "dm", "dmc", "dmci")}
    matches = matcher(filters)
    assert [name for name, sample in events.items() if matches(sample)] == passed


@pytest.mark.parametrize(("filters", "passed"), [
    (MessageFilters(devices=frozenset({"a", "b"})), ["a/", "a/m", "b/"]),
    (MessageFilters(devices=frozenset()), []),
    (MessageFilters(devices=frozenset(), modules=frozenset({("a", "m"), ("c", "n")})), ["a/m"]),
    (MessageFilters("b", devices=frozenset({"a", "b"})), ["b/"]),
])  # fmt: skip
def test_what_a_query_picked(filters: MessageFilters, passed: list[str]) -> None:
    matches = matcher(filters)
    assert [name for name in ("a/", "a/m", "b/", "c/m") if matches(event(*name.split("/")))] == passed


def test_the_options_are_told_in_order() -> None:
    asked = MessageFilters("d", "m", "c", "i", frozenset(), frozenset())
    assert list(by_option(asked)) == ["--device-id", "--device-query", "--module-id", "--component", "--interface"]
    assert list(by_option(MessageFilters(component="c"))) == ["--component"]


@pytest.mark.parametrize("mark", ["dt-dataschema", "iothub-interface-name"])
@pytest.mark.parametrize(("pattern", "passes"), [
    ("dtmi:com:example:Pump;1", True), ("dtmi:com:example:*", True), ("dtmi:com:example:Pump;2", False),
])  # fmt: skip
def test_an_interface_has_two_names(mark: str, pattern: str, passes: bool) -> None:
    sample = event(interface="dtmi:com:example:Pump;1", mark=mark)
    assert bool(matcher(MessageFilters(interface=pattern))(sample)) is passes


@pytest.mark.parametrize(("pattern", "exact"), [(None, ""), ("d*", ""), ("d?", ""), ("d-1", "d-1")])
def test_exact_device(pattern: str | None, exact: str) -> None:
    assert MessageFilters(pattern).exact_device == exact

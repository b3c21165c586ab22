"""Judges reported and desired properties: markers of components, acknowledgements, values, and the limits of a twin."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.knowledge.message import NOT_AN_OBJECT
from azext_iotdiag.knowledge.payload import MISSING_FIELD, NULL_VALUE, UNKNOWN_COMPONENT, WRONG_KIND
from azext_iotdiag.knowledge.properties import (
    MISSING_COMPONENT_MARKER,
    NOT_WRITABLE,
    OUTDATED_PROPERTY_FORMAT,
    TWIN_LIMIT,
    UNEXPECTED_COMPONENT_MARKER,
    WRONG_ACKNOWLEDGEMENT,
)
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.rules import Compiler
from azext_iotdiag.payload.schema import Interface
from azext_iotdiag.payload.suggest import Names
from azext_iotdiag.payload.telemetry import Scopes, rules_and_names, unknown
from azext_iotdiag.payload.violations import Rule, Violation, shown, under, violation

MARKER = "__t"
_OWN_STATUS = ("status", "statusCode", "statusDescription", "code", "version", "desiredVersion")
_SERVICE = frozenset({"$version", "$metadata"})  # the service writes these into every twin
_OLD_INSTANCE = "$iotin:"  # how the previews before July 2020 named a component in a twin

# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins, "Device twin size" and the format of tags
KEY_BYTES = 1024
TEXT_BYTES = 4096
LEVELS = 10
LOWEST, HIGHEST = -(2**52), 2**52 - 1
TOTAL_BYTES = 32 * 1024


class _Scope(NamedTuple):
    """The properties of the root or of one component: the rule for each name, and which ones can be written."""

    name: str
    rules: Mapping[str, Rule]
    writable: frozenset[str]
    near: Names


def judge(root: Interface, among: Scopes, compiler: Compiler, *, desired: bool = False) -> Rule:
    """The rule for a patch of the reported, or the desired, properties of a device or module."""
    scopes = {"": _scope("", root, compiler)}
    scopes |= {name: _scope(name, each, compiler) for name, each in (root.instances | root.components).items()}  # type: ignore[operator]

    def rule(patch: Any) -> list[Violation] | None:
        if type(patch) is not dict:
            message = f"expected an object with properties, got {shown(patch)}"
            return violation(NOT_AN_OBJECT, Severity.FAIL, message, expected="an object", got=shown(patch))
        violations = list(_limits(patch))
        own = {name: each for name, each in patch.items() if name not in _SERVICE}
        for name, value in own.items():
            if name in root.components:
                found = _component(name, value, scopes[name], among, desired)
            elif name.startswith(_OLD_INSTANCE) and name.removeprefix(_OLD_INSTANCE) in scopes and type(value) is dict:
                found = _properties(value, scopes[name.removeprefix(_OLD_INSTANCE)], among, desired)
            elif type(value) is dict and MARKER in value and name not in scopes[""].rules:
                message = f"{name} is not a component of the model"
                found = violation(UNKNOWN_COMPONENT, Severity.FAIL, message, got=name)
            else:
                found = _property(name, value, own, scopes[""], among, desired)
            violations += under(name, found)
        return violations or None

    return rule


def _scope(name: str, interface: Interface, compiler: Compiler) -> _Scope:
    rules, near = rules_and_names(interface, "property", compiler)
    place = (id(interface), "writable")
    if place not in compiler.of_interfaces:
        found = (each.name for each in interface.contents if each.kind == "property" and each.writable)
        compiler.of_interfaces[place] = frozenset(found)
    return _Scope(name, rules, compiler.of_interfaces[place], near)


def _component(name: str, value: Any, scope: _Scope, among: Scopes, desired: bool) -> list[Violation]:
    if value is None:
        return _deleted(name)
    if type(value) is not dict:
        message = f"{name} is a component: expected an object with its properties, got {shown(value)}"
        return violation(NOT_AN_OBJECT, Severity.FAIL, message, expected="an object", got=shown(value))
    violations: list[Violation] = []
    if value.get(MARKER) != "c":
        got = shown(value[MARKER]) if MARKER in value else "no marker"
        message = f'the properties of component {name} need "{MARKER}": "c" beside them, got {got}'
        violations += violation(MISSING_COMPONENT_MARKER, Severity.FAIL, message, expected=f'"{MARKER}": "c"', got=got)
    inner = {key: each for key, each in value.items() if key != MARKER}
    return violations + _properties(inner, scope, among, desired)


def _properties(patch: dict[str, Any], scope: _Scope, among: Scopes, desired: bool) -> list[Violation]:
    violations: list[Violation] = []
    for name, value in patch.items():
        violations += under(name, _property(name, value, patch, scope, among, desired))
    return violations


def _property(
    name: str, value: Any, beside: Mapping[str, Any], scope: _Scope, among: Scopes, desired: bool
) -> list[Violation]:
    rule = scope.rules.get(name)
    if rule is None:
        if not desired and among.kinds[scope.name].get(name) == "command":
            return _result(name, value)
        return unknown(name, beside, among, scope.name, "property", scope.near)
    if value is None:
        return _deleted(name)
    if type(value) is dict and MARKER in value and rule(value):
        message = f'{name} is a property and bears "{MARKER}", the marker of a component'
        return violation(UNEXPECTED_COMPONENT_MARKER, Severity.FAIL, message, got=shown(value[MARKER]))
    if desired:
        return (rule(value) or []) + ([] if name in scope.writable else _not_writable(name, value))
    if type(value) is dict and _is_outdated(value) and rule(value):
        return _outdated(name, value, rule)
    if type(value) is dict and ({"ac", "av"} & value.keys()) and rule(value):
        return _acknowledgement(name, value, rule, name in scope.writable)
    found = rule(value) or []
    if name in scope.writable and (not found or type(value) is dict):
        how = "as a plain value"
        if type(value) is dict and (own := next((each for each in _OWN_STATUS if each in value), "")):
            how = f"with a {own} of its own"
        message = f"{name} is writable and reported {how}: its changes stay pending without value, ac and av"
        found += violation(WRONG_ACKNOWLEDGEMENT, Severity.WARN, message, expected="value, ac, av", got=shown(value))
    return found


def _not_writable(name: str, value: Any) -> list[Violation]:
    message = f"{name} is set as a desired property, and the model says that it is not writable"
    return violation(NOT_WRITABLE, Severity.WARN, message, got=shown(value))


def _result(name: str, value: Any) -> list[Violation]:
    """The result of a long-running command, which a device reports under the name of the command.

    https://learn.microsoft.com/azure/iot-central/core/howto-use-commands
    """
    if type(value) is dict and "value" in value:
        return []
    message = f'{name} is a command: the result of a long-running one is reported as {{"value": …}}'
    return violation(WRONG_KIND, Severity.WARN, message, expected="an object with a value", got=shown(value))


def _deleted(name: str) -> list[Violation]:
    return violation(NULL_VALUE, Severity.NOTE, f"{name} is null, which deletes it from the twin", got="null")


def _acknowledgement(name: str, value: dict[str, Any], rule: Rule, writable: bool) -> list[Violation]:
    if not writable:
        message = f"{name} is acknowledged as if it were writable, and the model says it is not: report its plain value"
        return violation(WRONG_ACKNOWLEDGEMENT, Severity.FAIL, message, expected="a plain value", got=shown(value))
    violations: list[Violation] = []
    for part, fits, expected in _ACKNOWLEDGEMENT:
        if part not in value:
            if part != "ad":
                message = f"the acknowledgement of {name} lacks {part}, {expected}"
                violations += violation(WRONG_ACKNOWLEDGEMENT, Severity.FAIL, message, expected=part)
        elif not fits(value[part]):
            message = f"expected {expected}, got {shown(value[part])}"
            wrong = violation(WRONG_ACKNOWLEDGEMENT, Severity.FAIL, message, expected=expected, got=shown(value[part]))
            violations += under(part, wrong)
    for part in value.keys() - {"value", "ac", "av", "ad"}:
        message = f"an acknowledgement has value, ac, av and ad, and no {part}"
        violations += under(part, violation(WRONG_ACKNOWLEDGEMENT, Severity.WARN, message, got=part))
    # The value of an acknowledgement may be a part of an Object only.
    inner = (
        [each for each in (rule(value["value"]) or []) if each.entry is not MISSING_FIELD] if "value" in value else []
    )
    return violations + under("value", inner)


def _is_status(value: Any) -> bool:
    return type(value) is int and 100 <= value <= 599


_ACKNOWLEDGEMENT: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("value", lambda value: True, "the value that is in effect"),
    ("ac", _is_status, "a status as in HTTP, such as 200"),
    ("av", lambda value: type(value) is int and value >= 0, "the $version of the desired properties that is answered"),
    ("ad", lambda value: type(value) is str, "a text"),
)


def _is_outdated(value: dict[str, Any]) -> bool:
    return "value" in value and value.keys() <= {"value", "status", "statusCode", "statusDescription", "desiredVersion"}


def _outdated(name: str, value: dict[str, Any], rule: Rule) -> list[Violation]:
    inner = value["value"]
    steps = ["value"]
    if type(inner) is dict and list(inner) == ["value"] and rule(inner):
        inner, steps = inner["value"], ["value", "value"]
    found = rule(inner) or []
    for step in steps:
        found = under(step, found)
    message = f"{name} is reported in the format of before July 2020, as an object with a value in it"
    return violation(OUTDATED_PROPERTY_FORMAT, Severity.WARN, message, got=shown(value)) + found


def _limits(patch: dict[str, Any]) -> Iterator[Violation]:
    """What a twin cannot hold. Beyond the tenth level nothing is looked at: the level itself is the violation."""
    size = 0
    if _depth_fits(patch):
        own = {name: value for name, value in patch.items() if name not in _SERVICE}
        size = _bytes(json.dumps(own, ensure_ascii=False, separators=(",", ":")))
    if size > TOTAL_BYTES:
        yield from _limit(f"the properties take {size} bytes, and a twin holds {TOTAL_BYTES}", (), size)
    rest: list[tuple[Any, tuple[str | int, ...]]] = [(patch, ())]
    while rest:
        value, path = rest.pop()
        if type(value) is dict or type(value) is list:
            if len(path) > LEVELS:
                yield from _limit(f"this is more than {LEVELS} levels deep", path, len(path))
                continue
            steps = value.items() if type(value) is dict else enumerate(value)
            for step, inner in steps:
                if type(step) is str and step not in _SERVICE:
                    yield from _key(step, (*path, step))
                if path or step not in _SERVICE:
                    rest.append((inner, (*path, step)))
        elif type(value) is str and len(value) > TEXT_BYTES // 4 and _bytes(value) > TEXT_BYTES:
            yield from _limit(
                f"the text takes {_bytes(value)} bytes, and a twin takes {TEXT_BYTES}", path, _bytes(value)
            )
        elif isinstance(value, int) and not LOWEST <= value <= HIGHEST:
            yield from _limit(
                f"a twin holds whole numbers from {LOWEST} to {HIGHEST}, and this is {shown(value)}", path, shown(value)
            )


def _depth_fits(patch: Any) -> bool:
    level, parts = 0, [patch]
    while parts and level <= LEVELS + 2:
        parts = [
            inner
            for part in parts
            for inner in (part.values() if type(part) is dict else part)
            if type(inner) is dict or type(inner) is list
        ]
        level += 1
    return not parts


def _key(name: str, path: tuple[str | int, ...]) -> Iterator[Violation]:
    if _bytes(name) > KEY_BYTES:
        yield from _limit(f"the name takes {_bytes(name)} bytes, and a twin takes {KEY_BYTES}", path, _bytes(name))
    if name.startswith(_OLD_INSTANCE):
        name = name.removeprefix(_OLD_INSTANCE)
    wrong = next((each for each in name if each in ".$" or ord(each) <= 32 or 127 <= ord(each) < 160), "")
    if wrong:
        yield from _limit(f"a name in a twin may not hold {wrong!r}", path, name)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _limit(message: str, path: tuple[str | int, ...], got: str | int) -> Iterator[Violation]:
    yield Violation(TWIN_LIMIT, Severity.FAIL, message, path, {"got": got})

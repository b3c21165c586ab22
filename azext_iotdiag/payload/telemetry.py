"""Judges the telemetry of one scope: a device at its root, one of its components, or a module."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from azext_iotdiag.knowledge.message import NOT_AN_OBJECT
from azext_iotdiag.knowledge.payload import (
    AMBIGUOUS_NAME,
    MISSPELT_NAME,
    NULL_VALUE,
    RESERVED_NAME,
    UNMODELED_FIELD,
    WRONG_COMPONENT,
    WRONG_KIND,
)
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.rules import Compiler
from azext_iotdiag.payload.schema import Content, Interface
from azext_iotdiag.payload.suggest import NO_NAMES, Names, difference
from azext_iotdiag.payload.terms import RESERVED
from azext_iotdiag.payload.violations import MOST, Alike, Rule, Violation, shown, under, violation

SHOWN_HOMES = 5  # components that a message names


def rules_of(contents: Iterable[Content], kind: str, compiler: Compiler) -> dict[str, Rule]:
    """The rule for each name of that kind; where several interfaces have the name, one that tries them all."""
    found: dict[str, list[Content]] = {}
    for content in contents:
        if content.kind == kind and content.schema is not None:
            found.setdefault(content.name, []).append(content)
    return {
        name: compiler.rule(each[0].schema) if len(each) == 1 and each[0].schema else _any_of(name, each, compiler)
        for name, each in found.items()
    }


def rules_and_names(interface: Interface, kind: str, compiler: Compiler) -> tuple[dict[str, Rule], Names]:
    """The rules for the names of a kind, and an index of these names: made once for all that have the interface."""
    place = (id(interface), kind)
    if place not in compiler.of_interfaces:
        rules = rules_of(interface.contents, kind, compiler)
        compiler.of_interfaces[place] = (rules, Names(rules))
    made: tuple[dict[str, Rule], Names] = compiler.of_interfaces[place]
    return made


def _any_of(name: str, candidates: list[Content], compiler: Compiler) -> Rule:
    rules = [compiler.rule(each.schema) for each in candidates if each.schema is not None]
    interfaces = ", ".join(dict.fromkeys(each.interface for each in candidates))
    message = f"{name} is defined in {interfaces}, and the message does not say which of them it is for"

    def rule(value: Any) -> list[Violation] | None:
        violations = violation(AMBIGUOUS_NAME, Severity.WARN, message, interfaces=interfaces)
        found = [each(value) for each in rules]
        if all(found):  # only what fits none of them has the wrong type
            violations += found[0] or []
        return violations

    return rule


def kinds(interface: Interface) -> dict[str, str]:
    """What each name of an interface is, a component included."""
    found = {content.name: content.kind for content in reversed(interface.contents)}
    return found | dict.fromkeys(interface.components, "component")


class Scopes:
    """The names of a device's root, which is "", and of its components: what each is, and where a name is at home."""

    def __init__(self, interfaces: Mapping[str, Interface]):
        apart = {id(each): each for each in interfaces.values()}  # many components may have the same interface
        of_interface = {number: kinds(each) for number, each in apart.items()}
        self.kinds = {scope: of_interface[id(each)] for scope, each in interfaces.items()}
        self._order = {scope: order for order, scope in enumerate(interfaces)}
        self._scopes: dict[int, list[str]] = {}
        for scope, each in interfaces.items():
            self._scopes.setdefault(id(each), []).append(scope)
        self._homes: dict[tuple[str, str], list[int]] = {}
        for number, names in of_interface.items():
            for name in names.items():
                self._homes.setdefault(name, []).append(number)

    def elsewhere(self, name: str, kind: str, own: str) -> list[str]:
        """The scopes beside `own` that have the name as this kind."""
        homes = self._homes.get((name, kind), ())
        found = [each for number in homes for each in self._scopes[number] if each != own]
        return sorted(found, key=self._order.__getitem__) if len(homes) > 1 else found


def judge(scope: Interface, scopes: Scopes, own: str, compiler: Compiler) -> Rule:
    """The rule for a whole body that came from this scope, which is called `own` among `scopes`."""
    rules, near = rules_and_names(scope, "telemetry", compiler)
    rule_of = rules.get

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not dict:
            return _batch(value, rule) if type(value) is list else _no_object(value)
        violations: list[Violation] | None = None
        for name, each in value.items():
            field = rule_of(name)
            if field is None:
                names = near if violations is None or len(violations) < MOST else NO_NAMES
                found: list[Violation] | None = unknown(name, value, scopes, own, "telemetry", names)
            else:
                found = field(each)
            if found is not None:
                found = _null(name) if each is None and field is not None else found
                violations = violations if violations is not None else []
                violations += under(name, found)
        return violations

    return rule


def _no_object(value: Any) -> list[Violation]:
    message = f"expected an object with fields, got {shown(value)}"
    return violation(NOT_AN_OBJECT, Severity.FAIL, message, expected="an object", got=shown(value))


def _batch(values: list[Any], rule: Rule) -> list[Violation]:
    """What is wrong with a list of bodies: the list itself, and what is wrong in each body."""
    if not any(type(each) is dict for each in values):
        return _no_object(values)
    message = f"the body is an array of {len(values)}, and not every service takes such a batch apart: send one object"
    violations = violation(NOT_AN_OBJECT, Severity.WARN, message, expected="an object", got=shown(values))
    alike = Alike()
    for index, each in enumerate(values):
        found = rule(each) if type(each) is dict else _no_object(each)
        if found:
            alike.add(index, found)
    return violations + alike.violations()


def _null(name: str) -> list[Violation]:
    message = f"{name} is null, which is no value; leave it out where there is none"
    return violation(NULL_VALUE, Severity.WARN, message, got="null")


def unknown(name: str, beside: Container[str], scopes: Scopes, own: str, sent_as: str, near: Names) -> list[Violation]:
    """What a name is that the scope does not have as what it was sent as, telemetry or property.

    `near` holds the names that the scope has as that.
    """
    if name in RESERVED:
        return violation(RESERVED_NAME, Severity.WARN, f"IoT Central ignores what is sent as {name}", got=name)
    kind = scopes.kinds[own].get(name, "")
    if kind:
        message = f"{name} is modelled as a {kind} and sent as {_with_article(sent_as)}"
        return violation(WRONG_KIND, Severity.FAIL, message, expected=kind, got=sent_as)
    elsewhere = scopes.elsewhere(name, sent_as, own)
    if elsewhere:
        where = ", ".join(f"component {each}" if each else "the root of the model" for each in elsewhere[:SHOWN_HOMES])
        where += f" and {len(elsewhere) - SHOWN_HOMES} more" if len(elsewhere) > SHOWN_HOMES else ""
        came = f"component {own}" if own else "no component"
        message = f"{name} exists in {where}, and was sent for {came}"
        return violation(WRONG_COMPONENT, Severity.FAIL, message, expected=where, got=came, suggestion=elsewhere[0])
    meant = near.nearest(name, beside)
    if meant:
        message = f"{name} is not in the model: {difference(name, meant)}"
        return violation(MISSPELT_NAME, Severity.FAIL, message, got=name, suggestion=meant)
    return violation(UNMODELED_FIELD, Severity.WARN, f"{name} is not in the model", got=name)


def _with_article(kind: str) -> str:
    return kind if kind == "telemetry" else f"a {kind}"

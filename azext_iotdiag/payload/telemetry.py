"""Judges the telemetry of one scope: a device at its root, one of its components, or a module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from azext_iotdiag.payload.faults import Fault, Rule, fault, shown, under
from azext_iotdiag.payload.rules import Compiler
from azext_iotdiag.payload.schema import Content, Interface
from azext_iotdiag.payload.suggest import difference, nearest
from azext_iotdiag.payload.terms import RESERVED

Names = Mapping[str, Mapping[str, str]]  # of every scope of a device, "" for the root: name → kind


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


def _any_of(name: str, candidates: list[Content], compiler: Compiler) -> Rule:
    rules = [compiler.rule(each.schema) for each in candidates if each.schema is not None]
    interfaces = ", ".join(dict.fromkeys(each.interface for each in candidates))
    message = f"{name} is defined in {interfaces}, and the message does not say which of them it is for"

    def rule(value: Any) -> list[Fault] | None:
        faults = fault(AMBIGUOUS_NAME, Severity.WARN, message, interfaces=interfaces)
        found = [each(value) for each in rules]
        if all(found):  # only what fits none of them has the wrong type
            faults += found[0] or []
        return faults

    return rule


def kinds(interface: Interface) -> dict[str, str]:
    """What each name of an interface is, a component included."""
    found = {content.name: content.kind for content in reversed(interface.contents)}
    return found | dict.fromkeys(interface.components, "component")


def judge(scope: Interface, names: Names, own: str, compiler: Compiler) -> Rule:
    """The rule for a whole body that came from this scope, which is called `own` among `names`."""
    rules = rules_of(scope.contents, "telemetry", compiler)
    rule_of = rules.get

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not dict:
            message = f"expected an object with fields, got {shown(value)}"
            return fault(NOT_AN_OBJECT, Severity.FAIL, message, expected="an object", got=shown(value))
        faults: list[Fault] | None = None
        for name, each in value.items():
            field = rule_of(name)
            found = unknown(name, value, names, own, "telemetry", rules) if field is None else field(each)
            if found is not None:
                found = _null(name) if each is None and field is not None else found
                faults = (faults or []) + under(name, found)
        return faults

    return rule


def _null(name: str) -> list[Fault]:
    message = f"{name} is null, which is no value; leave it out where there is none"
    return fault(NULL_VALUE, Severity.WARN, message, got="null")


def unknown(
    name: str, beside: Mapping[str, Any], names: Names, own: str, sent_as: str, rules: Mapping[str, Rule]
) -> list[Fault]:
    """What a name is that the scope does not have as what it was sent as, telemetry or property."""
    if name in RESERVED:
        return fault(RESERVED_NAME, Severity.WARN, f"IoT Central ignores what is sent as {name}", got=name)
    kind = names[own].get(name, "")
    if kind:
        message = f"{name} is modelled as a {kind} and sent as {_with_article(sent_as)}"
        return fault(WRONG_KIND, Severity.FAIL, message, expected=kind, got=sent_as)
    elsewhere = [scope for scope, known in names.items() if known.get(name) == sent_as and scope != own]
    if elsewhere:
        where = ", ".join(f"component {each}" if each else "the root of the model" for each in elsewhere)
        came = f"component {own}" if own else "no component"
        message = f"{name} exists in {where}, and was sent for {came}"
        return fault(WRONG_COMPONENT, Severity.FAIL, message, expected=where, got=came, suggestion=elsewhere[0])
    near = nearest(name, [each for each in rules if each not in beside])
    if near:
        message = f"{name} is not in the model: {difference(name, near)}"
        return fault(MISSPELT_NAME, Severity.FAIL, message, got=name, suggestion=near)
    return fault(UNMODELED_FIELD, Severity.WARN, f"{name} is not in the model", got=name)


def _with_article(kind: str) -> str:
    return kind if kind == "telemetry" else f"a {kind}"

"""A model that judges: compiled once, after which judging a payload is calls only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.knowledge.message import INVALID_JSON
from azext_iotdiag.knowledge.payload import UNKNOWN_COMPONENT, UNKNOWN_MODULE
from azext_iotdiag.model.finding import Entry, Finding, Severity
from azext_iotdiag.payload import properties, schemas, telemetry, terms
from azext_iotdiag.payload.fast_path import FastPath, telemetry_of
from azext_iotdiag.payload.json_text import read_json
from azext_iotdiag.payload.reading import ModelReading
from azext_iotdiag.payload.rules import Compiler
from azext_iotdiag.payload.schema import Document, Interface, ModelError, Unknown
from azext_iotdiag.payload.suggest import difference, nearest
from azext_iotdiag.payload.violations import Rule, Violation, findings, violation

_Scope = tuple[Rule, "FastPath | None"]  # what judges a decoded body, and what knows right ones by their bytes


class Model:
    """What a device may send, as its template or DTDL model says it.

    `document` is the model as it was read, `issues` what is wrong or odd in it. Made by `read_model`.
    """

    def __init__(self, document: Document, *, strict: bool = False):
        self.document = document
        self.issues = document.issues
        self.strict = strict
        self._compiler = Compiler(document.schemas)
        self._judged: dict[str, Rule] = {}
        root = document.root
        self._telemetry: dict[str, dict[str, _Scope]] = {"": _scopes(root, self._compiler)}
        self._whole = self._telemetry[""][""]
        self._reported = {"": _properties(root, self._compiler)}
        self._desired = _properties(root, self._compiler, desired=True)
        for name, module in root.modules.items():
            self._telemetry[name] = _scopes(module, self._compiler)
            self._reported[name] = _properties(module, self._compiler)

    @property
    def id(self) -> str:
        """The identifier of the model's root interface."""
        return self.document.root.id

    def telemetry(self, value: Any, component: str | None = None, module: str | None = None) -> list[Finding]:
        """What is wrong with a decoded body that came from the device, from a component of it, or from a module."""
        rule, _ = self._scope(component, module)
        return self._judge(rule, value)

    def telemetry_json(self, body: bytes, component: str | None = None, module: str | None = None) -> list[Finding]:
        """What is wrong with a body as it was sent: what `telemetry` finds in what `read_json` reads, but faster.

        A body that is written like earlier ones that were right is recognised without being read. Raises NotJson.
        """
        rule, fast_path = self._scope(component, module) if component or module else self._whole
        if fast_path is not None and fast_path.knows(body):
            return []
        value = read_json(body)
        found = self._judge(rule, value)
        if fast_path is not None and not found:
            fast_path.learn(body, value)
        return found

    def _scope(self, component: str | None, module: str | None) -> _Scope:
        scopes = self._telemetry[""]
        if module and len(self._telemetry) > 1:
            if module not in self._telemetry:
                unknown = _unknown("module", module, self._telemetry, UNKNOWN_MODULE)
                return lambda _value: unknown, None
            scopes = self._telemetry[module]
        if component and component not in scopes:
            unknown = _unknown("component", component, scopes, UNKNOWN_COMPONENT)
            return lambda _value: unknown, None
        return scopes[component or ""]

    def reported(self, patch: Any, module: str | None = None) -> list[Finding]:
        """What is wrong with reported properties, whole or a patch of them."""
        if module and len(self._reported) > 1:
            if module not in self._reported:
                return self._findings(_unknown("module", module, self._reported, UNKNOWN_MODULE))
            return self._judge(self._reported[module], patch)
        return self._judge(self._reported[""], patch)

    def desired(self, patch: Any) -> list[Finding]:
        """What is wrong with desired properties, whole or a patch of them."""
        return self._judge(self._desired, patch)

    def judge(self, schema: Any, value: Any) -> list[Finding]:
        """What is wrong with one value: `schema` is a term, the identifier of a schema of the model, or one in place.

        Raises ModelError where the schema is none.
        """
        if not isinstance(schema, str):
            return self._judge(self._rule(schema), value)
        if schema not in self._judged:
            self._judged[schema] = self._rule(schema)
        return self._judge(self._judged[schema], value)

    def _rule(self, schema: Any) -> Rule:
        reading = ModelReading(strict=self.strict)
        reading.version, reading.depth = 4, terms.DEPTH[4]
        reading.schemas.update(self.document.schemas)
        found = schemas.read(reading, schema, "the schema", dict.fromkeys(self.document.schemas))
        if isinstance(found, Unknown):
            raise ModelError(f"{found.why} ({schema!r:.60})")
        return Compiler(reading.schemas).rule(found)

    def _judge(self, rule: Rule, value: Any) -> list[Finding]:
        try:
            violations = rule(value)
        except RecursionError:  # only a schema that contains itself follows a value that deep
            violations = violation(INVALID_JSON, Severity.FAIL, "the value is nested too deep to be judged")
        return self._findings(violations) if violations else []

    def _findings(self, violations: list[Violation]) -> list[Finding]:
        return findings(violations, strict=self.strict)


def _scopes(root: Interface, compiler: Compiler) -> dict[str, _Scope]:
    """The scope of the root, under "", and of each component."""
    interfaces = {"": root, **root.instances, **root.components}
    among = telemetry.Scopes(interfaces)
    apart = {id(each): each for each in interfaces.values()}  # many components may have the same interface
    sent = {number: telemetry_of(each.contents) for number, each in apart.items()}
    return {
        name: (telemetry.judge(each, among, name, compiler), FastPath(sent[id(each)], compiler.schemas))
        for name, each in interfaces.items()
    }


def _properties(root: Interface, compiler: Compiler, *, desired: bool = False) -> Rule:
    among = telemetry.Scopes({"": root, **root.instances, **root.components})
    return properties.judge(root, among, compiler, desired=desired)


def _unknown(what: str, name: str, known: Mapping[str, Any], entry: Entry) -> list[Violation]:
    names = [each for each in known if each]
    near = nearest(name, names)
    hint = difference(name, near) if near else f"its {what}s are: {', '.join(names)}" if names else f"it has no {what}s"
    message = f"the model has no {what} {name}: {hint}"
    return violation(entry, Severity.FAIL, message, got=name, **({"suggestion": near} if near else {}))

"""What reading a model carries along: the nodes at hand by identifier, the schemas read so far, and what was odd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azext_iotdiag.knowledge.template import INVALID_NAME, MODEL_LIMIT, MODEL_MISTAKE, TEMPLATE_ISSUE, UNRESOLVED_SCHEMA
from azext_iotdiag.model.finding import Entry, Finding, Severity
from azext_iotdiag.payload import terms
from azext_iotdiag.payload.schema import Interface, ModelError, Schema

Resolve = Callable[[str], Any]


_ERRORS = (INVALID_NAME, MODEL_MISTAKE, UNRESOLVED_SCHEMA)  # what is wrong in any reading of the language


class ModelReading:
    """A model that is being read."""

    def __init__(self, resolve: Resolve | None = None, *, strict: bool = False):
        self.schemas: dict[str, Schema] = {}
        self.issues: list[Finding] = []
        self.version = 2
        self.depth = terms.DEPTH[2]  # levels of schemas within schemas that are allowed
        self.characters = 0  # of the file that the model is in; 0 where that is not known, or short
        self.owner = ""  # the interface that is being read, and of each schema the one that defines it
        self.owners: dict[str, str] = {}
        self.tops: list[dict[str, Any]] = []  # the interfaces that stand by themselves in documents
        self.components: dict[int, Interface] = {}  # what was read as that of a component, by the node's id()
        self._told: set[tuple[str, str, str]] = set()
        self._nodes: dict[str, dict[str, Any]] = {}
        self._resolve = resolve
        self._strict = strict

    def use(self, context: Any) -> tuple[int, int]:
        """Read on in the version that an @context names, if it names one; gives what was in force."""
        before = self.version, self.depth
        found = terms.version(context)
        if found:
            self.version, self.depth = found, terms.depth(context, found)
        return before

    def issue(self, entry: Entry, message: str, where: str, *, mild: bool = False, **evidence: str | int) -> None:
        """Note what is wrong or odd in the model; `where` is the interface and the way from there.

        `mild` makes a warning of what is an error elsewhere.
        """
        severity = Severity.FAIL if self._strict or (entry in _ERRORS and not mild) else Severity.WARN
        if (entry.code, message, where) not in self._told:
            self._told.add((entry.code, message, where))
            self.issues.append(Finding(entry, severity, message, where, evidence))

    def quirk(self, message: str, where: str) -> None:
        """Note that something is written differently from what the language says, and was read nonetheless."""
        self.issue(TEMPLATE_ISSUE, message, where)

    def limit(self, what: str, count: int, most: int, where: str) -> None:
        """Note that a limit of the version is passed. Strictly, that is the end; beyond all reason it always is."""
        message = f"{count} {what}, and DTDL {self.version} allows {most}"
        if self._strict or count > max(most, terms.DEEPEST):
            raise ModelError(f"{where}: {message}")
        self.issue(MODEL_LIMIT, message, where, count=count, limit=most)

    def add(self, document: Any) -> None:
        """Take note of all interfaces that are defined anywhere in a document."""
        rest = [document]
        for each in document if isinstance(document, list) else rest:
            if isinstance(each, dict) and (is_interface(each) or is_bare_interface(each)):
                self.tops.append(each)
                self._nodes.setdefault(terms.identifier(each), each)
        while rest:
            part = rest.pop()
            if isinstance(part, list):
                rest.extend(reversed(part))
            elif isinstance(part, dict):
                rest.extend(reversed(list(part.values())))
                if is_interface(part) and (identifier := terms.identifier(part)):
                    known = self._nodes.setdefault(identifier, part)
                    if known != part:
                        self.quirk("the interface is defined twice, differently; the first one counts", identifier)

    def node(self, reference: Any, where: str, role: str) -> dict[str, Any]:
        """The interface that is meant: by its identifier, or defined in place. `role` is for the error: "extends"."""
        if isinstance(reference, list) and len(reference) == 1:
            self.quirk(f"{role} is a list of one", where)
            reference = reference[0]
        given = reference
        if isinstance(reference, dict):
            if is_interface(reference):
                return reference
            reference = terms.identifier(reference)
        if not isinstance(reference, str) or not reference:
            raise ModelError(f"{where}: {role} names no interface")
        if reference not in self._nodes and self._resolve is not None:
            document = self._resolve(reference)
            if document is not None:
                self.add(document)
        if reference not in self._nodes and isinstance(given, dict) and is_bare_interface(given):
            return given
        if reference not in self._nodes:
            looked = getattr(self._resolve, "looked", None)
            places = f"in the document and in {looked(reference)}" if looked else "in the document"
            text = f"{where}: {role} names {reference}, which was not found; looked {places}{self._meant(reference)}"
            raise ModelError(text, missing=reference)
        return self._nodes[reference]

    def _meant(self, reference: str) -> str:
        """A question where an identifier of the document differs in the case of letters only."""
        near = next((each for each in self._nodes if each.lower() == reference.lower()), "")
        return f"; is {near} meant? Identifiers are case-sensitive" if near else ""


def is_interface(node: dict[str, Any]) -> bool:
    """Whether the node defines an interface or capability model, rather than refers to one."""
    kinds = terms.types(node)
    return bool({"contents", "implements"} & set(node)) or bool(
        kinds & {"Interface", "CapabilityModel"} and set(node) - {"@id", "@type", "id", "types"}
    )


def is_bare_interface(node: dict[str, Any]) -> bool:
    """Whether the node is an interface without anything in it: at the top of a document that is one."""
    return "Interface" in terms.types(node) and bool(terms.identifier(node))

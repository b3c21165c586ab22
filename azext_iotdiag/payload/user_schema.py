"""A JSON Schema of the user's own as a judge of values, through the library jsonschema.

What a device sends meets the patterns of the schema, so a message may keep `re` busy for ever. Each value therefore has
SECONDS of computing time. Where that cannot be ended (Windows, other threads), a pattern that may need more is refused.
Nothing is fetched: a $ref leads into the document itself, or to the standard's own schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from azext_iotdiag import bounded_files
from azext_iotdiag.knowledge.message import SCHEMA_UNDECIDED, SCHEMA_UNUSABLE, SCHEMA_VIOLATION
from azext_iotdiag.model import json_depth
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.payload import deadline, patterns, references
from azext_iotdiag.payload.json_text import read_json
from azext_iotdiag.payload.not_json import NotJson
from azext_iotdiag.payload.schema import ModelError
from azext_iotdiag.payload.violations import SHOWN, Violation, findings, shown

SECONDS = 2.0  # of computing, for one value; a message of 256 KB mostly needs less than a tenth of that
LEAST_SECONDS = 0.05  # each value that was not judged in time halves the time of the next one down to this
# Longer texts are not tried with a pattern whose time grows with the square of the length: `re` looks for signals too
# rarely then. a+b takes 0.1 s for this length, and minutes for a message of 256 KB.
LONGEST_TEXT = 10_000
_FEW_LEVELS = 20  # of a value, whose judging no sound schema carries to the end of the stack
_BASE = "http://schema.invalid/"  # what a relative $id or $ref is joined with; no host can have this name (RFC 6761)
_HERE = f"{_BASE}this-schema"


class UserSchema:
    """A JSON Schema that judges bodies as a `Model` does. Nothing is fetched from a network or another file."""

    def __init__(self, path: str | Path, *, strict: bool = False):
        """Read the schema in a file, of any draft that jsonschema knows. Raises ModelError for what is none."""
        import jsonschema

        document = _document(path)
        kind = _kind(path, document)
        _check(path, document, kind)
        self._path = path
        self._strict = strict
        self._endless = next((each for each in patterns.patterns(document) if patterns.may_be_endless(each[1])), None)
        self._names_grow = any(
            patterns.grows(each) for steps, each in patterns.patterns(document) if steps[-1] != "pattern"
        )
        if isinstance(document, dict):  # or jsonschema would go back from our class to its own
            document = {name: part for name, part in document.items() if name != "$schema"}
        ours = jsonschema.validators.extend(kind, {"pattern": _pattern})
        resolver = _resolver(document, kind.ID_OF(document))
        references.check(path, document, resolver, _joined)
        self._seconds = SECONDS
        self._document = document
        self._errors = ours(document, resolver=resolver, format_checker=jsonschema.FormatChecker()).iter_errors
        # jsonschema trusts a schema where its draft's own schema checks nothing, such as a $ref in draft 4.
        self._breaks: tuple[type[Exception], ...] = (
            jsonschema.RefResolutionError, jsonschema.exceptions.UnknownType,
            TypeError, AttributeError, LookupError, ValueError, ArithmeticError, re.error,
        )  # fmt: skip
        if not deadline.available():
            self._refuse_endless()

    def telemetry(self, value: Any, component: str | None = None, module: str | None = None) -> list[Finding]:
        """What of a value does not fit the schema, wherever it came from."""
        del component, module
        return findings(self._violations(value), strict=self._strict)

    def telemetry_json(self, body: bytes, component: str | None = None, module: str | None = None) -> list[Finding]:
        """What of a body does not fit the schema. Raises NotJson."""
        return self.telemetry(read_json(body), component, module)

    def _violations(self, value: Any) -> list[Violation]:
        timed = deadline.available()
        if not timed:
            self._refuse_endless()
        if self._names_grow and any(len(name) > LONGEST_TEXT for name in _names(value)):
            return [_undecided(f"a name has more than {LONGEST_TEXT} characters, and patterns judge the names")]
        try:
            with deadline.limit(self._seconds) if timed else nullcontext():
                errors = list(self._errors(value))
        except deadline.OutOfTime as late:
            given = self._seconds
            self._seconds = max(given / 2, LEAST_SECONDS)
            return [_undecided(f"judging it takes more than {given:g} s{_busy_with(late)}")]
        except RecursionError as wrong:
            return [_too_deep(value, wrong, self._document)]
        except self._breaks as wrong:
            return [_unusable(wrong, self._document)]
        self._seconds = SECONDS
        return [_violation(each) for each in errors]

    def _refuse_endless(self) -> None:
        if self._endless is not None:
            steps, pattern = self._endless
            raise ModelError(
                f"{self._path}: the pattern {pattern[:SHOWN]!r} at {_path(steps)} has a repetition within another. "
                "A text may keep it busy for ever, and this system cannot end that. Write it with one repetition"
            )


def _document(path: str | Path) -> Any:
    try:
        document = read_json(bounded_files.read(path).removeprefix(b"\xef\xbb\xbf"))
    except OSError as wrong:
        raise ModelError(f"{path} cannot be read: {wrong.strerror or wrong}") from None
    except NotJson as wrong:
        raise ModelError(f"{path} is not JSON: {wrong}") from None
    if not isinstance(document, (dict, bool)):
        raise ModelError(f"{path} is no JSON Schema: it holds {shown(document)}")
    return document


def _kind(path: str | Path, document: Any) -> Any:
    """The class of jsonschema for the draft that a schema names, draft 7 where it names none."""
    import jsonschema

    for name in ("$schema", "$id", "id"):
        part = document.get(name) if isinstance(document, dict) else None
        if name in ("$schema", "$id") and part is not None and not isinstance(part, str):
            raise ModelError(f"{path} is no JSON Schema: {name} is {shown(part)}, and must be the text of an address")
    try:
        return jsonschema.validators.validator_for(document, default=jsonschema.Draft7Validator)
    except ValueError as wrong:  # an address such as http://[
        raise ModelError(f"{path} is no JSON Schema: $schema is no address: {wrong}") from None


def _check(path: str | Path, document: Any, kind: Any) -> None:
    """Raise ModelError where a schema does not fit its draft's own schema.

    This is jsonschema's check_schema with our resolver: its own fails on Python 3.14.
    """
    own = kind(kind.META_SCHEMA, resolver=_resolver(kind.META_SCHEMA, kind.ID_OF(kind.META_SCHEMA)),
               format_checker=kind.FORMAT_CHECKER)  # fmt: skip
    try:
        wrong = next(own.iter_errors(document), None)
    except RecursionError:
        raise ModelError(f"{path} is nested too deep to be a JSON Schema") from None
    if wrong is not None:
        raise ModelError(f"{path} is no JSON Schema: {wrong.message[:200]} at {_path(wrong.absolute_path)}")


def _resolver(document: Any, identifier: Any) -> Any:
    """A resolver of references that fetches nothing. `identifier` is the document's own $id, if any."""
    import jsonschema

    class Resolver(jsonschema.RefResolver):  # type: ignore[misc]
        def resolve_remote(self, uri: str) -> Any:
            named = uri.removeprefix(_BASE)
            raise ValueError(f"{named} is no part of this document, and no other file or address is read")

    known = {_joined(_HERE, identifier): document} if isinstance(identifier, str) and identifier else {}
    return Resolver(_HERE, document, store=known, urljoin_cache=lru_cache(1024)(_joined))


def _joined(base: str, reference: str) -> str:
    """As urljoin did before Python 3.14, which keeps an empty fragment; jsonschema does not expect one."""
    return urljoin(base, reference).removesuffix("#")


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    """The keyword `pattern`, as jsonschema has it, except for texts that would take too long."""
    import jsonschema

    del schema
    if not validator.is_type(instance, "string"):
        return
    if len(instance) > LONGEST_TEXT and patterns.grows(pattern):
        yield jsonschema.ValidationError(
            f"a text of {len(instance)} characters is too long for the pattern {pattern[:SHOWN]!r}, "
            f"which is tried on {LONGEST_TEXT}"
        )
    elif not re.search(pattern, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def _busy_with(late: BaseException) -> str:
    """The pattern that was being matched when time ran out, where one was: jsonschema's functions name it so."""
    step, found = late.__traceback__, ""
    while step is not None:
        here = step.tb_frame.f_locals
        found = str(here.get("pattern") or here.get("patterns") or "") if "re" in step.tb_frame.f_globals else found
        step = step.tb_next
    return f"; the pattern {found[:SHOWN]!r} was at work" if found else ""


def _too_deep(value: Any, wrong: RecursionError, document: Any) -> Violation:
    """What ended the stack: a value that is nested deep, or a schema whose references never step into the value."""
    if json_depth.is_deeper(value, _FEW_LEVELS):
        return Violation(SCHEMA_VIOLATION, Severity.FAIL, "the value is nested too deep to be judged")
    endless = ValueError("its references lead back to it, and to no part of the value").with_traceback(
        wrong.__traceback__
    )
    return _unusable(endless, document)


def _unusable(wrong: Exception, document: Any) -> Violation:
    """The violation for a part of the schema that stopped the judging of a value."""
    place = _place_of(wrong, document)
    said = f"the schema cannot be used at {place}" if place else "a schema that this one refers to cannot be used"
    evidence = {"place": place} if place else {}
    message = f"{said}: {str(wrong)[: 3 * SHOWN]}. The body was not judged"
    return Violation(SCHEMA_UNUSABLE, Severity.FAIL, message, evidence=evidence)


def _place_of(wrong: BaseException, document: Any) -> str:
    """The JSON pointer of the keyword that jsonschema worked at, "" where that is not in the document."""
    step, part, keyword = wrong.__traceback__, None, ""
    while step is not None:
        here = step.tb_frame.f_locals
        if step.tb_frame.f_code.co_name == "iter_errors" and isinstance(here.get("_schema"), (dict, list)):
            part, keyword = here["_schema"], str(here.get("k", ""))
        step = step.tb_next
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(document, ())]
    while stack:
        each, path = stack.pop()
        if each is part:
            return _path((*path, keyword)) if keyword else _path(path)
        if isinstance(each, (dict, list)):
            stack.extend((inner, (*path, name)) for name, inner in _entries(each))
    return ""


def _entries(part: dict[str, Any] | list[Any]) -> Iterable[tuple[str | int, Any]]:
    return part.items() if isinstance(part, dict) else enumerate(part)


def _names(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            yield from each
            stack.extend(each.values())
        elif isinstance(each, list):
            stack.extend(each)


def _undecided(message: str) -> Violation:
    return Violation(SCHEMA_UNDECIDED, Severity.FAIL, message)


def _violation(error: Any) -> Violation:
    message = error.message if len(error.message) <= 3 * SHOWN else f"{error.message[: 3 * SHOWN]} …"
    evidence = {"keyword": str(error.validator), "got": shown(error.instance)}
    return Violation(SCHEMA_VIOLATION, Severity.FAIL, message, tuple(error.absolute_path), evidence)


def _path(steps: Any) -> str:
    return "/" + "/".join(map(str, steps))

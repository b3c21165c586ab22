"""A JSON Schema of the user's own as a judge of values, through the library jsonschema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from azext_iotdiag import bounded_files
from azext_iotdiag.knowledge.message import SCHEMA_VIOLATION
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.payload.faults import SHOWN, Fault, findings, shown
from azext_iotdiag.payload.json_faults import NotJson
from azext_iotdiag.payload.json_text import read_json
from azext_iotdiag.payload.schema import ModelError


class UserSchema:
    """A JSON Schema that judges bodies as a `Model` does. Nothing is fetched from a network."""

    def __init__(self, path: str | Path, *, strict: bool = False):
        """Read the schema in a file, of any draft that jsonschema knows. Raises ModelError for what is none."""
        import jsonschema

        try:
            document = read_json(bounded_files.read(path).removeprefix(b"\xef\xbb\xbf"))
        except OSError as wrong:
            raise ModelError(f"{path} cannot be read: {wrong.strerror or wrong}") from None
        except NotJson as wrong:
            raise ModelError(f"{path} is not JSON: {wrong}") from None
        if not isinstance(document, (dict, bool)):
            raise ModelError(f"{path} is no JSON Schema: it holds {shown(document)}")
        kind = jsonschema.validators.validator_for(document, default=jsonschema.Draft7Validator)
        try:
            kind.check_schema(document)
        except jsonschema.SchemaError as wrong:
            raise ModelError(
                f"{path} is no JSON Schema: {wrong.message[:200]} at {_path(wrong.absolute_path)}"
            ) from None
        resolver = jsonschema.RefResolver(
            Path(path).resolve().as_uri(), document, handlers=dict.fromkeys(("http", "https", "ftp", ""), _refuse)
        )
        self._path = path
        self._strict = strict
        self._errors = kind(document, resolver=resolver, format_checker=jsonschema.FormatChecker()).iter_errors
        self._wrong_reference = jsonschema.RefResolutionError

    def telemetry(self, value: Any, component: str | None = None, module: str | None = None) -> list[Finding]:
        """What of a value does not fit the schema, wherever it came from."""
        del component, module
        try:
            return findings([_fault(each) for each in self._errors(value)], strict=self._strict)
        except self._wrong_reference as wrong:
            raise ModelError(f"{self._path} refers to what is not at hand: {wrong}") from None
        except RecursionError:
            return findings([Fault(SCHEMA_VIOLATION, Severity.FAIL, "the value is nested too deep to be judged")])

    def telemetry_json(self, body: bytes, component: str | None = None, module: str | None = None) -> list[Finding]:
        """What of a body does not fit the schema. Raises NotJson."""
        return self.telemetry(read_json(body), component, module)


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} would have to be fetched from a network")


def _fault(error: Any) -> Fault:
    message = error.message if len(error.message) <= 3 * SHOWN else f"{error.message[: 3 * SHOWN]} …"
    evidence = {"keyword": str(error.validator), "got": shown(error.instance)}
    return Fault(SCHEMA_VIOLATION, Severity.FAIL, message, tuple(error.absolute_path), evidence)


def _path(steps: Any) -> str:
    return "/" + "/".join(map(str, steps))

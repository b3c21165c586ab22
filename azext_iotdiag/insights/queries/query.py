"""What a saved query is: its text, the parameters that it declares, and the function that does the same in Python."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from azext_iotdiag.insights.queries import values
from azext_iotdiag.insights.queries.values import BadValue, Value
from azext_iotdiag.model.log_table import Cell, Column, LogRecord, LogTable

# A parameter has a default value, because the API of Log Analytics takes no values beside the text of a query.
_DECLARED = re.compile(r"declare query_parameters\((?P<all>.*)\);\n")
_ONE = re.compile(r'(?P<name>[a-z]+):(?P<type>string|long|datetime) = (?P<value>"(?:[^"\\]|\\.)*"|[^",]+)(?:, |$)')
HUB, DPS = "an IoT hub", "a provisioning service"
RESOURCE = "resource"  # the parameter that stands for the hub, which is known
_BLANKS = re.compile(r"\s+")

Values = Mapping[str, Value]
Rows = Iterable[tuple[Cell, ...]]
Make = Callable[[Sequence[LogRecord], Values], Rows]


class Parameter(NamedTuple):
    """A parameter. `type` is the name of its type in KQL, `default` applies where no value is given."""

    name: str
    type: str
    default: Value


@dataclass(frozen=True)
class QueryText:
    """A saved query. `columns` are those of its table, `make` makes the rows of that from rows of AzureDiagnostics.

    `about` is HUB or DPS, whose log it reads, or empty where it reads any.

    Rows come in the order of the query's text, in which times are text as ISO 8601.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    make: Make
    about: str = HUB

    @cached_property
    def kql(self) -> str:
        """The text of the file, with the default values."""
        data = pkgutil.get_data(__package__, f"{self.name}.kql")
        assert data is not None, "the file is part of the package"
        return data.decode("utf-8")

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """What the text declares, by name."""
        found = _declared(self.kql)
        assert found is not None, f"{self.name}.kql declares its parameters in the first line"
        return {name: Parameter(name, type_, value) for name, type_, value in found[0]}

    def text(self, given: Mapping[str, Value] | None = None) -> str:
        """The query with values in its declaration. Its other lines are those of the file. Raises BadValue."""
        complete = {**{each.name: each.default for each in self.parameters.values()}, **(given or {})}
        if unknown := sorted(set(complete) - set(self.parameters)):
            raise BadValue(f"the query {self.name} has no parameter {unknown[0]}")
        each = (f"{one.name}:{one.type} = {_literal(one, complete[one.name])}" for one in self.parameters.values())
        return f"declare query_parameters({', '.join(each)});\n{_body(self.kql)}"

    def read(self, given: Mapping[str, str]) -> dict[str, Value]:
        """The values of parameters from what was typed. Raises BadValue."""
        found: dict[str, Value] = {}
        for name, text in given.items():
            if name not in self.parameters:
                known = ", ".join(each for each in self.parameters if each != RESOURCE) or "none"
                raise BadValue(f"the query {self.name} has no parameter {name}. Its parameters: {known}")
            found[name] = _read(self.parameters[name], text)
        return found

    def table(self, rows: Sequence[LogRecord], given: Values) -> LogTable:
        """What the query makes of rows."""
        complete = {**{each.name: each.default for each in self.parameters.values()}, **given}
        return LogTable(self.columns, tuple(self.make(rows, complete)))


def find(queries: Iterable[QueryText], text: str) -> tuple[QueryText, dict[str, Value]] | None:
    """The saved query that a text is, with the values in it. How its lines are broken does not matter."""
    read = _declared(text.lstrip())
    if read is None:
        return None
    found, body = read
    for query in queries:
        declared = [(each.name, each.type) for each in query.parameters.values()]
        if _plain(body) == _plain(_body(query.kql)) and declared == [(name, type_) for name, type_, _ in found]:
            return query, {name: value for name, _, value in found}
    return None


def columns(**types: str) -> tuple[Column, ...]:
    """Columns by name and type."""
    return tuple(Column(name, type_) for name, type_ in types.items())


def _declared(text: str) -> tuple[list[tuple[str, str, Value]], str] | None:
    """The parameters that the first line declares, and the other lines. None where it declares none."""
    line = _DECLARED.match(text.replace("\r\n", "\n"))
    if line is None:
        return None
    found, at = [], 0
    while at < len(line["all"]):
        one = _ONE.match(line["all"], at)
        if one is None:
            return None
        try:
            found.append((one["name"], one["type"], values.of_literal(one["type"], one["value"])))
        except BadValue:
            return None
        at = one.end()
    return found, _body(text.replace("\r\n", "\n"))


def _body(text: str) -> str:
    return text.partition("\n")[2]


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _literal(parameter: Parameter, value: Value) -> str:
    try:
        return values.literal(parameter.type, value)
    except BadValue as wrong:
        raise BadValue(f"{parameter.name}: {wrong}") from None


def _read(parameter: Parameter, text: str) -> Value:
    try:
        return values.read(parameter.type, text)
    except BadValue as wrong:
        raise BadValue(f"{parameter.name}: {wrong}") from None

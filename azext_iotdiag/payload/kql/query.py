"""The text of the query: the tables of a model, the values in messages level by level, and what is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from azext_iotdiag.payload.kql import right
from azext_iotdiag.payload.kql.nodes import ANY, CONTAINERS, Listed, Nodes, of_model
from azext_iotdiag.payload.kql.writings import WRITINGS
from azext_iotdiag.payload.schema import Document
from azext_iotdiag.payload.terms import RESERVED

TARGETS = ("adx", "fabric", "log-analytics")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")  # of a table, a column or a function that needs no quotes in KQL
_PATH = re.compile(rf"{NAME.pattern}(?:\.{NAME.pattern})*")  # a column, or a part of one that is dynamic
_ROOT_WARNINGS = ("null-value", "unmodeled-field")  # errors where they are within a value
_WARNINGS = ("reserved-name", "ambiguous-name", "integral-float", "loose-format")
_NUMBER = "toreal(Value)"
_LONGEST = 20_000  # characters of the expressions of right bodies
_OF_NAMES = ("wrong-kind", "wrong-component")
_IS_REAL = 'Type == "0" and (Written contains_cs "." or Written contains "e")'
_INTEGRAL = f'Type == "0" and isfinite({_NUMBER}) and {_NUMBER} == round({_NUMBER})'
_CONTAINERS = ", ".join(f'"{each}"' for each in CONTAINERS)
# What `validate` finds beyond any query of KQL.
_NEVER = (
    "misspelt names (misspelt-name): the query calls them unmodeled-field",
    "how JSON is written: names that come twice, encoding, byte order marks, NaN, JSON in a text",
    "numbers that do not fit into 64 bits, and -0",
    "properties of messages, such as the content type",
)


@dataclass(frozen=True)
class KqlTable:
    """The table that holds messages, and the columns of it that are read. `component` is empty where it has none."""

    name: str
    body: str = "Body"
    device: str = "DeviceId"
    component: str = ""


class NothingToQuery(ValueError):
    """A model by which no message can be judged."""


def chunks(document: Document, table: KqlTable, target: str, function: str = "") -> Generator[bytes, None, None]:
    """The query as bytes, as `text` has it."""
    yield text(document, table, target, function).encode("utf-8", "backslashreplace")


def beyond(document: Document, table: KqlTable) -> list[str]:
    """What of this model a query cannot judge."""
    return of_model(document, components=bool(table.component)).unjudged


def text(document: Document, table: KqlTable, target: str, function: str = "") -> str:
    """The query for a model. With `function`, the command that stores it as a function of this name.

    Raises NoTelemetry.
    """
    nodes = of_model(document, components=bool(table.component))
    if not any(row.parent < len(nodes.scopes) and row.kind not in _OF_NAMES for row in nodes.rows):
        raise NothingToQuery("the model has no telemetry, so that there is nothing to judge messages by")
    fits = list(_fits(nodes, document))
    fast = bool(fits)
    lines = [*_header(document, nodes, table, target, fast=fast), *_tables(nodes), *fits]
    lines += [*_bodies(nodes, table, fast=fast), *_functions(nodes), *_levels(nodes, fast=fast), *_found(nodes)]
    if function:
        comments = [line for line in lines if line.startswith("//")]
        rest = [f"    {line}" for line in lines if not line.startswith("//")]
        create = f'.create-or-alter function with (folder = "iot-diag", docstring = {_text(_title(document))})'
        lines = [*comments, f"{create} {function}() {{", *rest, "}"]
    return "\n".join(lines) + "\n"


def _title(document: Document) -> str:
    return f"What does not fit the model {document.root.id or document.root.name or 'without an id'}"


def _header(document: Document, nodes: Nodes, table: KqlTable, target: str, *, fast: bool) -> Iterator[str]:
    where = {"adx": "Azure Data Explorer", "fabric": "a Fabric eventhouse", "log-analytics": "Log Analytics"}[target]
    columns = [table.body, table.device, *([table.component] if table.component else [])]
    yield _comment(f"{_title(document)}, in messages that {where} holds: {table.name} ({', '.join(columns)}).")
    yield _comment("Made by: az iot diag template to-kql. It finds what `az iot diag validate messages` finds, except:")
    yield from (_comment(f"- {each}") for each in _unjudged(nodes))
    if fast:
        yield _comment(
            "Fits recognises right text by an expression. The query takes all other text apart and judges it."
        )


def _unjudged(nodes: Nodes) -> Iterator[str]:
    yield from _NEVER
    if nodes.kinds & {"date", "dateTime"}:
        yield "moments after the year 9999 in UTC"
    if "position" in nodes.kinds:
        yield "positions that are on no globe (unlikely-position)"
    if nodes.needed:
        yield "a required field that lacks while a value within the same object has a field of its name"
    if any(row.below == 2**64 for row in nodes.rows):
        yield "whether numbers above 2^63 are written as whole ones"
    yield from nodes.unjudged


def _comment(line: str) -> str:
    return "// " + " ".join("".join(each if each.isprintable() else " " for each in line).split())


def _text(value: str) -> str:
    """A text as KQL writes it. It has the escapes of JSON; what cannot be printed is escaped by its number."""
    written = json.dumps(value, ensure_ascii=False)
    return written if written.isprintable() else json.dumps(value)


def _column(name: str) -> str:
    """A name of a table or a column, quoted where KQL wants it."""
    return name if _PATH.fullmatch(name) else f"[{_text(name)}]"


def _tables(nodes: Nodes) -> Iterator[str]:
    yield "let Model = datatable(Parent:int, Key:string, Node:int, Kind:string, Low:real, Below:real) ["
    for row in nodes.rows:
        bounds = f"{_real(row.low)}, {_real(row.below)}"
        yield f"    {row.parent}, {_text(row.key)}, {row.node}, {_text(row.kind)}, {bounds},"
    yield "];"
    if nodes.kinds & {"numbers", "texts"}:
        yield "let Listed = datatable(Node:int, Entry:string, Right:bool) ["
        listed = nodes.listed or [Listed(-1, "", False)]  # a table of KQL has rows
        yield from (f"    {each.node}, {_text(each.text)}, {str(each.right).lower()}," for each in listed)
        yield "];"
    if nodes.needed:
        yield "let Needed = datatable(Node:int, Mark:string) ["
        yield from (f"    {each.node}, {_text(each.mark)}," for each in nodes.needed)
        yield "];"
    if len(nodes.scopes) > 1:
        yield "let Components = datatable(Component:string, Node:int) ["
        yield from (f"    {_text(name)}, {number}," for name, number in nodes.scopes.items())
        yield "];"


def _real(value: int | None) -> str:
    return "real(null)" if value is None else f"{float(value)!r}" if abs(value) < 2**53 else f"{float(value):.17e}"


def _fits(nodes: Nodes, document: Document) -> Iterator[str]:
    """The function that recognises an object as right by its text, which costs less than taking it apart."""
    longest = _LONGEST // len(nodes.scopes)
    found = {number: right.expression(each, document.schemas, longest) for number, each in nodes.members.items()}
    ways = [f"node == {number} and text matches regex {_verbatim(each)}" for number, each in found.items() if each]
    if ways:
        yield "let Fits = (node:int, text:string) {"
        yield from (f"    {way}{'' if way is ways[-1] else ' or'}" for way in ways)
        yield "};"


def _verbatim(value: str) -> str:
    """A text without escapes, as KQL writes it."""
    doubled = value.replace("'", "''")
    return f"@'{doubled}'"


def _bodies(nodes: Nodes, table: KqlTable, *, fast: bool) -> Iterator[str]:
    """The bodies, and those in batches, each as an object with the number of its component.

    `fast` says that those that are right by their text are left out.
    """
    yield "let Bodies = materialize(" + (table.name if NAME.fullmatch(table.name) else f"[{_text(table.name)}]")
    component = f", Component = tostring({_column(table.component)})" if table.component else ""
    columns = f"Device = tostring({_column(table.device)}){component}, Text = tostring({_column(table.body)})"
    yield f"    | project {columns}"
    if len(nodes.scopes) > 1:
        yield "    | lookup kind=leftouter Components on Component"
        known = "isnotnull(Node)"
    elif table.component:
        yield "    | extend Node = iff(isempty(Component), int(0), int(null))"
        known = "isnotnull(Node)"
    else:
        yield "    | extend Node = int(0)"
        known = ""
    if fast:
        yield "    | where not(" + (f"{known} and " if known else "") + "Fits(Node, Text))"
    yield "    | extend Value = parse_json(Text)"
    yield "    | extend Type = gettype(Value));"
    unknown = f'not({known}), "unknown-component", ' if known else ""
    yield "let WrongBodies = Bodies"
    yield '    | where Type != "dictionary"' + (f" or not({known})" if known else "")
    yield '    | extend Text = trim(@"\\s+", Text)'
    yield "    | extend Code = case("
    yield '        Type == "null" and Text != "null", "invalid-json",'
    yield '        Type == "string" and not(Text matches regex @\'^"(?:.|\\n)*"$\'), "invalid-json",'
    yield f'        {unknown}"not-an-object")'
    yield (
        '    | project Device, Code, Severity = iff(Code == "not-an-object" and Type == "array" and '
        'Text matches regex @"^\\s*\\[\\s*(?:[^\\[{]*,\\s*)?[{]", "warning", "error"), Field = "$", Sample = Text;'
    )
    also = f" and {known}" if known else ""
    yield "let Batches = Bodies"
    yield f'    | where Type == "array"{also} and Text matches regex @"^\\s*\\[\\s*(?:[^\\[{{]*,\\s*)?[{{]"'
    yield "    | mv-expand Value"
    yield '    | project Device, Node, Path = "$[*]", Kind = "object", Type = gettype(Value), Value;'
    yield "let WrongElements = Batches"
    yield (
        '    | where Type != "dictionary" | project Device, Code = "not-an-object", Severity = "error", Field = Path, '
        "Sample = tostring(Value);"
    )
    yield "let Objects = union"
    yield f'    (Bodies | where Type == "dictionary"{also} | project Device, Node, Path = "$", Kind = "object", Value),'
    yield '    (Batches | where Type == "dictionary" | project Device, Node, Path, Kind, Value);'


def _functions(nodes: Nodes) -> Iterator[str]:
    """What takes values apart, what names their places, and what judges them."""
    yield "let Place = (path:string, key:string, step:string) {"
    yield '    strcat(path, case(isempty(step) and key == "*", "[*]",'
    yield r'        step matches regex @"^[A-Za-z_$][A-Za-z0-9_$]*$", strcat(".", step),'
    yield r"""        strcat("['", replace_string(replace_string(step, "\\", "\\\\"), "'", "\\'"), "']")))"""
    yield "};"
    yield "let Members = (T:(Device:string, Node:int, Path:string, Kind:string, Value:dynamic)) {"
    yield "    T | mv-expand kind=array Pair = Value"
    yield "    | project Device, Parent = Node, Path, Kind, Step = tostring(Pair[0]), Value = Pair[1]"
    yield '    | project Device, Parent, Key = iff(Kind == "map", "*", Step), Path, Step, Value'
    yield "};"
    if "array" in nodes.kinds:
        yield "let Elements = (T:(Device:string, Node:int, Path:string, Kind:string, Value:dynamic)) {"
        yield "    T | where array_length(Value) > 0 | mv-expand Value"
        yield '    | project Device, Parent = Node, Key = "*", Path, Step = "", Value'
        yield "};"
    yield "let Judged = (T:(Device:string, Parent:int, Key:string, Path:string, Step:string, Value:dynamic)) {"
    yield "    T | lookup kind=leftouter Model on Parent, Key"
    yield "    | extend Written = tostring(pack_array(Value))"
    yield "    | extend First = substring(Written, 1, 1)"
    yield r'    | extend Type = iff(First in ("\"", "{", "[", "t", "f", "n"), First, "0")'
    if nodes.kinds & {"numbers", "texts"}:
        listed = 'iff(Kind in ("numbers", "texts"), strcat(Type, tostring(Value)), "")'
        yield f"    | extend Entry = {listed}"
        yield "    | lookup kind=leftouter Listed on Node, Entry"
    yield "    | extend Code = case("
    cases = list(_cases(nodes))
    yield from (f"        {each}," for each in cases)
    yield '        "wrong-type")'
    yield f'    | where Code != "" or Kind in ({_CONTAINERS})'
    yield "    | project Device, Parent, Node, Key, Path, Step, Kind, Code, Value"
    yield "};"


def _cases(nodes: Nodes) -> Iterator[str]:
    """Pairs of a condition and a code, of which the first that holds counts. A value that is left has a wrong type."""
    kinds = nodes.kinds
    reserved = ", ".join(_text(each) for each in sorted(RESERVED))
    unknown = f'iff(Parent < {len(nodes.scopes)} and Step in ({reserved}), "reserved-name", "unmodeled-field")'
    # What may be left of an empty object is a row without a name and without a value.
    yield f'isempty(Kind), iff(isempty(Step) and Type == "n", "", {unknown})'
    if ANY in kinds:
        yield f'Kind == "{ANY}", ""'
    yield from (f'Kind == "{code}", "{code}"' for code in _OF_NAMES if code in kinds)
    yield 'Type == "n", "null-value"'
    if "ambiguous-name" in kinds:
        yield 'Kind == "ambiguous-name", "ambiguous-name"'
    yield from _numbers(nodes)
    if "string" in kinds:
        yield r'Kind == "string" and Type == "\"", ""'
    if "boolean" in kinds:
        yield 'Kind == "boolean" and Type in ("t", "f"), ""'
    if kinds & {"numbers", "texts"}:
        yield from _enums(kinds)
    if "position" in kinds:
        yield r'Kind == "position" and tostring(Value) contains_cs "\"coordinates\":", "wrong-type"'
    if kinds & {"object", "map", "position"}:
        yield 'Kind in ("object", "map", "position") and Type == "{", ""'
    if "array" in kinds:
        yield 'Kind == "array" and Type == "[", ""'
    for kind in sorted(kinds & set(WRITINGS)):
        writing = WRITINGS[kind]
        rest = f'iff({writing.loose}, "loose-format", "wrong-format")' if writing.loose else '"wrong-format"'
        yield rf'Kind == "{kind}" and Type == "\"", iff({writing.fits}, "", {rest})'


def _numbers(nodes: Nodes) -> Iterator[str]:
    """Numbers. Whole ones beyond 53 bits are compared as text, because an engine may hold them as real numbers."""
    if "number" in nodes.kinds:
        yield (
            f'Kind == "number" and Type == "0", '
            f'iff(isfinite({_NUMBER}) and (isnull(Below) or abs({_NUMBER}) < Below), "", "out-of-range")'
        )
    if "whole" not in nodes.kinds:
        return
    fits = f"{_NUMBER} >= Low and {_NUMBER} < Below"
    whole, small = 'Kind == "whole" and Type == "0"', f"abs({_NUMBER}) < 9.2e18"
    yield f'{whole} and not({_IS_REAL}) and {small}, iff({fits}, "", "out-of-range")'
    if any(row.below == 2**63 for row in nodes.rows):
        yield f'{whole} and Low < -9.2e18 and tostring(tolong(Value)) == tostring(Value), ""'
    yield f'Kind == "whole" and {_INTEGRAL}, iff(not({fits}), "out-of-range", iff({small}, "integral-float", ""))'


def _enums(kinds: frozenset[str]) -> Iterator[str]:
    if "numbers" in kinds:
        yield 'Kind == "numbers" and Right == true, ""'
        yield f'Kind == "numbers" and ((Type == "0" and not({_IS_REAL})) or Right == false), "not-in-enum"'
        yield (
            f'Kind == "numbers" and {_INTEGRAL}, '
            f'iff({_NUMBER} >= -2147483648.0 and {_NUMBER} < 2147483648.0, "integral-float", "out-of-range")'
        )
    if "texts" in kinds:
        yield r'Kind == "texts" and Type == "\"", iff(Right == true, "", "not-in-enum")'


def _levels(nodes: Nodes, *, fast: bool) -> Iterator[str]:
    """The values of each level, from those that hold them. `fast` says that members that are right are left out."""
    rest = "| mv-expand Value | where not(Fits(Node, tostring(Value))) " if fast else ""
    yield f"let Level1 = materialize(Objects {rest}| invoke Members() | invoke Judged());"
    for level in range(2, nodes.levels + 1):
        yield f"let Parts{level} = Level{level - 1}"
        yield '    | where Code == ""'
        yield "    | project Device, Node, Path = Place(Path, Key, Step), Kind, Value;"
        members = f'Parts{level} | where Kind != "array" | invoke Members()'
        if "array" in nodes.kinds:
            elements = f'Parts{level} | where Kind == "array" | invoke Elements()'
            yield f"let Level{level} = materialize(union ({members}), ({elements}) | invoke Judged());"
        else:
            yield f"let Level{level} = materialize({members} | invoke Judged());"


def _found(nodes: Nodes) -> Iterator[str]:
    """What is wrong, by code, field and device."""
    levels = [f"Level{level}" for level in range(1, nodes.levels + 1)]
    yield "let Wrong = union " + ", ".join(f'({each} | where Code != "")' for each in levels)
    yield "    | extend Field = Place(Path, Key, Step);"
    parts = ["WrongBodies", "WrongElements"]
    warnings = ", ".join(f'"{each}"' for each in _WARNINGS)
    at_root = ", ".join(f'"{each}"' for each in _ROOT_WARNINGS)
    mild = f"Code in ({warnings}) or (Code in ({at_root}) and Parent < {len(nodes.scopes)})"
    parts.append(
        f'(Wrong | extend Severity = iff({mild}, "warning", "error") '
        "| project Device, Code, Severity, Field, Sample = tostring(Value))"
    )
    if nodes.needed:
        yield "let Lacking = union " + ", ".join(
            f'({each} | where Code == "" and Kind in ("object", "position"))' for each in levels
        )
        yield "    | project Device, Node, Text = tostring(Value), Field = Place(Path, Key, Step)"
        yield "    | join kind=inner Needed on Node"
        yield "    | where not(Text contains_cs Mark);"
        parts.append('(Lacking | project Device, Code = "missing-field", Severity = "error", Field, Sample = Text)')
    yield "union"
    yield from (f"    {each}," for each in parts[:-1])
    yield f"    {parts[-1]}"
    yield "| summarize Findings = count(), Sample = take_any(substring(Sample, 0, 80)) by Code, Severity, Field, Device"
    yield "| order by Findings desc, Code asc, Field asc, Device asc"

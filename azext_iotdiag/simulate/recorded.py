"""Messages from a file: JSON lines, a JSON document, CSV with a head, or one text a line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from azext_iotdiag import bounded_files
from azext_iotdiag.model import json_depth
from azext_iotdiag.simulate.telemetry import Body, texts

LARGEST_FILE = 64 * 1024 * 1024  # bytes
LINES, DOCUMENT, TABLE = (".jsonl", ".ndjson"), (".json",), (".csv",)


class BadFile(ValueError):
    """The file cannot be sent; the text says where, and why."""


def read(path: str) -> list[Body]:
    """The messages of a file, whose form its suffix tells: see LINES, DOCUMENT and TABLE; text otherwise.

    A JSON array is as many messages as it has elements. Bytes of JSON are sent as they stand. Raises BadFile, OSError.
    """
    try:
        text = bounded_files.read(path, LARGEST_FILE).decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BadFile(f"it is not UTF-8: byte {wrong.start} is 0x{wrong.object[wrong.start]:02x}") from None
    suffix = Path(path).suffix.lower()
    if suffix in DOCUMENT:
        found = list(texts("json", _elements(text)))
    elif suffix in TABLE:
        found = list(texts("json", _rows(text)))
    else:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if suffix in LINES:
            for number, line in lines:
                _json(line, number)
        found = list(texts("json" if suffix in LINES else "text", (line for _, line in lines)))
    if not found:
        raise BadFile("it holds no message")
    return found


def _elements(text: str) -> list[str]:
    data = _json(text, 1)
    return [json.dumps(each) for each in data] if isinstance(data, list) else [text.strip()]


def _rows(text: str) -> list[str]:
    """A row is an object: cells that read as numbers, true, false or null are these; an empty one is left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[str] = []
    head: list[str] | None = None
    try:
        for row in reader:
            if head is None:
                head = [name.strip() for name in row]
                if not all(head) or len(set(head)) != len(head):
                    raise BadFile("line 1: the head of the table has an empty name, or one twice")
            elif row:
                if len(row) != len(head):
                    raise BadFile(f"line {reader.line_num}: {len(row)} cells, and the head has {len(head)}")
                rows.append(
                    json.dumps(
                        {name: _cell(cell.strip()) for name, cell in zip(head, row, strict=True) if cell.strip()}
                    )
                )
    except csv.Error as wrong:
        raise BadFile(f"line {reader.line_num}: {wrong}") from None
    return rows


def _cell(text: str) -> object:
    try:
        value = json_depth.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float | None) else text


def _json(text: str, line: int) -> object:
    try:
        return json_depth.loads(text)
    except json.JSONDecodeError as wrong:
        raise BadFile(f"line {line + wrong.lineno - 1}, column {wrong.colno}: {wrong.msg}") from None
    except json_depth.TooDeep as wrong:
        raise BadFile(f"line {line}: {wrong}") from None

"""Text of JSON that certainly fits, as regular expressions that engines for KQL take: those have no look-ahead."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from azext_iotdiag.payload.rules import kind_of, places, scaled_decimals
from azext_iotdiag.payload.schema import Array, Enum, Geometry, Map, Object, Reference, Scalar, Schema, Unknown

SHAPES = {"geopoint": places.GEOPOINT, "vector": places.VECTOR, "scaledDecimal": scaled_decimals.SHAPE}
_BLANKS = r"[ \t\r\n]*"  # RFC 8259, 2
_COLON, _COMMA = f"{_BLANKS}:{_BLANKS}", f"{_BLANKS},{_BLANKS}"
_ORDERED = 2  # required fields up to which each order of them has an alternative
_YEAR = re.compile(r"\(\?!([0-9|-]*)\)\[0-9\]\{4\}")  # all years but these, as `times` writes them
_YEARS = "[12][0-9]{3}"  # the years that are recognised: those without an exception
_LOOKING = ("(?!", "(?=", "(?<")
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


def expression(members: Mapping[str, Schema], schemas: Mapping[str, Schema], longest: int) -> str:
    """What matches an object of nothing but members that fit, in any order.

    Members that would make it longer than `longest` characters are left out, the long ones first. "" where all are.
    """
    maker = _Maker(schemas, longest)
    parts, length = [], 0
    for part in sorted(_together((name, maker.value(schema)) for name, schema in members.items()), key=len):
        length += 2 * len(part)  # each stands there twice: as the first one, and as each other one
        if length > longest:
            break
        parts.append(part)
    return f"^{_BLANKS}{_object((), parts)}{_BLANKS}$" if parts else ""


class _Maker:
    """Makes the expressions of schemas, none of which is longer than `longest`."""

    def __init__(self, schemas: Mapping[str, Schema], longest: int):
        self._schemas = schemas
        self._longest = longest
        self._known: dict[str, str] = {}

    def value(self, schema: Schema) -> str:
        """What matches values that fit; "" where there is no such expression."""
        found = self._referred(schema.id) if isinstance(schema, Reference) else self._of(schema)
        return found if len(found) <= self._longest else ""

    def _of(self, schema: Schema) -> str:
        if isinstance(schema, Scalar) and schema.term in SHAPES:
            schema = SHAPES[schema.term]
        if isinstance(schema, Object):
            return self._fields(schema)
        if isinstance(schema, Array):
            each = self.value(schema.element)
            return rf"\[{_BLANKS}(?:{each}(?:{_COMMA}{each})*{_BLANKS})?\]" if each else ""
        if isinstance(schema, Map):
            each = self.value(schema.value)
            return _object((), [f"{_pattern(Scalar('string'))}{_COLON}{each}"]) if each else ""
        if isinstance(schema, (Geometry, Unknown)) or (isinstance(schema, Enum) and not schema.values):
            return ""
        return _pattern(schema)

    def _referred(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = ""  # for a schema that contains itself
            self._known[name] = self.value(self._schemas[name])
        return self._known[name]

    def _fields(self, schema: Object) -> str:
        patterns = {each.name: self.value(each.schema) for each in schema.fields}
        needed = [each.name for each in schema.fields if each.required]
        if not all(map(patterns.__getitem__, needed)):
            return ""
        required = [part for name in needed for part in _together([(name, patterns.pop(name))])]
        return _object(required, _together(patterns.items())) if len(required) == len(needed) else ""


def _together(members: Iterable[tuple[str, str]]) -> list[str]:
    """An expression for the members of each writing. Those without one are left out."""
    names: dict[str, list[str]] = {}
    for name, pattern in members:
        if pattern and (literal := _plain(_SPECIAL.sub(r"\\\g<0>", json.dumps(name, ensure_ascii=False)[1:-1]))):
            names.setdefault(pattern, []).append(literal)
    return [
        f'"{each[0]}"{_COLON}{pattern}' if len(each) == 1 else f'"(?:{"|".join(each)})"{_COLON}{pattern}'
        for pattern, each in names.items()
    ]


def _object(required: Sequence[str], optional: Sequence[str]) -> str:
    """An object with all of the `required` members, and any of the `optional` ones between them."""
    some = f"(?:{'|'.join(optional)})"
    if not required:
        return rf"\{{{_BLANKS}(?:{some}(?:{_COMMA}{some})*{_BLANKS})?\}}" if optional else rf"\{{{_BLANKS}\}}"
    before, after = (f"(?:{some}{_COMMA})*", f"(?:{_COMMA}{some})*") if optional else ("", "")
    orders = itertools.permutations(required) if len(required) <= _ORDERED else [tuple(required)]
    ways = "|".join(f"{after}{_COMMA}".join(order) for order in orders)
    return rf"\{{{_BLANKS}{before}(?:{ways}){after}{_BLANKS}\}}"


def _pattern(schema: Schema) -> str:
    """What the kind of a schema says of its values, where that has no look-ahead. `|` in it stands in a group."""
    pattern = kind_of(schema).pattern(schema)
    if not isinstance(pattern, str):
        return ""
    pattern = _YEAR.sub(lambda _: _YEARS, pattern)
    return "" if any(each in pattern for each in _LOOKING) else _plain(f"(?:{pattern})")


def _plain(expression_: str) -> str:
    """An expression in characters that are printed; "" where it holds half of a character, which no engine takes."""
    blank = re.sub(r"\\(.)", lambda found: " " if found[1] == " " else found[0], expression_, flags=re.DOTALL)
    if any("\ud800" <= each <= "\udfff" for each in blank):
        return ""
    return "".join(each if each.isprintable() else rf"\x{{{ord(each):x}}}" for each in blank)

"""Random schemas and values, and a second opinion on them: jsonschema, with formats checked by code of its own.

Nothing here may come from the rules themselves: it is what they are compared with.
"""

from __future__ import annotations

import base64
import binascii
import random
import string
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import jsonschema

TERMS = [
    "boolean", "integer", "long", "byte", "short", "unsignedByte", "unsignedShort", "unsignedInteger", "unsignedLong",
    "double", "float", "string", "date", "dateTime", "time", "duration", "bytes", "decimal", "uuid", "scaledDecimal",
    "geopoint", "vector", "point", "lineString", "polygon", "multiPoint", "multiLineString", "multiPolygon",
]  # fmt: skip
EDGES = [0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1,
         2**32 - 1, 2**32, 2**63 - 1, 2**63, -(2**63), 2**64 - 1, 2**64, 3.0, 0.5, 1e100, -1e39,
         3.402823e38, 3.402824e38, 1.7976931348623157e308, float("inf"), 10**400]  # fmt: skip


def schemas(chance: random.Random, levels: int = 3) -> Any:
    """A random schema of DTDL."""
    kind = chance.random()
    if levels == 0 or kind < 0.55:
        return chance.choice(TERMS)
    if kind < 0.65:
        whole = chance.random() < 0.5
        values = range(chance.randint(0, 4)) if whole else chance.sample(["red", "green", "blue"], chance.randint(0, 3))
        listed = [{"name": f"n{each}", "enumValue": each} for each in values]
        return {"@type": "Enum", "valueSchema": "integer" if whole else "string", "enumValues": listed}
    if kind < 0.8:
        names = chance.sample(string.ascii_lowercase[:6], chance.randint(0, 4))
        fields = [{"@type": ["Field", "Required"] if chance.random() < 0.3 else "Field", "name": name,
                   "schema": schemas(chance, levels - 1)} for name in names]  # fmt: skip
        return {"@type": "Object", "fields": fields}
    inner = schemas(chance, levels - 1)
    if kind < 0.9:
        return {"@type": "Array", "elementSchema": inner}
    value = {"name": "v", "schema": inner}
    return {"@type": "Map", "mapKey": {"name": "k", "schema": "string"}, "mapValue": value}


def values(schema: Any, chance: random.Random, wrong: float = 0.08) -> Any:
    """A random value that nearly fits: now and then a part of it is anything at all."""
    if chance.random() < wrong:
        return anything(chance)
    if isinstance(schema, str):
        return _damaged(_scalar(schema, chance), chance, wrong)
    if schema["@type"] == "Enum":
        listed = [each["enumValue"] for each in schema["enumValues"]]
        return chance.choice([*listed, 0, 1.0, True, "red", "Red"])
    if schema["@type"] == "Array":
        return [values(schema["elementSchema"], chance, wrong) for _ in range(chance.randint(0, 3))]
    if schema["@type"] == "Map":
        keys = chance.sample(["a", "", "x y", "ü"], chance.randint(0, 3))
        return {key: values(schema["mapValue"]["schema"], chance, wrong) for key in keys}
    found = {each["name"]: values(each["schema"], chance, wrong) for each in schema["fields"] if chance.random() < 0.9}
    return found | ({"other": 1} if chance.random() < wrong else {})


def anything(chance: random.Random) -> Any:
    """Any JSON value."""
    return chance.choice([
        None, True, False, "", "x", "1", [], {}, [1], {"a": 1}, "2020-01-01", "PT0S", {"type": "Point"}, *EDGES,
    ])  # fmt: skip


def _damaged(value: Any, chance: random.Random, wrong: float) -> Any:
    if isinstance(value, str) and chance.random() < wrong * 3:
        at = chance.randrange(len(value) + 1)
        return value[:at] + chance.choice(["", "0", "9", "-", "Z", "\n", " ", "T", ".", "٣"]) + value[at + 1 :]
    return value


def _scalar(term: str, chance: random.Random) -> Any:
    if term == "boolean":
        return chance.random() < 0.5
    if term in ("double", "float") or term.lower().removeprefix("unsigned") in ("byte", "short", "integer", "long"):
        return chance.choice([chance.choice(EDGES), chance.randint(0, 100)])
    begin = datetime(chance.choice([1, 1900, 2000, 2024, 2025, 9998]), 1, 1)
    moment = begin + timedelta(seconds=chance.randrange(366 * 86400))
    if chance.random() < 0.05:
        moment = datetime.max - timedelta(hours=chance.randrange(24))
    offset = chance.choice(["Z", "+00:00", "-07:30", "+14:00", "-14:01", "+23:59", "", "+24:00", "+1:00"])
    clock = f"{moment:%H:%M:%S}{chance.choice(['', '.5', '.123456789'])}{offset}"
    day = moment.date().isoformat()
    texts = {
        "string": "text", "date": day, "dateTime": f"{day}T{clock}", "time": clock,
        "duration": _duration(chance), "uuid": str(uuid.UUID(int=chance.getrandbits(128))),
        "bytes": base64.b64encode(chance.randbytes(chance.randint(0, 5))).decode(),
        "decimal": chance.choice(["", "-", "+"]) + chance.choice(["0", "17", "9" * 9]) + chance.choice(["", ".", ".5"]),
    }  # fmt: skip
    return texts[term] if term in texts else _place(term, chance)


def _duration(chance: random.Random) -> str:
    number = lambda: chance.choice(["1", "0", "12", "1.5"])  # noqa: E731
    date_part = "".join(f"{number()}{each}" for each in chance.choice(["YMD", "WD"]) if chance.random() < 0.4)
    time_part = "".join(f"{number()}{each}" for each in "HMS" if chance.random() < 0.4)
    return f"P{date_part}" + (f"T{time_part}" if time_part or chance.random() < 0.1 else "")


def _place(term: str, chance: random.Random) -> Any:
    def position() -> list[float]:
        return [chance.randint(-180, 180), chance.randint(-90, 90), 5][: chance.choice([2, 2, 2, 3, 1])]

    def line() -> list[Any]:
        return [position() for _ in range(chance.choice([1, 2, 3, 4, 5]))]

    def ring() -> list[Any]:
        points = line()
        return [*points, points[0]] if chance.random() < 0.8 else points

    shapes = {"point": position, "lineString": line, "multiPoint": line, "polygon": lambda: [ring()],
              "multiLineString": lambda: [line(), line()], "multiPolygon": lambda: [[ring()], [ring()]]}  # fmt: skip
    if term in shapes:
        return {"type": term[0].upper() + term[1:], "coordinates": shapes[term]()}
    if term == "scaledDecimal":
        return {"scale": chance.choice([1, -3, 40000]), "value": chance.choice(["3.14", "x"])}
    names = ("lat", "lon", "alt") if term == "geopoint" else ("x", "y", "z")
    return {name: chance.choice([1, 2.5, -3]) for name in names if chance.random() < 0.9}


# The formats, each in its own way: by taking the text apart, not by a pattern.


def _digits(text: str, least: int = 1) -> bool:
    return len(text) >= least and all(each in string.digits for each in text)


def is_date(text: str) -> bool:
    """A day of the calendar."""
    parts = text.split("-")
    if [len(each) for each in parts] != [4, 2, 2] or not all(map(_digits, parts)):
        return False
    try:
        date(*map(int, parts))
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """A time with its offset."""
    if text.endswith("Z"):
        rest = text[:-1]
    else:
        rest, sign, zone = text[:-6], text[-6:-5], text[-5:]
        parts = zone.split(":")
        if sign not in ("+", "-") or [len(each) for each in parts] != [2, 2] or not all(map(_digits, parts)):
            return False
        if int(parts[0]) * 60 + int(parts[1]) > 14 * 60 or int(parts[1]) > 59:
            return False
    clock, point, fraction = rest.partition(".")
    parts = clock.split(":")
    if [len(each) for each in parts] != [2, 2, 2] or not all(map(_digits, parts)) or (point and not _digits(fraction)):
        return False
    try:
        datetime(2000, 1, 1, *map(int, parts), tzinfo=timezone.utc)
    except ValueError:
        return False
    return True


def is_date_time(text: str) -> bool:
    """A day, a T, and a time, before the year 10000 in UTC."""
    day, mark, clock = text.partition("T")
    if not (mark and is_date(day) and is_time(clock)):
        return False
    if day != datetime.max.date().isoformat():
        return True
    offset = 0 if clock.endswith("Z") else int(clock[-5:-3]) * 60 + int(clock[-2:])
    minutes = int(clock[:2]) * 60 + int(clock[3:5]) + (offset if clock[-6] == "-" else -offset)
    ticks = Decimal(minutes * 60) + Decimal(clock[6:].removesuffix("Z").partition("+")[0].partition("-")[0])
    return round(ticks, 7) < 86400


def is_duration(text: str) -> bool:
    """Numbers and letters in order, the last one perhaps with a fraction; weeks with no years and no months."""
    if not text.startswith("P") or text[-1:] in ("P", "T"):
        return False
    day, _, clock = text[1:].partition("T")
    found: list[tuple[str, str]] = []
    for part, letters in ((day, "YMD" if "W" not in day else "WD"), (clock, "HMS")):
        number, left = "", letters
        for each in part:
            if each in string.digits + ".":
                number += each
            elif each in left and number:
                found.append((number, each))
                number, left = "", left[left.index(each) + 1 :]
            else:
                return False
        if number:
            return False
    if not found:
        return False
    whole = all(_digits(number) for number, _ in found[:-1])
    before, point, after = found[-1][0].partition(".")
    return whole and _digits(before) and (not point or _digits(after))


def is_base64(text: str) -> bool:
    """What Python's own decoder takes when it is strict."""
    try:
        base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return False
    return len(text) % 4 == 0


def is_decimal(text: str) -> bool:
    """Digits without a leading zero, perhaps a sign, perhaps a point and more digits."""
    whole, _, rest = text.removeprefix(text[:1] if text[:1] in ("+", "-") else "").partition(".")
    return _digits(whole) and (whole == "0" or whole[0] != "0") and (not rest or _digits(rest))


def is_uuid(text: str) -> bool:
    """What Python's own UUID writes again as it was, in any case."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def checker() -> jsonschema.FormatChecker:
    """The formats for jsonschema."""
    formats = jsonschema.FormatChecker(formats=())
    texts = {"date": is_date, "time": is_time, "date-time": is_date_time, "duration": is_duration, "byte": is_base64,
             "decimal": is_decimal, "uuid": is_uuid}  # fmt: skip
    for name, test in texts.items():
        formats.checkers[name] = (lambda value, test=test: not isinstance(value, str) or test(value), ())
    return formats


def pairs(count: int, seed: int, each: int = 20) -> Iterator[tuple[Any, Any]]:
    """So many schemas and values, `each` values for a schema."""
    chance = random.Random(seed)
    for _ in range(-(-count // each)):
        schema = schemas(chance)
        for _ in range(each):
            yield schema, values(schema, chance)

"""Judges plain values of a model: texts, numbers, texts in several languages, and values that are wrapped."""

from __future__ import annotations

import re
from typing import Any

from azext_iotdiag.payload.language import identifiers, rules
from azext_iotdiag.payload.language.judging import ModelJudging, Path
from azext_iotdiag.payload.language.kinds import LiteralForm, Slot
from azext_iotdiag.payload.violations import shown

_LANGUAGE = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)
_DURATION = re.compile(
    r"P(?!$)(?:(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?|(?:\d+(?:\.\d+)?W)?)(?:\d+(?:\.\d+)?D)?"
    r"(?:T(?!$)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?",
    re.ASCII,
)
_LOWEST, _HIGHEST = -(2**31), 2**31 - 1
_XSD = "http://www.w3.org/2001/XMLSchema#"
_XSD_TYPES = {LiteralForm.TEXT: "string", LiteralForm.WHOLE: "integer", LiteralForm.FLAG: "boolean"}
DEFAULT_LANGUAGE = "en"


def judge(judging: ModelJudging, given: Any, slot: Slot, path: Path, version: int) -> list[Any]:
    """Judge what stands under a key; gives the values in it that are right, plain."""
    if slot.form is LiteralForm.WORDS:
        words(judging, given, slot, path)
        return []
    listed = flat(given)
    if slot.most is not None and len(listed) > slot.most:
        message = f"{len(listed)} values stand in a list here, and one is allowed"
        judging.say(rules.VALUE, path, message)
        return []
    if not listed and slot.required:
        judging.say(rules.KEY_MISSING, path, f"the list is empty, and {slot.form.value} is needed")
    found = []
    for number, each in enumerate(listed):
        place = (*path, number) if isinstance(given, list) else path
        value = _unwrapped(judging, each, slot, place, version)
        if value is not _WRONG and _right(judging, value, slot, place):
            found.append(value)
    return found


def flat(given: Any) -> list[Any]:
    """What stands under a key as a list; lists in it are taken apart, as everywhere in the language."""
    if not isinstance(given, list):
        return [given]
    return [inner for each in given for inner in flat(each)]


_WRONG = object()


def _unwrapped(judging: ModelJudging, given: Any, slot: Slot, path: Path, version: int) -> Any:
    """The value in `{"@value": ...}`, or what stands there itself."""
    if not isinstance(given, dict) or slot.form in (LiteralForm.DTMI, LiteralForm.WORD):
        return given
    foreign = sorted(key for key in given if key not in ("@value", "@type", "@language"))
    if "@value" not in given:
        judging.say(rules.VALUE, path, f"an object stands here, and {slot.form.value} should: it has no @value")
    elif foreign or ("@language" in given and version > 2):
        key = foreign[0] if foreign else "@language"
        judging.say(rules.VALUE, path, f"beside @value only @type is allowed, and here is {key[:80]}")
    elif "@type" in given and not _is_type_of(given["@type"], slot, given["@value"]):
        right = _XSD_TYPES.get(slot.form, "string or xsd:integer")
        judging.say(rules.VALUE, (*path, "@type"), f"the type of the value has to be xsd:{right}")
    else:
        return given["@value"]
    return _WRONG


def _is_type_of(given: Any, slot: Slot, value: Any) -> bool:
    name = _XSD_TYPES.get(slot.form) or ("string" if isinstance(value, str) else "integer")
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    return given in (f"xsd:{name}", _XSD + name)


def _right(judging: ModelJudging, value: Any, slot: Slot, path: Path) -> bool:
    """Whether one plain value is right; says what is wrong with it."""
    if not _is_of(value, slot.form):
        judging.say(rules.VALUE, path, f"{shown(value)} stands here, and {slot.form.value} should{_hint(value, slot)}")
        return False
    if slot.form is LiteralForm.TEXT:
        return _text(judging, value, slot, path)
    if slot.form is LiteralForm.WHOLE:
        low, high = slot.low, slot.high
        if (low is not None and value < low) or (high is not None and value > high):
            right = str(low) if low == high else f"at least {low}" if high is None else f"from {low} to {high}"
            judging.say(rules.VALUE, path, f"{value} stands here, and the value has to be {right}")
            return False
    return True


def _is_of(value: Any, form: LiteralForm) -> bool:
    if form is LiteralForm.FLAG:
        return isinstance(value, bool)
    if form is LiteralForm.WHOLE:
        return is_whole(value)
    if form is LiteralForm.VALUE:
        return isinstance(value, (str, int, float, bool))  # the valueSchema decides, when both are known
    if form is LiteralForm.DTMI:
        return isinstance(value, str) and identifiers.is_any(value)
    if form is LiteralForm.DURATION:
        return isinstance(value, str) and bool(_DURATION.fullmatch(value))
    return isinstance(value, str)


def is_whole(value: Any) -> bool:
    """Whether the value is a whole number of 32 bits, also where it is written as 3.0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return _LOWEST <= value <= _HIGHEST and (isinstance(value, int) or value.is_integer())


def _hint(value: Any, slot: Slot) -> str:
    if slot.form is LiteralForm.FLAG and isinstance(value, str) and value.lower() in ("true", "false"):
        return f": write {value.lower()} without quotes"
    if slot.form is LiteralForm.WHOLE and isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return f": write {value.strip()[:20]} without quotes"
    if slot.form is LiteralForm.TEXT and isinstance(value, (int, float)) and not isinstance(value, bool):
        return ": write it in quotes"
    return ""


def _text(judging: ModelJudging, value: str, slot: Slot, path: Path) -> bool:
    if slot.pattern and not slot.pattern.fullmatch(value):
        rule = rules.NAME if slot.longest else rules.VALUE
        judging.say(rule, path, f"{shown(value)} is not allowed here: it has to be {slot.means}")
        return False
    _judge_length(judging, value, slot, path)
    return True


def _judge_length(judging: ModelJudging, value: str, slot: Slot, path: Path) -> None:
    """Judge how long a text is. A character beyond U+FFFF counts as two, as in UTF-16, in which .NET counts."""
    length = len(value) if value.isascii() else len(value.encode("utf-16-le", "surrogatepass")) // 2
    if slot.longest is not None and length > slot.longest:
        rule = rules.NAME if slot.pattern else rules.VALUE_TOO_LONG
        message = f"the text has {length} characters, and {slot.longest} are allowed"
        judging.say(rule, path, message, count=length, limit=slot.longest)


def words(judging: ModelJudging, given: Any, slot: Slot, path: Path) -> None:
    """Judge a text for people: plain, a map of languages, or a list of texts with their languages."""
    if isinstance(given, dict):
        for code, text in given.items():
            _in_language(judging, code, text, slot, (*path, code))
        return
    seen: set[str] = set()
    for number, each in enumerate(flat(given)):
        place = (*path, number) if isinstance(given, list) else path
        code, text = DEFAULT_LANGUAGE, each
        if isinstance(each, dict) and isinstance(given, list):
            foreign = sorted(key for key in each if key not in ("@value", "@language"))
            if "@value" not in each or foreign:
                judging.say(rules.LANGUAGE, place, "an object in this list has to have @value and @language only")
                continue
            code, text = each.get("@language", DEFAULT_LANGUAGE), each["@value"]
        _in_language(judging, code, text, slot, place)
        if isinstance(code, str) and code in seen:
            judging.say(rules.LANGUAGE, place, f"there is a second text in the language {code[:20]}")
        seen.add(code if isinstance(code, str) else "")


def _in_language(judging: ModelJudging, code: Any, text: Any, slot: Slot, path: Path) -> None:
    if not isinstance(code, str) or not _LANGUAGE.fullmatch(code):
        message = f"{shown(code)} is no language such as en or en-US"
        judging.say(rules.LANGUAGE, path, message)
    if not isinstance(text, str):
        judging.say(rules.VALUE, path, f"{shown(text)} stands here, and a text should")
    else:
        _judge_length(judging, text, slot, path)

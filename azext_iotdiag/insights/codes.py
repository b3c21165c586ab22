"""Codes in a line of a log: which names of the knowledge base stand in it. A number counts only where it is a code.

What a healthy log may hold is not found: a plain word such as Registered, or a number that is a duration or an id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from azext_iotdiag.knowledge.lookup import NAMES


class Hit(NamedTuple):
    """A name in a line, where it stands, and the context in which it is to be understood; "" where that is not told."""

    name: str
    context: str
    start: int
    end: int


_PHRASES = tuple(sorted((name.lower() for name in NAMES if " " in name), key=len, reverse=True))
# Two capitals in a word of mixed case, a word of capitals with an underscore, or an errno: no plain English word.
_UNMISTAKABLE = re.compile(r"(?=.*[a-z])\w*[A-Z]\w*[A-Z]\w*|[A-Za-z]+(_[A-Za-z]+)+|E[A-Z]{4,}|WSA[A-Z_]+")
WORDS = {name.lower() for name in NAMES if _UNMISTAKABLE.fullmatch(name)}
_CONDITIONS = {name for name in NAMES if name.startswith(("amqp:", "com.microsoft:")) and not name[-1].isdigit()}
_NUMBERS = {name for name in NAMES if len(name) == 6 and name.isdigit()} | {
    name.partition(":")[2] for name in NAMES if re.fullmatch(r"\w+:\d{6}", name)
}

_WORD = re.compile(r"(?:amqp|com\.microsoft)(?::[a-z][a-z-]+)+|[A-Za-z]\w{4,}")
_OWN = re.compile(r"\[([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\]")
_NUMBER = re.compile(r"(?<![\w.+-])[45]\d{5}(?![\w-]|\.\d)")
_LABEL = re.compile(r"(?:code|error|err|type|status|reason|result|failed|failure)\w*\W{0,6}(?:is |with |of )?$", re.I)
_NAMED = re.compile(r"\W{0,4}([A-Z][A-Za-z]{7,})")
_LIST = re.compile(r"[\s,;]*(?:[45]\d{5}[\s,;]*)+")
_RESOURCE_LOG = re.compile(r"microsoft\.devices|iothubs|provisioningservices|device(?:dis)?connect\b", re.I)
_HTTP = re.compile(
    r"(?:HTTP/\d(?:\.\d)?[\"']?\s+|\bhttp[ _-]?|\bstatus[ _-]?code\W{0,4}(?:is |of )?)([45]\d\d)\b(?!\.)", re.I
)
_TOPIC = re.compile(r"\$(iothub/twin|dps/registrations)/res/([45]\d\d)\b")
_CONNACK = re.compile(
    r"CONNACK \(\d, ?([1-5])\)|CONNACK[^\d\n(]{0,24}\b(?:0x0?)?([1-5])\b|Not Accepted: 0x0?([1-5])\b", re.I
)
_RETURNED = re.compile(r"\b(?:rc|return[ _]?code|result code|reason ?code)\W{1,3}(?:0x0?)?([1-57])\b", re.I)
_ABOUT_MQTT = re.compile(r"mqtt|conn", re.I)
_LOOK_BACK = 40
_FENCES = {("(", ")"), ('"', '"'), ("'", "'"), ("\t", "\t"), ("|", "|")}
_PLACES = (
    ("dps", re.compile(r"azure-devices-provisioning|\$dps/|registrationstate|idscope|id_scope|/registrations/", re.I)),
    ("central", re.compile(r"azureiotcentral", re.I)),
    ("amqp", re.compile(r"\$cbs|amqps?\b", re.I)),
    ("hub", re.compile(r"\.azure-devices\.|\$iothub/", re.I)),
)


def find(line: str, context: str = "") -> list[Hit]:
    """The names in a line, from left to right, the longest where several stand in one place.

    `context` says how to understand numbers and names where the line does not tell by itself.
    """
    taken = bytearray(len(line))
    hits = []
    for hit in (*_phrases(line), *_numbers(line, context), *_words(line, context)):
        if taken.find(1, hit.start, hit.end) < 0:
            taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            hits.append(hit)
    return sorted(hits, key=lambda hit: hit.start)


def _phrases(line: str) -> Iterator[Hit]:
    low = line.lower()
    for phrase in _PHRASES:
        at = low.find(phrase)
        if at >= 0:
            yield Hit(phrase, "", at, at + len(phrase))


def _words(line: str, context: str) -> Iterator[Hit]:
    for match in _WORD.finditer(line):
        word = match[0]
        if word in _CONDITIONS or (word.lower() in WORDS and not word.islower()):
            yield Hit(word, context or _named_place(line), match.start(), match.end())
    for match in _OWN.finditer(line):
        if match[1] in NAMES:
            yield Hit(match[1], "", match.start(), match.end())


def _numbers(line: str, context: str) -> Iterator[Hit]:
    numbers = [match for match in _NUMBER.finditer(line) if match[0] in _NUMBERS]
    if numbers:
        all_codes = bool(_LIST.fullmatch(line) or _RESOURCE_LOG.search(line))
        place = context or _named_place(line)
        for match in numbers:
            if all_codes or _is_code(line, match):
                yield Hit(match[0], place, match.start(), match.end())
    for match in _HTTP.finditer(line):
        yield Hit(match[1], context or _place(line), match.start(), match.end())
    for match in _TOPIC.finditer(line):
        place = "mqtt" if match[1] == "iothub/twin" else "dps"
        yield Hit(f"{place}:{match[2]}", "", match.start(), match.end())
    for match in _CONNACK.finditer(line):
        yield Hit(f"mqtt:{match[1] or match[2] or match[3]}", "", match.start(), match.end())
    for match in _RETURNED.finditer(line):
        # Any program may end with return code 1; 4, 5 and 7 behind rc= are MQTT's.
        if _ABOUT_MQTT.search(line) or (match[0].lower().startswith("rc") and match[1] in "457"):
            yield Hit(f"mqtt:{match[1]}", "", match.start(), match.end())


def _is_code(line: str, match: re.Match[str]) -> bool:
    """Whether six digits are a code here: behind a word that says so, before a name, in a field of their own."""
    before = line[max(0, match.start() - _LOOK_BACK) : match.start()]
    if _LABEL.search(before):
        return True
    named = _NAMED.match(line, match.end())
    if named and named[1].lower() in WORDS:
        return True
    return (before[-1:], line[match.end() : match.end() + 1]) in _FENCES


def _place(line: str) -> str:
    """The service that a line is about; "" where it does not tell."""
    return next((context for context, pattern in _PLACES if pattern.search(line)), "")


def _named_place(line: str) -> str:
    """Of the places only provisioning gives the hub's own numbers and names another meaning."""
    return "dps" if _place(line) == "dps" else ""

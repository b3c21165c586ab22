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
# A count of errors is no code, nor is a number with a unit behind it.
_LABEL = re.compile(
    r"(?:code|err(?!ors|\w*count)|type|status|reason|result|failed|failure(?!s))\w*[^\w-]{0,6}(?:is |with |of )?$", re.I
)
_UNIT = re.compile(r"\s?(?:[mun]?s|sec|seconds?|minutes?|[kM]?i?B|bytes?|times|attempts?|tries|of|messages)\b", re.I)
_NAMED = re.compile(r"\W{0,4}([A-Z][A-Za-z]{7,})")
_LIST = re.compile(r"[\s,;]*(?:[45]\d{5}[\s,;]*)+")
_RESOURCE_LOG = re.compile(r"microsoft\.devices|iothubs|provisioningservices|device(?:dis)?connect\b", re.I)
_HTTP = re.compile(
    r"(?:HTTP/\d(?:\.\d)?[\"']?\s+|\bhttp[ _-]?|\bstatus[ _-]?code[^\w-]{0,4}(?:is |of )?)([45]\d\d)\b(?!\.)", re.I
)
_TOPIC = re.compile(r"\$(iothub/twin|dps/registrations)/res/([45]\d\d)\b")
_CONNACK = re.compile(
    r"CONNACK \(\d, ?([1-5])\)"
    r"|CONNACK(?:[\s|:=,_]|-(?=\s)|received|recv|with|response|return|result|reason|session.?present|true|false|code"
    r"|status|rc|failed|refused|error|was|is){1,24}(?<!\w)(?:0x0?)?([1-5])(?![\w.])"
    r"|Not Accepted: 0x0?([1-5])\b",
    re.I,
)
_RETURNED = re.compile(
    r"\b(?:rc|return[ _]?code|result code|reason ?code)(?:\s?={1,2}\s?|\s?:\s?|\s)(?:0x0?)?([1-9]|1[0-6])\b(?!\.\d)",
    re.I,
)
# A return code is a CONNACK's where the line is about connecting over MQTT; rc=5 alone is, as well.
_CALLBACK = re.compile(r"on_connect|connected with|(?<!dis)connect\w*\W+rc", re.I)
_CONNECT = re.compile(r"(?<!dis)connect", re.I)
_MQTT = re.compile(r"mqtt", re.I)
_ALONE = re.compile(
    r"[\W\d]*(?:(?:mqtt|client|state|attempt|connection|failed|error|err|warn|warning|info|debug)\W+)*", re.I
)
# Lines with numbers of other tables: acknowledgements, ends of processes, Wi-Fi, what lies below MQTT.
_OTHER_TABLE = re.compile(
    r"(?:un)?sub(?:ack|scri)|pub(?:ack|rec|comp|lish)|ping|loop|exit|process|command|script|"
    r"wi-?fi|ssid|wlan|curl|ssh|\btls\b",
    re.I,
)
_DISCONNECTS = re.compile(r"disconnect|paho returned|unknown rc", re.I)
# What paho says of an end; its numbers are not those of a CONNACK.
# https://github.com/eclipse-paho/paho.mqtt.python/blob/v1.6.1/src/paho/mqtt/client.py (MQTT_ERR_)
_PAHO = {
    **dict.fromkeys((1, 5, 6, 7), "mqtt-connection-closed"),
    4: "sdk-no-connection",
    16: "mqtt-no-ping-response",
}
# What loggers write before their text: the time since boot, the process, the line of the source.
_PREFIX = re.compile(
    r"(?:(?<!\w)|(?<=\dm))[EWIDV] \(\d{1,10}\) (?=[\w.-]|<)"  # ESP-IDF
    r"|\[ *\d+\]\[[EWIDV]\]"  # Arduino on ESP32
    r"|^[\w :.+@-]{1,80}\[\d+\]:|(?<=[\w@.-])\[\d+\]:"  # journald
    r"|\b[\w-]+\.(?:c|cc|cpp|h|hpp|py|js|ts|java|cs|go|rs):\d+"
    r"|\bLine:\d+"
)
# Go and BearSSL have one sentence for both ends of a certificate's time; Go goes on with the times compared.
_EITHER_END = re.compile(r"certificate (?:has|is) expired( or (?:is )?not yet valid)", re.I)
_AGAINST = re.compile(r"current time \S+ is (before|after) ", re.I)
_LOOK_BACK = 40
_LOOK_AHEAD = 80
_LONGEST_PREFIX = 80
_FENCES = {("(", ")"), ('"', '"'), ("'", "'"), ("\t", "\t"), ("|", "|")}
_PLACES = (
    ("dps", re.compile(r"azure-devices-provisioning|\$dps/|registrationstate|idscope|id_scope|/registrations/", re.I)),
    ("central", re.compile(r"azureiotcentral", re.I)),
    ("amqp", re.compile(r"\$cbs|amqps?\b", re.I)),
    ("hub", re.compile(r"\.azure-devices\.|\$iothub/", re.I)),
)


def find(line: str, context: str = "", *, words: bool = True) -> list[Hit]:
    """The names in a line, from left to right, the longest where several stand in one place.

    `context` says how to understand numbers and names where the line does not tell by itself. Without `words` only
    numbers are looked for, which saves most of the time.
    """
    taken = bytearray(len(line))
    hits = []
    named = (*_dates(line), *_phrases(line)) if words else ()
    worded = _words(line, context) if words else ()
    for hit in (*named, *_numbers(without_prefix(line), context), *worded):
        if taken.find(1, hit.start, hit.end) < 0:
            taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            hits.append(hit)
    return sorted(hits, key=lambda hit: hit.start)


def literals() -> Iterator[str]:
    """In lower case, what stands in each line with a name. Numbers have no such words."""
    yield from ("certificate has expired or", "certificate is expired or")
    yield from _PHRASES
    yield from WORDS
    yield from (condition.lower() for condition in _CONDITIONS)
    yield from (f"[{name}]" for name in NAMES if _OWN.fullmatch(f"[{name}]"))


def _dates(line: str) -> Iterator[Hit]:
    """What a line that names both ends of a certificate's time says: the one that it decides for, or both."""
    for match in _EITHER_END.finditer(line):
        decided = _AGAINST.search(line, match.end(), match.end() + _LOOK_AHEAD)
        if decided:
            code = "certificate-expired" if decided[1].lower() == "after" else "certificate-not-yet-valid"
            yield Hit(code, "", match.start(), match.end())
        else:
            yield Hit("certificate-expired", "", match.start(), match.start(1))
            yield Hit("certificate-not-yet-valid", "", match.start(1), match.end())


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
        if not _UNIT.match(line, match.end()):
            yield Hit(f"mqtt:{match[1] or match[2] or match[3]}", "", match.start(), match.end())
    yield from _returned(line)


def _returned(line: str) -> Iterator[Hit]:
    """The return codes of MQTT in a line: of a CONNACK, or what paho says of the end of a connection."""
    found = list(_RETURNED.finditer(line))
    if not found or _OTHER_TABLE.search(line):
        return
    ended = _DISCONNECTS.search(line)
    mqtt, connect = _MQTT.search(line), _CONNECT.search(line)
    connecting = _CALLBACK.search(line) or (mqtt and connect)
    of_mqtt = mqtt or connect
    for match in found:
        number = int(match[1])
        if _UNIT.match(line, match.end()):
            continue
        if ended:
            if number in _PAHO:
                yield Hit(_PAHO[number], "", match.start(), match.end())
        elif (number <= 5 and connecting) or (number in (4, 5, 7) and (of_mqtt or _is_alone(line, match))):
            yield Hit(f"mqtt:{number}", "", match.start(), match.end())


def _is_alone(line: str, match: re.Match[str]) -> bool:
    """Whether rc= stands where nothing says that it is another program's: any may end with return code 5."""
    if match.start() > _LONGEST_PREFIX or match[0][:2].lower() != "rc":
        return False
    return _ALONE.fullmatch(line, 0, match.start()) is not None


def without_prefix(line: str) -> str:
    """The line with blanks in place of what loggers write before their text. All else stays in its place."""
    return _PREFIX.sub(lambda match: " " * len(match[0]), line)


def _is_code(line: str, match: re.Match[str]) -> bool:
    """Whether six digits are a code here: behind a word that says so, before a name, in a field of their own."""
    if _UNIT.match(line, match.end()):
        return False
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

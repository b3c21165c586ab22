"""What loggers write before their text: a clock, a level, a tag, a place in the source. No number of it is a code."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]{0,200}\x07|\x1b[()][A-Z0-9]")
_CLOCK = (
    r"\d{4}[-/.]\d\d?[-/.]\d\d?[T _,]{1,2}\d\d?:\d\d:\d\d(?:[.,:]\d{1,9})?(?: ?(?:Z\b|UTC\b|[+-]\d\d:?\d\d\b))?"
    r"|\d\d?[/.]\d\d?[/.]\d{2,4},? \d\d?:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?[AP]M)?"
    r"|(?:[A-Z][a-z]{2} )?(?:[A-Z][a-z]{2} [ \d]?\d|"
    r"\d\d? [A-Z][a-z]{2}) (?:\d{4} )?\d\d:\d\d:\d\d(?:[.,]\d+)?(?: \d{4})?"
    r"|[a-zé]{3,5}\.? [ \d]?\d \d\d:\d\d:\d\d"
    r"|\d\d:\d\d:\d\d(?:[.,:]\d{1,9}){0,2}"
)
_LEVEL = r"TRACE|TRCE|VERBOSE|DEBUG|DBUG|DBG|INFO|INF|NOTICE|WARNING|WARN|WRN|ERROR|ERR!?|FATAL|CRITICAL|SUCCESS"
_PART = re.compile(
    rf"[\[(<]?(?P<clock>{_CLOCK})[\])>]?(?: ?->|[:,;|-])?(?=[\s\[\]<({{]|$)"
    r"|[EWIDV] \((?P<boot>\d{1,10}|[\d:.]{8,15})\)(?= ?[\w.<-])"  # ESP-IDF
    r"|\[ *(?P<since>\d{1,10})\]\[[EWIDV]\](?:\[[\w./ -]{1,60}:\d{1,6}\])?(?: \w+\(\):)?"  # Arduino on ESP32
    r"|\[[EWIDV]\]\[[\w./ -]{1,60}:\d{1,6}\](?: \w+\(\):)?"
    r"|\[\w{1,40}\(\):\d{1,6}\]:?"
    r"|\[\d\d:\d\d:\d\d\.\d{3},\d{3}\](?: <\w+> [\w.-]+:)?"  # Zephyr
    rf"|[\[<(]?(?:{_LEVEL})[\])>]?(?::(?!//)|\||(?= -)|(?=[\s\[{{]))(?: ?- )?"
    r"|<[0-7]>"
    r"|[\w.@-]{1,64} [\w@.:-]{1,64}\[\d{1,8}\]:"  # host and unit of journald
    r"|[\w@.-]{1,64}\[\d{1,8}\]:"
    r"|(?:Error|Info|Debug|Warning|Trace): ?(?=Time:|File:)"
    r"|Time:(?P<written>.{20,28}?) (?=File:)"
    r"|File:\S.{0,300}? ?Func: ?\S{1,100} Line: ?\d{1,6}"
    r"|\{[\w.-]{1,60}:\d{1,6}\}"
    r"|[\w/.\\-]{1,120}\.(?:c|cc|cpp|h|hpp|py|js|ts|java|cs|go|rs):\d{1,6}:?(?: \w+\(\):)?"
    r"|1[0-9]{9}(?:\.\d+)?:"  # mosquitto: seconds since 1970
    r"|\d{1,9}(?:\.\d+)?(?: ms)?[:|](?= )"
    r"|\[\s*\d{1,8}\.\d{1,9}\]"
)
_SKIPPED = re.compile(r"[\s|>,-]*")
_QUIET = frozenset({"TRACE", "TRCE", "VERBOSE", "DEBUG", "DBUG", "DBG", "V", "D"})
_LETTER = re.compile(r"^[EWIDV](?= \()|\[([EWIDV])\]")
_LONGEST = 400
# A logger that writes JSON has one of each of these keys; what a service answers has others.
_TEXTS = ("log", "msg", "message", "MESSAGE", "@m", "@mt", "renderedMessage", "RenderedMessage")
_TIMES = ("time", "ts", "timestamp", "@timestamp", "@t", "Timestamp", "asctime", "datetime")
_LEVELS = ("level", "lvl", "severity", "@l", "Level", "levelname", "stream", "PRIORITY")
_MORE = ("error", "err", "exception", "exc_info", "Exception", "@x", "stack")
_ANSWERED = ("trackingId", "errorCode", "ExceptionMessage", "statusCode", "status")


class Line(NamedTuple):
    """`text` is the line with blanks in place of its prefix. `clock` is the time as the logger wrote it."""

    text: str
    clock: str = ""
    quiet: bool = False  # of a level that tells what goes on, not what goes wrong


def parted(line: str) -> Line:
    """A line without colours and without what its logger wrote before the text."""
    if "\x1b" in line:
        line = ANSI.sub("", line)
    if line[:1] == "{" and (record := _record(line)) is not None:
        return record
    at, clock, quiet = 0, "", False
    while at < _LONGEST:
        start = _SKIPPED.match(line, at)
        at = start.end() if start else at
        part = _PART.match(line, at)
        if part is None or part.end() == at:
            break
        clock = clock or next((part[name] for name in ("clock", "written", "boot", "since") if part[name]), "")
        quiet = quiet or _level(part[0]) in _QUIET
        at = part.end()
    return Line(" " * at + line[at:], clock, quiet)


def _record(line: str) -> Line | None:
    """What a logger says that writes JSON; None where the line is none of it."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or any(key in found for key in _ANSWERED):
        return None
    text, time, level = _first(found, _TEXTS), _first(found, _TIMES), _first(found, _LEVELS)
    if not text or not (time or level):
        return None
    inner = parted(" ".join(filter(None, (text, _first(found, _MORE)))))
    return Line(inner.text, inner.clock or time, inner.quiet or level.upper() in _QUIET)


def _first(found: dict[str, Any], keys: tuple[str, ...]) -> str:
    values = (found.get(key) for key in keys)
    return next((str(value) for value in values if isinstance(value, (str, int, float)) and value != ""), "")


def _level(part: str) -> str:
    letter = _LETTER.search(part)
    return (letter[1] or letter[0]) if letter else part.strip("[]<>(): |-").upper()

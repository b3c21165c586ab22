"""The page of a report: HTML for a person, which needs no network, no script and no other file.

It is made of the report's JSON alone (`report.document`). Every text of it goes through `_text`, so that nothing from
a device or a service is markup. A policy in the page forbids scripts and requests as well.
"""

from __future__ import annotations

import base64
import hashlib
import html
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.facts import FACTS
from azext_iotdiag.render.event import printable

LONGEST = 400  # characters of one text; the data file holds all of it
MOST_LINES = 24  # of one fact
_FIRST_MS, _LAST_MS = 1_262_304_000_000, 2_524_608_000_000  # 2010 to 2050: such a number is a time in milliseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MARKS = {"pass": "✓", "warn": "!", "fail": "✕", "error": "?", "skip": "–"}
_STANDINGS = {"pass": "No fault seen", "warn": "A fault is coming", "fail": "A fault was found", "error": "Not decided"}
_STATES = {"pass": "well", "warn": "warning", "fail": "fault", "error": "could not look", "skip": "not looked at"}
_CERTAINTIES = {
    "sure": "Sure: a code or a setting says so",
    "likely": "Likely: a pattern, not a proof",
    "open": "Open: the facts leave several causes",
}
_KINDS = {"reason": "Why", "also": "Also found", "notSeen": "Could not look"}
_KIND_STATUS = {"reason": "fail", "also": "warn", "notSeen": "error"}
_BESIDE = "commands"  # the link that stands beside the way
_WIDE = 44  # characters of a value that does not fit into its column
_SHORT = 24  # characters of code that fit on a narrow line
_MOMENT = re.compile(r"(?<![0-9])[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z")
_CODE = re.compile(r"`([^`]+)`")
_SECTIONS = (
    ("ticket", "What support asks first"),
    ("verdict", "Verdict"),
    ("way", "The way of the data"),
    ("evidence", "Evidence"),
    ("checks", "Checks"),
    ("facts", "Facts"),
    ("unseen", "What could not be looked at"),
    ("next", "What to do next"),
)


def page(document: Mapping[str, Any]) -> bytes:
    """The whole page in UTF-8."""
    report = document["report"]
    style = (pkgutil.get_data(__package__, "report.css") or b"").decode("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"Report: {report['verdict']['statement']}"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{_plain(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        '<a class="skip-link" href="#main">Skip to the report</a>',
        *_header(document),
        '<div class="frame">',
        *_contents(),
        '<main id="main">',
        *_ticket(report),
        *_verdict(report),
        *_way(report),
        *_evidence(report),
        *_checks(report),
        *_facts(document),
        *_unseen(report),
        *_next(report),
        "</main>",
        "</div>",
        *_footer(document),
        "</body>",
        "</html>",
    ]
    return ("\n".join(parts) + "\n").encode("utf-8", "backslashreplace")


def _header(document: Mapping[str, Any]) -> Iterator[str]:
    report = document["report"]
    about: list[str] = next(
        (each["values"] for each in report["ticket"] if each["name"] == "services" and each["values"]), []
    )
    names = " at ".join(filter(None, (report["device"], ", ".join(about))))
    yield "<header>"
    yield '<p class="product">Report for a support ticket</p>'
    yield f"<h1>{_text(names or 'Report')}</h1>"
    yield f'<p class="answer {report["standing"]}">{_badge(report["standing"], _STANDINGS)} '
    yield f"<span>{_text(report['verdict']['statement'])}</span></p>"
    yield '<dl class="meta">'
    yield from _pair("Measured (UTC)", _time(report["measured"]))
    yield from _pair("Report made (UTC)", _time(report["made"]))
    yield from _pair("Tool", _text(f"iot-diag {document['tool']} of the Azure CLI"))
    yield "</dl>"
    yield "</header>"


def _contents() -> Iterator[str]:
    yield '<nav aria-label="Sections of the report"><ol>'
    for name, title in _SECTIONS:
        yield f'<li><a href="#{name}">{title}</a></li>'
    yield "</ol></nav>"


def _section(name: str, *, note: str = "") -> Iterator[str]:
    """The beginning of a section, with its heading."""
    yield f'<section id="{name}" aria-labelledby="{name}-title">'
    yield f'<h2 id="{name}-title">{dict(_SECTIONS)[name]}</h2>'
    if note:
        yield f'<p class="note">{note}</p>'


def _table(name: str, caption: str, first: str, second: str) -> Iterator[str]:
    """The beginning of a table of two columns."""
    yield f'<table class="{name}"><caption class="hidden">{caption}</caption>'
    yield '<colgroup><col class="heads"><col></colgroup>'
    yield f'<thead><tr><th scope="col">{first}</th><th scope="col">{second}</th></tr></thead><tbody>'


def _ticket(report: Mapping[str, Any]) -> Iterator[str]:
    yield from _section("ticket", note="Times are UTC. A line that is empty says who knows the answer.")
    yield from _table("ticket", "What support asks first", "Question", "Answer")
    for each in report["ticket"]:
        yield f'<tr><th scope="row">{_text(each["title"])}</th><td>{_answer(each)}</td></tr>'
    yield "</tbody></table></section>"


def _answer(field: Mapping[str, Any]) -> str:
    """The values of a line of the ticket with their source, or who knows them."""
    if not field["values"]:
        return f'<p class="missing"><strong>Not known.</strong> {_prose(field["ask"])}</p>'
    source = f'<span class="source">from {_text(field["source"])}</span>' if field["source"] else ""
    if len(field["values"]) == 1:
        return f'<span class="value">{_text(field["values"][0])}</span> {source}'
    items = "".join(f'<li class="value">{_text(each)}</li>' for each in field["values"])
    return f"<ul>{items}</ul>{source}"


def _verdict(report: Mapping[str, Any]) -> Iterator[str]:
    verdict = report["verdict"]
    yield from _section("verdict")
    yield f'<div class="card {report["standing"]}">'
    yield f"<p>{_badge(report['standing'], _STANDINGS)}</p>"
    yield f'<p class="statement">{_text(verdict["statement"])}</p>'
    yield "<dl>"
    yield from _pair("First broken link", _text(verdict["link"] or "none"))
    yield from _pair("Last link that was seen to work", _text(verdict["lastGoodLink"] or "none"))
    if report["standing"] != "pass":
        yield from _pair("Certainty", _text(_CERTAINTIES.get(verdict["certainty"], verdict["certainty"])))
    if verdict["codes"]:
        yield from _pair("Codes", " ".join(f"<code>{_text(each)}</code>" for each in verdict["codes"]))
    for proof in report["proofs"]:
        yield from _pair(_text(proof["said"]), _time(proof["at"]))
    if verdict["next"]:
        yield f'<div class="wide"><dt>Next command</dt><dd><code>{_text(verdict["next"])}</code></dd></div>'
    yield "</dl></div></section>"


def _way(report: Mapping[str, Any]) -> Iterator[str]:
    note = (
        "A link behind the first broken link is never shown as healthy. A check can find a second fault there. The "
        "place where the diagnosis ran only limits what it can see."
    )
    yield from _section("way", note=note)
    ways = {
        "From the device to the reader": lambda each: not each["observer"] and each["link"] != _BESIDE,
        "From the cloud to the device": lambda each: each["link"] == _BESIDE,
        "Where this diagnosis ran": lambda each: each["observer"],
    }
    for title, belongs in ways.items():
        yield f'<h3>{title}</h3><ol class="chain">'
        for each in filter(belongs, report["chain"]):
            yield from _link(each, first=each["link"] == report["verdict"]["link"])
        yield "</ol>"
    yield "</section>"


def _link(each: Mapping[str, Any], *, first: bool) -> Iterator[str]:
    """A link; `first` is the broken one of the verdict."""
    status = each["status"]
    state = "not reached" if not each["reached"] else _STATES[status]
    said = "" if each["said"] in ("not looked at", "not tested") else _text(each["said"])
    broken = '<strong class="first">First broken link.</strong> ' if first else ""
    yield f'<li class="{status}{" broken" if first else ""}">{_mark(status)}'
    yield f'<span class="name">{_text(each["name"])}</span>'
    yield f'<span class="state">{state}</span><span class="said">{broken}{said}</span></li>'


def _evidence(report: Mapping[str, Any]) -> Iterator[str]:
    yield from _section("evidence")
    if report["found"]:  # where the device was looked for, and what the members of a group share
        yield '<div class="card found">' + "".join(f"<p>{_prose(each)}</p>" for each in report["found"]) + "</div>"
    if not report["evidence"]:
        yield "<p>No fault was seen.</p>"
    for each in report["evidence"]:
        status = _KIND_STATUS[each["kind"]]
        if each["kind"] == "also" and each["severity"] == "fail":
            status = "fail"
        yield f'<article class="card {status}">'
        yield f'<p class="kind">{_mark(status)}{_KINDS[each["kind"]]}</p>'
        yield f"<h3>{_text(each['title'])} <code>{_text(each['code'])}</code></h3>"
        yield f"<p>{_prose(each['message'])}</p>"
        yield from _evidence_of(each)
        yield from _causes(each["causes"])
        yield "</article>"
    yield "</section>"


def _evidence_of(each: Mapping[str, Any]) -> Iterator[str]:
    told = {**({"path": each["path"]} if each["path"] else {}), **each["evidence"]}
    shown = {name: value for name, value in told.items() if value not in (None, "")}
    if shown:
        yield '<dl class="values">'
        for name, value in shown.items():
            yield from _field(name, value)
        yield "</dl>"


def _causes(causes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not causes:
        return
    yield f"<h4>{'Cause and what to do' if len(causes) == 1 else 'Causes that the facts leave'}</h4>"
    yield '<ol class="causes">'
    for cause in causes:
        proven = ' <strong class="proven">proven</strong>' if cause["standing"] == "proven" else ""
        yield f"<li><p>{_prose(cause['why'])}{proven}</p>"
        if cause["mitigation"]:
            yield "<ul>" + "".join(f"<li>{_prose(step)}</li>" for step in cause["mitigation"]) + "</ul>"
        if cause["confirm"]:
            yield f'<p class="source">How to tell: {_prose(cause["confirm"])}</p>'
        yield "</li>"
    yield "</ol>"


def _checks(report: Mapping[str, Any]) -> Iterator[str]:
    asked = [each for each in report["checks"] if each["status"] != "skip"]
    left = len(report["checks"]) - len(asked)
    note = f"{counted(left, 'more check')} had nothing to judge here. The data file lists all." if left else ""
    yield from _section("checks", note=note)
    yield from _table("checks", "Checks with their results", "Check", "Result")
    for each in asked:
        said = "; ".join(finding["message"] for finding in each["findings"]) or each["reason"]
        yield f'<tr><th scope="row">{_text(each["title"])}'
        yield f'<span class="source"><code>{_text(each["check"])}</code></span></th>'
        yield f"<td>{_badge(each['status'], _STATES)} {_text(said)}</td></tr>"
    yield "</tbody></table></section>"


def _facts(document: Mapping[str, Any]) -> Iterator[str]:
    name = document["report"]["data"]
    where = f"<code>{_text(name)}</code>"
    note = f"What was measured, where and when. Empty fields, and the ends of long texts, stand in {where} alone."
    yield from _section("facts", note=note)
    yield from _table("facts", "Facts with their values", "Fact", "Value")
    for key, fact in document["facts"].items():
        title = FACTS[key].title if key in FACTS else key
        yield f'<tr><th scope="row">{_text(title[:1].upper() + title[1:])}'
        yield f'<span class="source"><code>{_text(key)}</code>'
        yield f" · {_text(fact['source'])} · {_time(fact['measured'])}</span></th><td>{_fact(key, fact)}</td></tr>"
    yield "</tbody></table></section>"


def _fact(name: str, fact: Mapping[str, Any]) -> str:
    """The value of a fact as lines of a path and a text, or why there is none."""
    if "failure" in fact:
        failure = fact["failure"]
        why = failure.get("description") or failure["kind"]
        return f"{_badge('error', _STATES)} {_text(failure['step'])} ({_text(failure['host'])}): {_text(why)}"
    if fact["value"] is None:
        return "none"
    if name == "now":  # in seconds since 1970, as no other fact is
        return f'<span class="value">{_time(fact["measured"])}</span>'
    if not isinstance(fact["value"], (dict, list)):
        return f'<span class="value">{_scalar(fact["value"])}</span>'
    found = list(_flat(fact["value"], ""))
    shown = "".join("".join(_field(path, value)) for path, value in found[:MOST_LINES])
    more = len(found) - MOST_LINES
    left = f'<p class="source">{counted(more, "more line")} in the data file.</p>' if more > 0 else ""
    return f'<dl class="values">{shown}</dl>{left}' if found else "none"


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The scalars of a JSON value with their paths, without those that are empty."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _flat(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        if value and all(not isinstance(each, (dict, list)) for each in value):
            yield path or "values", ", ".join(str(each) for each in value)
            return
        for number, each in enumerate(value, start=1):
            yield from _flat(each, f"{path}[{number}]")
    elif value not in (None, ""):
        yield path, value


def _unseen(report: Mapping[str, Any]) -> Iterator[str]:
    unseen = report["notLookedAt"]
    yield from _section("unseen")
    if not any(unseen.values()):
        yield "<p>Nothing: this access showed all that the checks ask for.</p>"
    if unseen["blindSpots"]:
        yield "<ul>" + "".join(f"<li>{_prose(each)}</li>" for each in unseen["blindSpots"]) + "</ul>"
    if unseen["facts"]:
        yield "<h3>Measurements that failed</h3><ul>"
        yield from (f"<li>{_text(each['title'])}: {_text(each['why'])}</li>" for each in unseen["facts"])
        yield "</ul>"
    if unseen["requests"]:
        yield "<h3>Forward this to an administrator, to see more</h3><ul>"
        for each in unseen["requests"]:
            yield f"<li>Role {_text(each['role'])} at <code>{_text(each['scope'])}</code>"
            yield f"{_command(each['command'])}</li>"
        yield "</ul>"
    yield "</section>"


def _next(report: Mapping[str, Any]) -> Iterator[str]:
    yield from _section("next")
    yield '<ol class="steps">'
    if report["verdict"]["next"]:
        yield f"<li><p>Run the next command of the diagnosis:</p>{_command(report['verdict']['next'])}</li>"
    if not all(each["values"] for each in report["ticket"]):
        yield "<li><p>Fill in what is not known above, and make the report again with these options.</p></li>"
    yield f"<li><p>Attach this page and <code>{_text(report['data'])}</code> to the ticket.</p></li>"
    yield "<li><p>A reader judges the same facts again, without access to your services, in the folder of the file:</p>"
    yield f"{_command(report['replay'])}</li></ol></section>"


def _footer(document: Mapping[str, Any]) -> Iterator[str]:
    yield "<footer>"
    yield f"<p>Both files hold {_text(document['holds'])}. Read them before you send them.</p>"
    yield "</footer>"


def _command(text: str) -> str:
    return f'<pre tabindex="0"><code>{_text(text)}</code></pre>'


def _pair(title: str, value: str) -> Iterable[str]:
    """A title and a value, both of which are HTML."""
    return (f"<div><dt>{title}</dt><dd>{value}</dd></div>",)


def _field(name: str, value: Any) -> Iterable[str]:
    """A field of a fact or of evidence. A long text takes a whole line."""
    wide = ' class="wide"' if len(str(value)) > _WIDE else ""
    return (f"<div{wide}><dt>{_text(name)}</dt><dd>{_scalar(value)}</dd></div>",)


def _mark(status: str) -> str:
    return f'<span class="mark {status}" aria-hidden="true">{_MARKS[status]}</span>'


def _badge(status: str, words: Mapping[str, str]) -> str:
    return f'<span class="badge {status}"><span aria-hidden="true">{_MARKS[status]}</span> {words[status]}</span>'


def _prose(text: str) -> str:
    """A text of the knowledge base or of a check, with the commands in it, which stand between backticks."""
    return _CODE.sub(lambda found: f"<code{_whole(found[1])}>{found[1]}</code>", _text(text))


def _whole(code: str) -> str:
    """The attribute that keeps a short piece of code on one line."""
    return ' class="short"' if len(code) <= _SHORT else ""


def _scalar(value: Any) -> str:
    """A value of JSON that holds no others. A number that can only be a time is also written as one."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and _FIRST_MS <= value < _LAST_MS:
        moment = (_EPOCH + timedelta(milliseconds=value)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f'{_time(moment)} <span class="source">({value})</span>'
    return _text(f"{value:.6g}" if isinstance(value, float) else str(value))


def _time(text: str) -> str:
    return _text(re.sub(r"\.[0-9]+(?=Z$)", "", text))


def _text(text: str) -> str:
    """Any text as HTML shows it, with the times in it on one line."""
    return _MOMENT.sub(r'<time datetime="\g<0>">\g<0></time>', _plain(text))


def _plain(text: str) -> str:
    """Any text as HTML shows it: no markup, nothing that steers or turns the line, and not longer than LONGEST."""
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"
    return html.escape(printable(shown), quote=True)

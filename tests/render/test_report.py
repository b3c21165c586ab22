"""A report as JSON and as a page: two verdicts as golden pages, and texts of devices that are markup or secrets."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from azext_iotdiag.checks import verdict
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.diagnosing import Diagnosed
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.rights import RoleRequest
from azext_iotdiag.model.ticket import TicketField
from azext_iotdiag.render import report, report_html
from azext_iotdiag.render.commands import Known
from azext_iotdiag.version import VERSION
from tests.render.test_check import AT, HOST, NOW, WELL, diagnosed
from tests.test_forms_of_check import facts as broken_facts

FILES = report.ReportFiles("/home/me/case/pump-7.html", "/home/me/case/pump-7.json")
KNOWN = Known("hub", "pump-7")
TICKET = (
    TicketField("started", "Start of the trouble (UTC)", ("2026-11-30T10:00:00Z",), "the user"),
    TicketField("services", "Services", (HOST,), "this diagnosis"),
    TicketField("devices", "Device ids", ("pump-7", "pump-8"), "the user"),
    TicketField("protocol", "Protocol", (), "", "The developer of the device. Give it with `--protocol`."),
)
MADE = int(NOW * 1000) + 5000
KEY = base64.b64encode(bytes(range(200, 232))).decode()
CONTAINERS = {"script", "iframe", "object", "embed", "form", "img", "link", "base", "svg", "video", "audio", "input"}


def made(ended: Diagnosed, ticket: tuple[TicketField, ...] = TICKET) -> dict[str, Any]:
    return report.document("pump-7", ended, KNOWN, ticket, FILES, MADE)


def page(document: dict[str, Any]) -> str:
    return report_html.page(document).decode("utf-8").replace(VERSION, "VERSION")


def of(values: dict[str, Any]) -> Diagnosed:
    """A diagnosis of facts, or of plain values."""
    plain = {name: each.value if isinstance(each, Fact) else each for name, each in values.items() if name != "now"}
    return diagnosed(**plain)[1]


@pytest.mark.parametrize("name", ["broken", "well"])
def test_golden_pages(golden: Callable[[str, str], None], name: str) -> None:
    ended = of(broken_facts() if name == "broken" else WELL)
    golden(f"report/{name}.html", page(made(ended)))


def test_the_document_is_a_facts_file_with_the_same_verdict() -> None:
    ended = of(broken_facts())
    told = json.loads(report.written_document(made(ended)))
    loaded = facts_json.load(told).facts
    checks = [each.check for each in ended.found.results]
    assert verdict.judge(checks, loaded, lambda: 0.0).verdict == ended.found.verdict
    assert list(told) == ["kind", "version", "tool", "holds", "report", "facts"]


def test_only_the_names_of_the_files_stand_in_them() -> None:
    document = made(of(WELL))
    assert "/home/me" not in page(document) + report.written_document(document).decode()
    assert document["report"]["replay"] == "az iot diag check --facts pump-7.json"
    assert report.data(document, FILES)["page"] == FILES.page
    assert list(report.lines(document, FILES))[-1] == f"Next: az iot diag check --facts {FILES.data}"


class Parts(HTMLParser):
    """The elements, attributes and text of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.text = ""
        self.headings: list[int] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("meta", "col"):
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def whole(text: str) -> Parts:
    """The parts of a page in which each element is closed, no heading level is left out, and nothing is fetched."""
    parts = Parts(text)
    assert not parts.open
    assert not parts.elements & CONTAINERS
    levels = parts.headings
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for name, value in parts.attributes:
        assert not name.startswith("on") and name not in ("src", "style")
        assert name != "href" or value.startswith("#")
    ids = [value for name, value in parts.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in parts.attributes if name == "href"} <= set(ids)
    assert "url(" not in text and "@import" not in text
    return parts


MARKUP = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "`<b>bold</b>`",
    "&lt;script&gt;",
    "javascript:alert(1)",
    "<!--",
    "]]>",
    "2026-11-30T10:58:20Z\"><i>",
)  # fmt: skip
STEERING = ("\x1b[31mred", "\u202egnp.exe", "\x00\x07", "line\u2028break", "\ud800 lone")


def everywhere(text: str) -> tuple[Diagnosed, tuple[TicketField, ...]]:
    """A diagnosis and a ticket with this text at each place that a device, a service or a user fills in."""
    refused = Failure(
        Kind.UNAUTHORIZED, text, text, 443, condition=text, description=text,
        request=RoleRequest(text, text, text, assignee=text),
    )  # fmt: skip
    identity = Identity(HOST, text, status="disabled", status_reason=text, near=(text,), model=text)
    ended = of({**WELL, "identity": identity, "hub_settings": refused, "quota": refused})
    facts = {name: replace(fact, source=text) for name, fact in ended.facts.items()}
    ticket = tuple(replace(each, values=(text, text), source=text) for each in TICKET[:3])
    return replace(ended, facts=facts), (*ticket, replace(TICKET[3], ask=text))


@pytest.mark.parametrize("text", [*MARKUP, *STEERING], ids=ascii)
def test_no_text_becomes_markup_or_steers(text: str) -> None:
    ended, ticket = everywhere(text)
    document = report.document(
        text, ended, Known("hub", text), ticket, report.ReportFiles(f"{text}.html", "x.json"), MADE
    )
    shown = page(document)
    parts = whole(shown)
    assert "onerror" not in {name for name, _ in parts.attributes}
    assert not parts.elements & {"b", "i"}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\ud800]", shown)
    if text in MARKUP and "`" not in text:
        assert text in parts.text
    told = facts_json.load(json.loads(report.written_document(document))).facts
    assert told["identity"].value.status_reason == text


def test_no_secret_is_in_either_file() -> None:
    for text in (KEY, f"SharedAccessKey={KEY}", f"SharedAccessSignature sr=h&sig={KEY}&se=1", f"Bearer {KEY}"):
        ended, ticket = everywhere(f"because {text}")
        document = made(ended, (*ticket[:1], TicketField("sdk", "Device SDK", (text,), text)))
        for shown in (page(document), report.written_document(document).decode()):
            assert KEY[:16] not in shown and KEY[-17:-1] not in shown
            assert "***" in shown


def test_a_page_of_a_diagnosis_that_saw_nothing() -> None:
    refused = Failure(Kind.UNAUTHORIZED, "the device", HOST, 443, description="Unauthorized")
    document = made(of({"identity": refused, "hub_settings": refused}))
    parts = whole(page(document))
    assert "Not decided" in parts.text and "Measurements that failed" in parts.text


def test_all_pages_are_whole() -> None:
    for values in (broken_facts(), WELL):
        parts = whole(page(made(of(values))))
        assert {"header", "nav", "main", "footer", "section", "th", "caption"} <= parts.elements
        assert ("lang", "en") in parts.attributes


def test_a_long_text_and_a_long_fact_are_cut_on_the_page_alone() -> None:
    identity = Identity(HOST, "pump-7", status_reason="x" * 5000, near=tuple(f"id-{n}" for n in range(200)))
    document = made(of({"identity": identity}))
    assert "x" * (report_html.LONGEST + 1) not in page(document)
    assert "(5,000 characters)" in page(document)
    assert "x" * 5000 in report.written_document(document).decode()


class Exact(int):
    """A number as payloads bring it, which keeps its digits and is no plain int."""


def test_times_are_shown_as_times() -> None:
    shown = page(made(of({"identity": replace(WELL["identity"], last_activity=Exact(1_796_036_300_000), queued=7)})))
    assert ">2026-11-30T10:58:20Z</time>" in shown and "(1796036300000)" in shown


def test_lines_and_rows() -> None:
    document = made(of(broken_facts()))
    shown = "\n".join(report.lines(document, FILES))
    assert "- Protocol" in shown and "- Services" not in shown and document["report"]["verdict"]["statement"] in shown
    told = report.data(document, FILES)
    assert told["missing"] == ["protocol"] and told["verdict"]["exitCode"] == 4
    assert [row["About"] for row in report.table(told)] == ["verdict", "page", "data"]


def test_the_clock_of_the_facts_counts_and_not_that_of_the_report() -> None:
    document = made(of(WELL))["report"]
    assert (document["measured"], document["made"]) == ("2026-11-30T12:00:00Z", "2026-11-30T12:00:05Z")
    assert AT.timestamp() == NOW

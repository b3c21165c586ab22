"""What is shown of findings and of the account, compared with golden files; JSON and JUnit can be read by others."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from azext_iotdiag.knowledge.message import INVALID_JSON
from azext_iotdiag.knowledge.payload import LOOSE_FORMAT, WRONG_TYPE
from azext_iotdiag.knowledge.stream import NOTHING_CAME
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.finding import Finding, Severity, fail
from azext_iotdiag.model.tally import Found, Tally
from azext_iotdiag.model.verdict import Reason, State, Verdict
from azext_iotdiag.render import annotations, junit, validation
from azext_iotdiag.render.event import time_text
from azext_iotdiag.render.rows import Query
from azext_iotdiag.sessions.events import Ended, Subject

FOUND = [
    Found(
        Finding(WRONG_TYPE, Severity.FAIL, 'expected a number, got "21.5"', "$.readings[3].t", {"got": '"21.5"'}),
        "pump-1", "", "sensor", 1795179723500, "capture/x.avro", "record", 17,
    ),
    Found(
        Finding(INVALID_JSON, Severity.FAIL, "a comma follows the last element, at byte 6", "$"),
        "pump-\x1b[31m2", path="-", unit="line", number=3,
    ),
    Found(Finding(LOOSE_FORMAT, Severity.WARN, "expected a time", "$.at"), "pump-1", "m", enqueued=1795179724000),
    Found(Finding(LOOSE_FORMAT, Severity.NOTE, "a note", "$.at")),
]  # fmt: skip


def account() -> Tally:
    tally = Tally()
    for each in FOUND:
        tally.saw(each.device)
        tally.add(each)
    for number in range(30):
        tally.saw(f"device-{number}")
        tally.add(FOUND[0]._replace(device=f"device-{number}", enqueued=1795179725000 + number))
    tally.faulty, tally.skipped, tally.hidden, tally.messages = 32, 1, 5, 1234
    return tally


def test_lines_and_summary(golden) -> None:
    text = "\n".join(
        [*map(validation.line, FOUND), "", *validation.summary(account()), "", validation.counts(Tally(messages=1))]
    )
    golden("validation.txt", text + "\n")


def test_json_lines(golden) -> None:
    data = b"".join(map(validation.json_line, FOUND)) + validation.summary_line(account(), "interrupted", BROKEN)
    for line in data.splitlines():
        assert json.loads(line)["version"] == 1
    golden("validation.jsonl", data.decode())


def test_what_appears_on_the_page_of_a_run() -> None:
    found = list(validation.annotated(account()))
    lines = [begins + words for begins, words in annotations.commands(found, {"TF_BUILD": "True"})]
    assert lines[0].startswith("##vso[task.logissue type=error;code=wrong-type]wrong-type $.readings[*].t: ")
    assert [line.split(";")[0] for line in lines] == ["##vso[task.logissue type=error"] * 2 + [
        "##vso[task.logissue type=warning"
    ]
    assert not any("\n" in line or "\x1b" in line for line in lines)
    of_github = [begins + words for begins, words in annotations.commands(found, {"GITHUB_ACTIONS": "true"})]
    assert of_github[0].startswith("::error title=wrong-type::wrong-type $.readings[*].t: ")
    assert [line.split(" ")[0] for line in of_github] == ["::error", "::error", "::warning"]
    assert list(annotations.commands(found, {})) == []


def test_junit() -> None:
    root = ElementTree.fromstring(junit.document("validate messages", validation.cases(account()), 1.5))
    (suite,) = root
    assert suite.attrib == {"name": "validate messages", "tests": "5", "failures": "2", "errors": "0", "time": "1.500"}
    failed = [case for case in suite if case.find("failure") is not None]
    assert [case.attrib for case in failed] == [
        {"name": "sensor.$.readings[*].t", "classname": "wrong-type"}, {"name": "$", "classname": "invalid-json"},
    ]  # fmt: skip
    assert "31 times" in (failed[0].find("failure").text or "")


def test_junit_holds_nothing_that_xml_refuses() -> None:
    case = junit.Case("a\x00b\ud800", "<&>", "x\x1b", "]]>")
    node = ElementTree.fromstring(junit.document("s", [case], 0))[0][0]
    assert node.attrib == {"name": "a\ufffdb\ufffd", "classname": "<&>"} and node.find("system-out").text == "]]>"


BROKEN = Verdict(State.BROKEN, 4, link=Link.PAYLOAD)
HEALTHY = Verdict(State.HEALTHY, 0)
CODES = ["wrong-type", "invalid-json", "loose-format"]


def test_the_verdict_is_the_last_row_and_has_the_columns_of_a_finding() -> None:
    summed = validation.verdict(account(), "", BROKEN)
    assert (summed.state, summed.codes.split()) == ("broken", CODES)
    row, columns = validation.row(summed), validation.columns(summed)
    assert list(row) == list(validation.row(FOUND[0])) and len(columns) == len(validation.columns(FOUND[0]))
    assert row["Severity"] == columns[0] == "verdict" and row["Path"] == columns[2] == "broken"
    assert row["Message"] == columns[3] == validation.counts(account())


def test_the_answer_is_the_first_line_of_the_account() -> None:
    assert next(validation.summary(account())).startswith("× 1,234 messages of 32 devices, ")
    assert validation.answer(account()).endswith(" [wrong-type, invalid-json, loose-format]")
    assert validation.answer(Tally(messages=1)) == "√ 1 message: nothing is wrong."
    assert validation.answer(Tally()) == "? 0 messages: nothing was judged."


def test_json_holds_the_verdict() -> None:
    told = json.loads(validation.summary_line(account(), "", BROKEN))["verdict"]
    assert (told["state"], told["link"], told["exitCode"], told["codes"]) == ("broken", "payload", 4, CODES)
    assert told["next"] == "az iot diag explain wrong-type"
    assert json.loads(validation.summary_line(Tally(messages=1), "", HEALTHY))["verdict"] == {
        "state": "healthy", "statement": "1 message: nothing is wrong.", "link": None, "certainty": "sure",
        "exitCode": 0, "codes": [], "next": None,
    }  # fmt: skip


def test_what_is_wrong_with_the_stream_is_the_verdict_on_live_messages() -> None:
    """No message is wrong where none came, so the account alone would call that healthy."""
    silent = Verdict(State.BROKEN, 4, link=Link.STREAM, reasons=(Reason(fail(NOTHING_CAME, "silence")),))
    told = json.loads(validation.summary_line(Tally(), "idle", silent))["verdict"]
    assert (told["state"], told["link"], told["codes"]) == ("broken", "stream", ["nothing-came"])
    assert told["certainty"] == "open" and told["statement"].startswith(NOTHING_CAME.title)
    assert validation.row(validation.verdict(Tally(), "idle", silent))["Code"] == "nothing-came"


@pytest.mark.parametrize(("name", "start"), [("json", b"{"), ("tsv", b"verdict\t"), ("table", b""), ("none", b"")])
def test_every_form_ends_with_the_verdict(name: str, start: bytes) -> None:
    told = validation.form(name).summary(account(), "", BROKEN)
    assert told.startswith(start) and (b"verdict" in told) is (name != "none")
    assert validation.form("tsv", query=Query(lambda _: None)).summary(account(), "", BROKEN) == b""


def of_session(tally: Tally | None, why: End = End.SOURCE, **more: Any) -> Ended:
    return Ended(Subject.RECORDED, why, {}, tally=tally, **more)


def test_the_account_goes_beside_the_findings_unless_it_is_among_them() -> None:
    ended = of_session(account(), End.INTERRUPTED)
    aside = list(validation.aside(ended, validation.form("json")))
    assert aside == list(validation.summary(account(), "interrupted"))
    assert list(validation.aside(ended, validation.form("text"))) == []
    assert list(validation.aside(of_session(None), validation.form("json"))) == []


def test_what_a_query_left_is_said_of_a_session_that_judged() -> None:
    query = Query(lambda value: None)
    query(b"{}", str)
    (line,) = validation.closing(of_session(account()), validation.form("json", query=query))
    assert line == "--query left nothing of 1 of 1 line."
    assert list(validation.closing(of_session(None), validation.form("json", query=query))) == []


def test_a_session_is_wrong_where_what_it_judged_is() -> None:
    assert [bool(validation.wrong(of_session(each))) for each in (account(), Tally(messages=1), None)] == [
        True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "shown"), [("text", 10), ("json", None), ("table", None), ("none", None)])
def test_a_person_sees_ten_findings_of_a_kind_and_a_program_all(name: str, shown: int | None) -> None:
    assert validation.form(name).shown == shown


def test_that_findings_go_on_is_said_to_a_person() -> None:
    group = account().ranked()[0]
    told = validation.form("text").same(group, 1040).decode()
    assert told == f"×  $.readings[*].t: the same 1,040 more times [wrong-type], until {time_text(group.last)}\n"
    assert [validation.form(each).same(group, 5) for each in ("json", "table", "none")] == [b""] * 3
    group.last, group.place = 0, "$"
    assert validation.same(group, 2) == "×  the same 2 more times [wrong-type]"


def test_what_was_taken_off_is_said() -> None:
    tally = Tally(messages=3, unwrapped={"Event Grid": 1, "Stream Analytics": 2}, twins=1)
    assert list(validation.summary(tally))[1:4] == [
        "· 1 record is a twin: `az iot diag validate properties` judges those.",
        "· 1 record in the form of Event Grid: the message in it was judged.",
        "· 2 records in the form of Stream Analytics: the messages in them were judged.",
    ]
    data = json.loads(validation.summary_line(tally, "", HEALTHY))
    assert data["unwrapped"] == {"Event Grid": 1, "Stream Analytics": 2}
    assert data["twins"] == 1
    assert not {"unwrapped", "twins"} & json.loads(validation.summary_line(Tally(), "", HEALTHY)).keys()


def junit_cases(document: bytes) -> list[tuple[str | None, str | None, str | None]]:
    (suite,) = ElementTree.fromstring(document)
    return [(case.get("name"), case.findtext("failure"), case.findtext("system-out")) for case in suite]


def test_the_document_of_a_session() -> None:
    (whole, *others) = junit_cases(validation.document("validate", of_session(account())))
    assert whole[1:] == (None, validation.counts(account())) and len(others) == 4
    assert [(bool(failed), bool(noted)) for _, failed, noted in others] == [(True, False)] * 2 + [(False, True)] * 2
    ((_, failed, noted),) = junit_cases(validation.document("validate", of_session(None, End.INTERRUPTED, whole=False)))
    assert failed is not None and failed.startswith("Interrupted: not everything was read. 0 messages") and not noted


@pytest.mark.parametrize(("devices", "told"), [
    (0, ""), (1, "d0; "), (5, "d0, d1, d2, d3, d4; "), (6, "d0, d1, d2, d3, d4 and 1 more; "),
    (7, "d0, d1, d2, d3, d4 and 2 more; "),
])  # fmt: skip
def test_five_devices_of_a_group_are_named(devices: int, told: str) -> None:
    tally = Tally()
    for number in range(max(devices, 1)):
        tally.add(FOUND[0]._replace(device=f"d{number}" if devices else ""))
    (group,) = tally.ranked()
    assert validation._devices(group) == told


def test_a_message_of_a_stream_is_placed_by_its_partition() -> None:
    found = FOUND[0]._replace(path="3", unit="sequence", number=17)
    told = json.loads(validation.json_line(found))
    assert (told["partition"], told["sequence"], told["device"]) == ("3", 17, "pump-1") and "file" not in told


def test_text_stands_in_json_as_it_is() -> None:
    assert "pümp" in validation.json_line(FOUND[3]._replace(device="pümp")).decode()


def test_columns_of_times_and_severities_hold_them() -> None:
    assert validation._WIDTHS["Enqueued"] == len(time_text(0))
    assert validation._WIDTHS["Severity"] >= max(map(len, (*validation.NAMES.values(), "verdict")))

"""What is shown of findings and of the account, compared with golden files; JSON and JUnit can be read by others."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from azext_iotdiag.knowledge.message import INVALID_JSON
from azext_iotdiag.knowledge.payload import LOOSE_FORMAT, WRONG_TYPE
from azext_iotdiag.knowledge.stream import NOTHING_CAME
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.finding import Finding, Severity, fail
from azext_iotdiag.model.tally import Found, Tally
from azext_iotdiag.model.verdict import Reason, State, Verdict
from azext_iotdiag.render import junit, validation
from azext_iotdiag.render.rows import Query

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


def test_commands_of_azure_pipelines() -> None:
    lines = list(validation.pipeline_lines(account()))
    assert lines[0].startswith("##vso[task.logissue type=error;code=wrong-type]wrong-type $.readings[*].t: ")
    assert [line.split(";")[0] for line in lines] == ["##vso[task.logissue type=error"] * 2 + [
        "##vso[task.logissue type=warning"
    ]
    assert not any("\n" in line or "\x1b" in line for line in lines)


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

"""What is shown of findings and of the account, compared with golden files; JSON and JUnit can be read by others."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from azext_iotdiag.knowledge.message import INVALID_JSON
from azext_iotdiag.knowledge.payload import LOOSE_FORMAT, WRONG_TYPE
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.model.tally import Found, Tally
from azext_iotdiag.render import junit, validation

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
    data = b"".join(map(validation.json_line, FOUND)) + validation.summary_line(account(), "interrupted")
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

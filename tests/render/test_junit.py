"""Test results in the XML of JUnit."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import example, given

from azext_iotdiag.render.junit import Case, document
from tests.plugins.agents import commands
from tests.render.test_pipeline_safe import HOSTILE


def test_what_a_build_server_reads() -> None:
    cases = [Case("fine", "g"), Case("bad", "g", "first line\nmore"), Case("says", "h", output="a < b")]
    written = document("suite", cases, 1.2345)
    assert written.startswith(b"<?xml") and written.endswith(b"\n")
    (suite,) = ElementTree.fromstring(written)
    assert suite.attrib == {"name": "suite", "tests": "3", "failures": "1", "errors": "0", "time": "1.234"}
    fine, bad, says = suite
    assert fine.attrib == {"name": "fine", "classname": "g"} and list(fine) == []
    (failure,) = bad
    assert (failure.tag, failure.attrib, failure.text) == ("failure", {"message": "first line"}, "first line\nmore")
    (output,) = says
    assert (output.tag, output.text) == ("system-out", "a < b")


def test_what_xml_cannot_hold_is_replaced() -> None:
    (suite,) = ElementTree.fromstring(document("s", [Case("a\x00b", "g\x1b", "f\x07\x08", "o\ud800")], 0))
    (case,) = suite
    assert (case.get("name"), case.get("classname")) == ("a\ufffdb", "g\ufffd")
    assert [part.text for part in case] == ["f\ufffd\ufffd", "o\ufffd"]
    allowed = "\t\x20\ud7ff\ue000\U00010000"
    ((case,),) = ElementTree.fromstring(document("s", [Case("n", "g", output=allowed)], 0))
    assert case[0].text == allowed


@given(HOSTILE)
@example("\n##vso[task.complete]")
@example("\n::set-env name=a::b")
@example("###[x]:::y::")
@example("a\u202eb\x9b31m\u2028::error::x")
def test_a_file_that_a_step_prints_starts_no_command_and_steers_no_terminal(text: str) -> None:
    written = document("s", [Case(text, text, f"f\n{text}", f"o\n{text}")], 0)
    assert commands(written) == [] and not set(written.decode()) & set("\x1b\x9b\u202e\u2066")
    ((case,),) = ElementTree.fromstring(written)
    allowed = "".join(each if each in "\t\n\r" or " " <= each not in "\ufffe\uffff" else "\ufffd" for each in text)
    assert case[1].text is not None and case[1].text.splitlines() == f"o\n{allowed}".splitlines()

"""Test results in the XML of JUnit."""

from __future__ import annotations

from xml.etree import ElementTree

from azext_iotdiag.render.junit import Case, document


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

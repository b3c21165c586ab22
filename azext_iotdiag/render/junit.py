"""Test results in the XML of JUnit, which every build server reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree import ElementTree

from azext_iotdiag.render import pipeline_safe

# What XML 1.0 does not allow in any form. https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Case(NamedTuple):
    """One test: it failed where `failure` says why. `output` is what else there is to tell."""

    name: str
    group: str
    failure: str = ""
    output: str = ""


def document(suite: str, cases: Iterable[Case], seconds: float) -> bytes:
    """One suite of tests as an XML document."""
    listed = list(cases)
    failed = sum(bool(case.failure) for case in listed)
    attributes = {
        "name": suite,
        "tests": str(len(listed)),
        "failures": str(failed),
        "errors": "0",
        "time": f"{seconds:.3f}",
    }
    root = ElementTree.Element("testsuites")
    node = ElementTree.SubElement(root, "testsuite", attributes)
    for case in listed:
        one = ElementTree.SubElement(node, "testcase", {"name": _clean(case.name), "classname": _clean(case.group)})
        if case.failure:
            failure = ElementTree.SubElement(one, "failure", {"message": _clean(case.failure.partition("\n")[0])})
            failure.text = _clean(case.failure)
        if case.output:
            ElementTree.SubElement(one, "system-out").text = _clean(case.output)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, "utf-8", xml_declaration=True).decode()
    return pipeline_safe.xml_text(text).encode() + b"\n"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)

"""What the rows of a log come to: which errors are harmless, and the exit code."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.knowledge.patterns import RECONNECT_STORM, RENEWED_BY_RECONNECT
from azext_iotdiag.model.finding import fail, note
from azext_iotdiag.model.resource_log import Group, LogRead, Recognised, Shape

GOOD = Recognised(note(RENEWED_BY_RECONNECT, "x"), ("a", "b"), 0, 1)
BAD = Recognised(fail(RECONNECT_STORM, "x"), ("b",), 0, 1)
GROUPS = tuple(
    Group("hub", device, code, "", (), 1, 0, 0) for device in "ab" for code in ("401003", "404104", "401002")
)


def read(**more: Any) -> LogRead:
    usual = LogRead(rows=9, devices=2, errors=0, first=0, last=9, groups=(), patterns=())
    return usual._replace(**more)


def test_a_device_with_a_bad_pattern_is_not_harmless() -> None:
    assert read(patterns=(GOOD,)).harmless == {"a", "b"}
    assert read(patterns=(GOOD, BAD)).harmless == {"a"}


def test_codes_of_a_renewal_are_no_problem_where_it_is_harmless() -> None:
    problems = read(groups=GROUPS, patterns=(GOOD, BAD)).problems
    assert [(each.device, each.code) for each in problems] == [
        ("a", "401002"), ("b", "401003"), ("b", "404104"), ("b", "401002"),
    ]  # fmt: skip


@pytest.mark.parametrize(("found", "code"), [
    (read(), 0), (read(rows=0), 5), (read(patterns=(GOOD,)), 0), (read(patterns=(BAD,)), 4),
    (read(groups=GROUPS[:2], patterns=(GOOD,)), 0), (read(groups=GROUPS[:3], patterns=(GOOD,)), 4),
    (read(groups=GROUPS[:1]), 4), (read(whole=False, patterns=(BAD,)), 130), (read(rows=0, whole=False), 130),
])  # fmt: skip
def test_the_exit_code(found: LogRead, code: int) -> None:
    assert found.exit_code == code


@pytest.mark.parametrize(("shape", "kinds"), [
    (Shape("Connections", "deviceConnect"), (True, False, False)),
    (Shape("Connections", "deviceConnect", "401002"), (False, True, False)),
    (Shape("Connections", "deviceDisconnect"), (False, False, True)),
    (Shape("Connections", "deviceDisconnect", "404104"), (False, False, True)),
    (Shape("Twin", "read"), (False, False, False)),
])  # fmt: skip
def test_kinds_of_rows(shape: Shape, kinds: tuple[bool, bool, bool]) -> None:
    assert (shape.connects, shape.refused, shape.ends) == kinds

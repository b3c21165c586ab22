"""The check `group-there`. E1: a failover lost the consumer groups, and readers saw nothing."""

from __future__ import annotations

from azext_iotdiag.checks.reader.group_there import group_there
from azext_iotdiag.model.access import GroupAsked
from azext_iotdiag.model.failure import Failure, Kind
from tests.checks.judging import finding, verdict

ASKED = GroupAsked("hub", "functions")
REFUSED = Failure(Kind.UNAUTHORIZED, "the consumer groups", "management", 443, condition="AuthorizationFailed")


def test_a_group_that_is_there_in_any_case() -> None:
    for names in (("$Default", "functions"), ("Functions",)):
        assert verdict(group_there, consumer_groups=names, group_asked=ASKED) == ("pass", [])


def test_a_group_that_is_not() -> None:
    found = finding(group_there, consumer_groups=("$Default",), group_asked=ASKED)
    assert (found.entry.code, found.severity.value) == ("consumer-group-missing", "fail")
    assert "Its built-in endpoint has $Default" in found.message


def test_groups_that_could_not_be_listed() -> None:
    assert verdict(group_there, consumer_groups=REFUSED, group_asked=ASKED)[0] == "error"

"""The account of many findings: counted by code and field, and of a size that does not grow for ever."""

from __future__ import annotations

from azext_iotdiag.model import tally as module
from azext_iotdiag.model.finding import Entry, Finding, Severity
from azext_iotdiag.model.tally import Found, Judged, Tally

A, B = Entry("a", "A"), Entry("b", "B")


def found(entry: Entry = A, path: str = "$.x", device: str = "d", enqueued: int = 0, **more) -> Found:
    return Found(Finding(entry, more.pop("severity", Severity.FAIL), "m", path), device, enqueued=enqueued, **more)


def test_findings_are_counted_by_code_and_field_whatever_the_index() -> None:
    tally = Tally()
    for each in (
        found(path="$.x[1].y", enqueued=5),
        found(path="$.x[27].y", device="e", enqueued=3),
        found(B, "$.x[1].y"),
    ):
        tally.add(each)
    first, second = tally.ranked()
    assert (first.entry.code, first.place, first.count, list(first.devices)) == ("a", "$.x[*].y", 2, ["d", "e"])
    assert (first.first, first.last, first.sample.finding.path) == (3, 5, "$.x[1].y")
    assert (second.entry.code, second.first) == ("b", 0)


def test_component_and_module_are_told_apart() -> None:
    tally = Tally()
    for component, module_ in (("", ""), ("c", ""), ("", "m")):
        tally.add(found(component=component, module=module_))
    assert len(tally.groups) == 3


def test_the_worst_come_first() -> None:
    tally = Tally()
    for severity, count in ((Severity.NOTE, 9), (Severity.WARN, 5), (Severity.FAIL, 1)):
        for _ in range(count):
            tally.add(found(severity=severity))
    assert [group.severity for group in tally.ranked()] == [Severity.FAIL, Severity.WARN, Severity.NOTE]
    assert tally.count(Severity.WARN) == 5


def test_it_does_not_grow_for_ever() -> None:
    tally = Tally()
    for number in range(3 * module.GROUPS):
        tally.saw(f"device-{number}")
        tally.add(found(path=f"$.field{number}", device=f"device-{number}"))
        tally.add(found(B, device=f"device-{number}"))
    assert len(tally.groups) <= module.GROUPS + 1
    assert len(tally.devices) == module.DEVICES and tally.more_devices
    assert all(len(group.devices) <= module.DEVICES for group in tally.groups.values())
    assert sum(group.count for group in tally.groups.values()) == 6 * module.GROUPS


def test_two_accounts_are_one_when_merged() -> None:
    findings = [found(A if n % 3 else B, f"$.f{n % 5}", f"d{n % 7}", 1000 + n) for n in range(100)]
    whole, first, second = Tally(), Tally(), Tally()
    for number, each in enumerate(findings):
        for tally in (whole, first if number < 40 else second):
            tally.saw(each.device)
            tally.add(each)
    first.merge(second)
    assert first == whole


def test_merging_does_not_grow_for_ever_either() -> None:
    whole = Tally()
    for part in range(3):
        tally = Tally()
        for number in range(module.GROUPS):
            tally.saw(f"device-{part}-{number}")
            tally.add(found(path=f"$.field{part}x{number}", device=f"device-{part}-{number}"))
        whole.merge(tally)
    assert len(whole.groups) <= module.GROUPS + 1 and len(whole.devices) == module.DEVICES and whole.more_devices
    assert sum(group.count for group in whole.groups.values()) == 3 * module.GROUPS


def test_the_account_as_a_fact() -> None:
    tally = Tally(messages=3, faulty=1)
    assert (tally.judged(), tally.judged().wrong) == (Judged(3, 0, 1), True)
    assert tally.judged(unjudged=2, empty=True) == Judged(3, 0, 1, 2, True)
    assert [Judged(1, *each).wrong for each in ((0, 0), (1, 0), (0, 1), (0, 0, 5), (0, 0, 0, True))] == [
        False, True, True, False, True,
    ]  # fmt: skip

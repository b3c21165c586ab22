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


def test_a_group_knows_its_first_and_last_time_where_messages_have_one() -> None:
    tally = Tally()
    for enqueued in (0, 7, 3, 9, 0, 5):
        group = tally.add(found(enqueued=enqueued))
    assert (group.count, group.first, group.last) == (6, 3, 9)


def test_merged_groups_know_the_first_and_last_time_of_both() -> None:
    for mine, other, first, last in (
        ((5,), (3, 9), 3, 9),
        ((3, 9), (5,), 3, 9),
        ((0,), (5,), 5, 5),
        ((5,), (0,), 5, 5),
    ):
        whole, after = Tally(), Tally()
        for tally, times in ((whole, mine), (after, other)):
            for enqueued in times:
                tally.add(found(enqueued=enqueued))
        whole.merge(after)
        (group,) = whole.groups.values()
        assert (group.count, group.first, group.last) == (len(mine) + len(other), first, last)


def test_beyond_the_limit_of_groups_new_fields_of_a_code_are_counted_together(monkeypatch) -> None:
    monkeypatch.setattr(module, "GROUPS", 2)
    tally = Tally()
    for path, severity in (("$.x", Severity.WARN), ("$.y", Severity.WARN), ("$.z", Severity.FAIL),
                           ("$.w", Severity.FAIL), ("$.v", Severity.WARN), ("$.x", Severity.WARN)):  # fmt: skip
        tally.add(found(path=path, severity=severity, component="c", module="m"))
    kept = ("a", "c", "m", Severity.WARN)
    together = ("a", "", "")
    assert [(group.place, group.entry.code, group.component, group.module, group.severity, group.count)
            for group in tally.groups.values()] == [
        ("$.x", *kept, 2), ("$.y", *kept, 1), (module.OTHERS, *together, Severity.FAIL, 2),
        (module.OTHERS, *together, Severity.WARN, 1),
    ]  # fmt: skip


def test_merging_keeps_the_limit_of_groups_in_the_same_way(monkeypatch) -> None:
    monkeypatch.setattr(module, "GROUPS", 2)
    whole, after = Tally(), Tally()
    for tally, paths in ((whole, ("$.x", "$.y")), (after, ("$.x", "$.z"))):
        for path in paths:
            tally.add(found(path=path))
    whole.merge(after)
    more = Tally()
    more.add(found(path="$.w"))
    whole.merge(more)
    assert [(group.place, group.count) for group in whole.groups.values()] == [
        ("$.x", 2), ("$.y", 1), (module.OTHERS, 2),
    ]  # fmt: skip


def test_devices_beyond_the_limit_are_only_counted_as_more(monkeypatch) -> None:
    monkeypatch.setattr(module, "DEVICES", 2)
    tally = Tally()
    for device in ("", "a", "b", "b", ""):
        tally.saw(device)
        group = tally.add(found(device=device))
    assert (tally.messages, list(tally.devices), tally.more_devices) == (5, ["a", "b"], False)
    assert (list(group.devices), group.more_devices) == (["a", "b"], False)
    tally.saw("c")
    tally.add(found(device="c"))
    assert (list(tally.devices), tally.more_devices) == (["a", "b"], True)
    assert (list(group.devices), group.more_devices) == (["a", "b"], True)


def test_merging_says_that_there_were_more_devices(monkeypatch) -> None:
    monkeypatch.setattr(module, "DEVICES", 2)
    for mine, other, devices, more in (
        ("a", "ab", ["a", "b"], False), ("ab", "ba", ["a", "b"], False), ("ab", "c", ["a", "b"], True),
        ("", "abc", ["a", "b"], True), ("abc", "a", ["a", "b"], True),
    ):  # fmt: skip
        whole, after = Tally(), Tally()
        for tally, seen in ((whole, mine), (after, other)):
            for device in seen:
                tally.saw(device)
                tally.add(found(device=device))
        whole.merge(after)
        (group,) = whole.groups.values()
        for account in (whole, group):
            assert (list(account.devices), account.more_devices) == (devices, more), (mine, other)


def test_all_counts_of_an_account_are_added() -> None:
    whole = Tally(messages=1, faulty=2, skipped=3, hidden=4)
    whole.merge(Tally(messages=10, faulty=20, skipped=30, hidden=40))
    assert (whole.messages, whole.faulty, whole.skipped, whole.hidden) == (11, 22, 33, 44)


def test_the_most_frequent_of_a_severity_come_first() -> None:
    tally = Tally()
    for path, count in (("$.x", 1), ("$.y", 3), ("$.z", 2)):
        for _ in range(count):
            tally.add(found(path=path))
    assert [group.place for group in tally.ranked()] == ["$.y", "$.z", "$.x"]


def test_a_name_in_brackets_is_no_index() -> None:
    tally = Tally()
    assert tally.add(found(path="$['a'][3]")).place == "$['a'][*]"
    assert tally.add(found(path="$['a7'].b")).place == "$['a7'].b"

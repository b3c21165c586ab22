"""Each pattern is recognised in its own rows, and in no others: those of threads, those of a lab, and healthy ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from azext_iotdiag.insights.patterns import catalogue
from azext_iotdiag.insights.patterns.said import length
from azext_iotdiag.knowledge import patterns as knowledge
from azext_iotdiag.model.finding import Certainty, Entry, Severity
from azext_iotdiag.model.resource_log import Recognised
from azext_iotdiag.model.timestamps import written
from tests.insights.played_rows import HEALTHY, PLAYED, Maker, Player, lost_often, steady
from tests.insights.thread_rows import THREADS, Record, log_of, of_thread, worn
from tests.plugins.effort import cases

OF_THREADS = {
    "esp-azure-89": "silent-after-sessions",
    "getting-started-307": "token-renewal-failed",
    "iotedge-5787": "certificate-refused-since",
    "middleware-freertos-234": "token-renewed-by-reconnect",
    "sdk-c-1374": "identity-shared",
    "sdk-c-1406": "token-renewed-by-reconnect",
    "sdk-c-2274": "token-renewed-by-reconnect",
    "sdk-c-2358": "idle-connection-cut",
    "sdk-c-613": "token-renewed-by-reconnect",
    "sdk-csharp-1138": "identity-shared",
    "sdk-csharp-1312": "hub-failed-over",
    "sdk-csharp-162": "dropped-after-operation",
    "sdk-csharp-3357": "identity-shared",
    "sdk-csharp-635": "idle-connection-cut",
    "sdk-csharp-886": "key-refused-since",
    "sdk-java-304": "token-renewal-failed",
    "sdk-node-537": "idle-connection-cut",
}
# One row decides, which a log may miss. Then nothing is said.
OF_ONE_ROW = {"token-renewal-failed"}
CASES = [
    *(pytest.param(code, lambda name=name: of_thread(name), id=name) for name, code in OF_THREADS.items()),
    *(pytest.param(code, lambda maker=maker: maker().rows, id=maker.__name__) for code, maker in PLAYED),
]
WORN = 20  # times that the rows of a case lose a fifth and are shuffled


def recognised(records: list[Record]) -> tuple[Recognised, ...]:
    return catalogue.recognise(log_of(records))


def codes(records: list[Record]) -> list[str]:
    return [each.finding.entry.code for each in recognised(records)]


def test_every_thread_is_a_case() -> None:
    assert {path.stem for path in THREADS.glob("*.txt")} == set(OF_THREADS)
    for path in THREADS.glob("*.txt"):
        assert path.read_text(encoding="utf-8").startswith("# https://github.com/"), path


def test_every_pattern_has_a_case_and_half_of_them_a_thread() -> None:
    every = {entry.code for entry in vars(knowledge).values() if isinstance(entry, Entry)}
    assert every == {*OF_THREADS.values(), *(code for code, _ in PLAYED)}
    assert 2 * len(set(OF_THREADS.values())) >= len(every)


@pytest.mark.parametrize(("code", "rows"), CASES)
def test_a_pattern_is_recognised_and_no_other(code: str, rows) -> None:
    assert codes(rows()) == [code]


@pytest.mark.parametrize(("code", "rows"), CASES)
def test_a_log_that_misses_a_fifth_in_any_order_says_the_same_or_nothing(code: str, rows) -> None:
    whole = rows()
    found = [codes(worn(whole, seed)) for seed in range(WORN)]
    assert {each for said in found for each in said} <= {code}
    least = 0.5 if code in OF_ONE_ROW else 0.85
    assert sum(bool(said) for said in found) >= least * WORN, found


@pytest.mark.parametrize("maker", HEALTHY, ids=lambda maker: maker.__name__)
def test_healthy_devices_show_no_pattern(maker: Maker) -> None:
    whole = maker().rows
    assert codes(whole) == []
    for seed in range(cases(WORN)):
        assert codes(worn(whole, seed)) == [], seed


def test_chance_shows_no_pattern() -> None:
    """Devices that come and go at random, a different set each time."""
    for seed in range(cases(100)):
        play = Player(seed)
        for number in range(6):
            at = play.source.uniform(0, 7200)
            for _ in range(3):
                play.row(at, f"any-{number}", "deviceConnect")
                at += play.source.expovariate(1 / 9000)
                play.row(at, f"any-{number}", "deviceDisconnect", play.source.choice(("", "", "404104")))
                at += play.source.expovariate(1 / 600)
            play.row(at, f"any-{number}", "deviceConnect")
        assert codes(play.rows) == [], seed


def test_all_misbehaviours_at_once_are_named_each_at_its_own_hub() -> None:
    every = []
    for number, case in enumerate(CASES):
        _, rows = case.values
        every += [{**each, "Resource": f"HUB{number}"} for each in rows()]
    found = recognised(every)
    assert {each.finding.entry.code for each in found} == {case.values[0] for case in CASES}


def test_healthy_devices_beside_a_bad_one_are_not_named() -> None:
    rows = [*of_thread("sdk-csharp-3357"), *({**each} for each in steady().rows)]
    (found,) = recognised(rows)
    assert found.devices == ("dev007/$edgeAgent",)


def test_a_pattern_is_never_sure_and_says_its_numbers() -> None:
    for case in CASES:
        for each in recognised(case.values[1]()):
            assert each.finding.weight.certainty is Certainty.LIKELY
            assert each.finding.evidence and each.devices and each.first <= each.last


def test_what_is_harmless_is_a_note_and_nothing_else_is() -> None:
    notes = {
        each.finding.entry.code
        for case in CASES
        for each in recognised(case.values[1]())
        if each.finding.severity is Severity.NOTE
    }
    assert notes == {"token-renewed-by-reconnect"}


def test_the_evidence_of_a_renewal_is_its_interval() -> None:
    (found,) = recognised(of_thread("sdk-c-2274"))
    assert found.devices == ("grow-0b30", "grow-0b31")
    assert 47.5 < found.finding.evidence["everyMinutes"] < 48.5
    assert 9 < found.finding.evidence["backAfterSeconds"] < 13


def test_one_address_and_two_addresses_are_told_apart() -> None:
    (two,), (one,) = recognised(of_thread("sdk-csharp-3357")), recognised(of_thread("sdk-c-1374"))
    assert two.finding.evidence["clients"] == 2 and "203.0.113.XXX" in two.finding.message
    assert one.finding.evidence["clients"] == 1 and "gateway" in one.finding.message


def test_a_cap_of_the_hub_is_named_and_a_shorter_idle_time_is_not() -> None:
    assert recognised(of_thread("sdk-c-2358"))[0].finding.evidence["asTheHubAllows"] is True
    assert recognised(of_thread("sdk-node-537"))[0].finding.evidence["asTheHubAllows"] is False


def test_the_shared_trait_is_named() -> None:
    traits = {
        maker.__name__: recognised(maker().rows)[0].finding.evidence["trait"]
        for code, maker in PLAYED
        if code == "group-lost-together"
    }
    assert traits == {
        "lost_by_address": "the address", "lost_by_sdk": "the SDK", "lost_by_tls": "the TLS version"
    }  # fmt: skip


def test_a_device_that_returned_later_did_not_fail_to_renew() -> None:
    rows = of_thread("getting-started-307")
    own = next(each for each in rows if "mxchip-001" in each["properties_s"])
    back = {**own, "TimeGenerated": "2021-11-16T09:30:00.000Z"}
    assert codes([*rows, back]) == []


def test_a_log_that_ends_with_the_token_says_nothing_of_the_renewal() -> None:
    rows = [each for each in of_thread("getting-started-307") if each["TimeGenerated"] < "2021-11-16T09:02:30"]
    assert codes(rows) == []


def said(records: list[Record]) -> Iterator[str]:
    for each in recognised(records):
        finding = each.finding
        yield f"{finding.entry.code}: {', '.join(each.devices)} from {written(each.first)} to {written(each.last)}"
        yield f"  {finding.message}"
        yield from (f"    {name}: {value}" for name, value in finding.evidence.items())


def test_what_each_pattern_says(golden: Callable[[str, str], None]) -> None:
    """The numbers in a message and in its evidence are what a reader checks against the log."""
    told: list[str] = []
    for case in CASES:
        told += [f"== {case.id}", *said(case.values[1]())]
    golden("patterns.txt", "\n".join(told) + "\n")


@pytest.mark.parametrize(("milliseconds", "words"), [
    (0, "0 s"), (1_499, "1 s"), (119_000, "119 s"), (120_000, "2 min"), (90 * 60_000, "90 min"),
    (177_000, "3 min"), (150_000, "2.5 min"), (7_199_000, "120 min"), (7_200_000, "2 h"), (8_100_000, "2.2 h"),
])  # fmt: skip
def test_a_length_of_time_has_one_digit_that_counts(milliseconds: float, words: str) -> None:
    assert length(milliseconds) == words


def lost_by(number: int, times: int, *, seconds_apart: float) -> Player:
    """Devices of one site that lose the hub one after the other, beside as many that stay."""
    play = Player()
    for each in range(8):
        play.stays(f"stays-{each}", address="10.0.0.XXX")
    for each in range(number):
        at = 4000 + each * seconds_apart
        play.row(0, f"lost-{each}", "deviceConnect", address="10.9.9.XXX")
        for turn in range(times):
            play.row(at + turn * 7200, f"lost-{each}", "deviceDisconnect", "404104", address="10.9.9.XXX")
            play.row(at + turn * 7200 + 2000, f"lost-{each}", "deviceConnect", address="10.9.9.XXX")
    return play


@pytest.mark.parametrize(("devices", "apart", "found"), [
    (2, 10, []), (3, 10, ["group-lost-together"]), (6, 59, ["group-lost-together"]), (3, 150, ["group-lost-together"]),
    (3, 151, []),
])  # fmt: skip
def test_three_devices_within_five_minutes_are_a_group(devices: int, apart: float, found: list[str]) -> None:
    assert [each for each in codes(lost_by(devices, 1, seconds_apart=apart).rows) if "group" in each] == found


@pytest.mark.parametrize("operation", ["DeviceIdentityOperations:get", "C2DTwinOperations:read"])
def test_what_services_do_is_no_use_of_the_connection(operation: str) -> None:
    """A back end looks at a device right before each of its connections ends, which says nothing of the device."""
    rows = lost_often().rows
    category, name = operation.split(":")
    looks = [{**row, "Category": category, "OperationName": name, "ResultType": ""} for row in rows if
             row["OperationName"] == "deviceDisconnect"]  # fmt: skip
    assert codes([*rows, *looks]) == ["connection-lost-often"]

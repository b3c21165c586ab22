"""Judging recorded messages: what is found, what is left out, and the same in one process as in several."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.knowledge.message import INVALID_JSON
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.finding import Severity, fail
from azext_iotdiag.model.tally import Found, Tally
from azext_iotdiag.payload import ModelError, read_model
from azext_iotdiag.streams import files, recorded, validation
from azext_iotdiag.streams.validation import RecordedRun, Rules
from tests.streams.avro_files import CAPTURE, captured, written
from tests.streams.test_files import OURS, lines

MODEL = {"@id": "dtmi:example:a;1", "@type": "Interface", "contents": [
    {"@type": "Telemetry", "name": "t", "schema": "double"}, {"@type": "Property", "name": "p", "schema": "string"},
]}  # fmt: skip


def judge(tmp_path: Path, data: bytes, rules: Rules = Rules(MODEL), **options: Any) -> tuple[list[Found], Tally]:  # noqa: B008
    (tmp_path / "x").write_bytes(data)
    run = RecordedRun([str(tmp_path / "x")], rules, **options)
    found = [each for each in run if each is not None]
    assert run.done == run.size == len(data)
    return found, run.tally


def codes(found: list[Found]) -> list[str]:
    return [each.finding.entry.code for each in found]


def message(payload: Any, **more: Any) -> dict[str, Any]:
    return OURS | {"module": "", "component": "", "payloadForm": "json", "payload": payload} | more


def test_findings_come_with_who_when_and_where(tmp_path: Path) -> None:
    found, tally = judge(tmp_path, lines(message({"t": 1}), message({"t": "x"}, component="pump", device="e")))
    assert codes(found) == ["unknown-component"]
    assert (found[0].device, found[0].component, found[0].enqueued) == ("e", "pump", 1795179723500)
    assert (found[0].path, found[0].unit, found[0].number) == (str(tmp_path / "x"), "line", 2)
    assert (tally.messages, tally.faulty, list(tally.devices)) == (2, 1, ["d", "e"])


@pytest.mark.parametrize("rules", [Rules(MODEL), Rules(), Rules(MODEL, properties=True)])
def test_what_is_odd_around_a_body_is_found(tmp_path: Path, rules: Rules) -> None:
    odd = {"bodyType": "amqp-value", "messageProblems": ["the footer section is cut off", "'n' is not UTF-8"]}
    good = message(
        {"p": "x"} if rules.properties else {"t": 1}, contentType="application/json", contentEncoding="utf-8"
    )
    found, tally = judge(tmp_path, lines(good | odd, good), rules)
    assert codes(found) == ["malformed-message", "malformed-message", "amqp-body"]
    assert [each.finding.severity for each in found] == [Severity.FAIL, Severity.FAIL, Severity.WARN]
    assert "not UTF-8" in found[1].finding.message and "amqp-value" in found[2].finding.message
    assert tally.faulty == 1
    found, _ = judge(tmp_path, lines(good | {"bodyType": "amqp-value"}), rules._replace(strict=True))
    assert [(code, each.finding.severity) for code, each in zip(codes(found), found)] == [("amqp-body", Severity.FAIL)]


def test_a_bad_record_is_counted_and_the_rest_judged(tmp_path: Path) -> None:
    found, tally = judge(tmp_path, lines({"t": 1}) + b"{\n{}}\n" + lines({"t": "x"}))
    assert codes(found) == ["invalid-json", "invalid-json", "wrong-type"]
    assert (tally.messages, tally.faulty) == (4, 3)


def test_a_cut_capture_is_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    data = written(CAPTURE, [captured(b'{"t":"x"}', number) for number in range(50)], interval=1000)
    found, tally = judge(tmp_path, data[:-40])
    assert codes(found)[-1] == "unreadable-record" and "cut off at byte" in found[-1].finding.message
    assert codes(found)[:-1] == ["wrong-type"] * (tally.messages - 1) and tally.messages > 30


def test_what_is_no_telemetry_is_left_out(tmp_path: Path) -> None:
    found, tally = judge(
        tmp_path, lines(message({"x": 1}, source="twinChangeEvents"), message({"t": 1}, source="Telemetry"))
    )
    assert (found, tally.messages, tally.skipped) == ([], 1, 1)


def test_one_device_only(tmp_path: Path) -> None:
    data = lines(message({"t": "x"}), message({"t": "x"}, device="pump-1"))
    found, tally = judge(tmp_path, data, Rules(MODEL, device="pump-*"))
    assert [each.device for each in found] == ["pump-1"] and (tally.messages, tally.hidden) == (1, 1)


@pytest.mark.parametrize(("minimum", "expected"), [
    (Severity.NOTE, ["unmodeled-field", "wrong-type"]), (Severity.WARN, ["unmodeled-field", "wrong-type"]),
    (Severity.FAIL, ["wrong-type"]),
])  # fmt: skip
def test_what_is_less_severe_can_be_left_out(tmp_path: Path, minimum: Severity, expected: list[str]) -> None:
    found, tally = judge(tmp_path, lines({"new": 1, "t": "x"}), Rules(MODEL, min_severity=minimum))
    assert codes(found) == expected and len(tally.groups) == len(expected)


def test_strictly_every_warning_is_an_error(tmp_path: Path) -> None:
    _, tally = judge(tmp_path, lines({"new": 1}), Rules(MODEL, strict=True))
    assert (tally.count(Severity.FAIL), tally.faulty) == (1, 1)


def test_so_many_findings_of_a_kind_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    found, tally = judge(tmp_path, lines(*[{"t": "x", "new": 1}] * 25), Rules(MODEL, shown=3))
    assert codes(found) == ["wrong-type", "unmodeled-field"] * 3
    assert [group.count for group in tally.ranked()] == [25, 25]


def test_without_a_model_the_form_is_judged(tmp_path: Path) -> None:
    found, _ = judge(tmp_path, lines({"anything": 1}, message({"x": 1}, contentType="text/plain")) + b"{,}\n", Rules())
    assert codes(found) == ["content-type", "invalid-json"]


def test_a_json_schema(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(
        json.dumps({"properties": {"t": {"type": "number", "maximum": 5}}, "required": ["t"]}), encoding="utf-8"
    )
    found, _ = judge(tmp_path, lines({"t": 5}, {"t": 6}, {}), Rules(schema=str(schema)))
    assert [(each.finding.entry.code, each.finding.path) for each in found] == [
        ("schema-violation", "$.t"),
        ("schema-violation", "$"),
    ]


TWIN = {"deviceId": "d", "properties": {"desired": {"p": 5, "$version": 1}, "reported": {"p": 5, "q": 1}}}
NOTICE = {"version": 1, "properties": {"reported": {"p": 5, "$version": 2}}}


@pytest.mark.parametrize(("record", "paths"), [
    (TWIN, ["$.properties.desired.p"] * 2 + ["$.properties.reported.p", "$.properties.reported.q"]),
    (NOTICE, ["$.properties.reported.p"]),
    ({"reported": {"p": 5}}, ["$.reported.p"]),
    ({"p": 5}, ["$.p"]),
    (OURS | {"source": "twinChangeEvents", "module": "", "payloadForm": "json", "payload": NOTICE}, [
        "$.properties.reported.p"]),
])  # fmt: skip
def test_properties(tmp_path: Path, record: dict[str, Any], paths: list[str]) -> None:
    found, _ = judge(tmp_path, lines(record), Rules(MODEL, properties=True))
    assert [each.finding.path for each in found] == paths


def test_properties_that_are_no_json(tmp_path: Path) -> None:
    found, _ = judge(tmp_path, b'{"p":"x","p":5}', Rules(MODEL, properties=True))
    assert codes(found) == ["uncertain-json", "wrong-type"]


@pytest.mark.parametrize(
    "rules", [Rules({"no": "model"}), Rules(schema="/no/such/schema.json"), Rules("dtmi:x;1", "/no/folder")]
)
def test_rules_that_cannot_be_used(tmp_path: Path, rules: Rules) -> None:
    with pytest.raises(ModelError):
        judge(tmp_path, lines({}), rules)


class InThisProcess:
    """In the place of a pool of processes: what is handed in is done at once."""

    def __init__(self, _processes: int, _context: Any, *, initializer: Callable[..., None], initargs: tuple[Any, ...]):
        ignored = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
        before = {number: signal.getsignal(number) for number in ignored}
        initializer(*initargs)
        for number, handler in before.items():  # a process of its own ignores them, and this one must not
            signal.signal(number, handler)

    def submit(self, work: Callable[..., Any], *given: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(work(*given))
        return future

    def shutdown(self, *, wait: bool, cancel_futures: bool) -> None:
        assert wait and cancel_futures


@pytest.mark.parametrize("shown", [None, 4])
def test_what_several_find_is_put_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: int | None) -> None:
    monkeypatch.setattr(validation, "ProcessPoolExecutor", InThisProcess)
    test_several_processes_find_the_same(tmp_path, monkeypatch, shown)


@pytest.mark.slow
@pytest.mark.parametrize("shown", [None, 4])
def test_several_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: int | None) -> None:
    monkeypatch.setattr(validation, "PART_BYTES", 20_000)
    data = lines({"t": 0}, *(
        message({"t": n if n % 10 else "x", **({"new": 1} if n % 7 == 0 else {})}, device=f"d{n % 5}")
        for n in range(600)
    ))  # fmt: skip
    one, first = judge(tmp_path, data, Rules(MODEL, shown=shown))
    two, second = judge(tmp_path, data, Rules(MODEL, shown=shown), processes=2)
    assert two == one and len(one) > 5
    assert second == first


@pytest.mark.slow
def test_several_processes_read_avro_and_refuse_wrong_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "PART_BYTES", 5_000)
    data = written(
        CAPTURE, [captured(b'{"t":"x"}' if n % 50 == 0 else b'{"t":1}', n) for n in range(400)], interval=2000
    )
    _, first = judge(tmp_path, data)
    _, second = judge(tmp_path, data, processes=2)
    assert second == first and first.messages == 400
    with pytest.raises(ModelError):
        judge(tmp_path, data, Rules({"no": "model"}), processes=2)


def test_how_far_it_is_grows_with_each_file_to_the_size_of_all(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_bytes(lines(*[message({"t": "x"})] * 3000))
    run = RecordedRun(map(str, paths), Rules(MODEL, shown=None))
    assert (run.done, run.size) == (0, sum(path.stat().st_size for path in paths))
    seen = []
    for _ in run:
        seen.append(run.done)
    assert seen == sorted(seen) and run.done == run.size and len(set(seen)) > 4
    first = paths[0].stat().st_size
    assert min(seen) >= 0 and any(0 < each < first for each in seen) and any(first < each < run.size for each in seen)


def test_what_comes_by_stdin_has_no_size() -> None:
    run = RecordedRun([files.STDIN], Rules())
    assert run.live and run.size == 0


def test_what_was_observed_in_telemetry(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(
        lines(
            message({"a": 1}),
            message({"b": 1}, component="c"),
            message({"t": 1}, source="twinChangeEvents"),
            message({"other": 1}, device="e"),
        )
        + b'{"a": 2, "a": 3}\nno JSON\n'
    )
    seen = validation.observed([str(tmp_path / "x")])
    assert (seen.messages, seen.unread) == (5, 1)
    assert {name: set(fields) for name, fields in seen.components.items()} == {"": {"a", "other"}, "c": {"b"}}
    assert set(validation.observed([str(tmp_path / "x")], "e").components[""]) == {"other"}


@pytest.mark.parametrize("rules", [Rules(MODEL), Rules()])
def test_a_body_of_a_usual_message_that_is_no_json_is_found(tmp_path: Path, rules: Rules) -> None:
    text = {"payloadForm": "text"}
    found, tally = judge(
        tmp_path, lines(message("{", **text), message('{"t":1}', **text), message('{"t":"x"}', **text)), rules
    )
    assert codes(found) == ["invalid-json", *(["wrong-type"] if rules.model else [])]
    assert (found[0].number, tally.messages) == (1, 3)


@pytest.mark.parametrize(("rules", "nothing"), [
    (Rules(), True), (Rules(strict=True, device="d"), True), (Rules(MODEL), False), (Rules(schema="f"), False),
    (Rules(repository="f"), False),
])  # fmt: skip
def test_whether_rules_say_what_is_right(rules: Rules, nothing: bool) -> None:
    assert rules.nothing is nothing


def test_of_a_message_that_is_not_usual_all_is_judged(tmp_path: Path) -> None:
    odd = message('{"t":"x"}', payloadForm="text", contentType="text/plain")
    usual = message('{"t":"x"}', payloadForm="text")
    found, _ = judge(tmp_path, lines(odd, usual))
    assert codes(found) == ["content-type", "wrong-type", "wrong-type"]


@pytest.mark.parametrize(("records", "pauses"), [(validation.SILENT, 0), (validation.SILENT + 1, 1), (200, 3)])
def test_where_nothing_is_found_it_still_goes_on(records: int, pauses: int) -> None:
    """None is given now and then, so that others have their turn, and where the source gives it."""
    record = recorded.live(Event("Telemetry", "d", "", "", "0", 1, "", 0, {}, {}, {}, b"{}"))
    judging = validation.judged([record] * records, lambda _: [], Rules(), Tally())
    assert list(judging) == [None] * pauses
    assert list(validation.judged([None, record, None], lambda _: [], Rules(), Tally())) == [None, None]


JSON_SENT = {"content-type": "application/json", "content-encoding": "utf-8"}


def test_a_device_without_a_model_is_judged_by_form_and_told() -> None:
    lacking = [fail(INVALID_JSON, "no template")]
    judging = validation.judge_of(Rules(), lambda event: lacking if event.device == "d" else read_model(MODEL))

    def found(device: str, body: bytes) -> list[str]:
        event = Event("Telemetry", device, "", "", "0", 1, "", 0, JSON_SENT, {}, {}, body)
        return [each.entry.code for each in judging(recorded.live(event))]

    assert found("d", b"{}") == ["invalid-json"] and found("d", b"{") == ["invalid-json"] * 2
    assert found("e", b'{"t": 1}') == [] and found("e", b'{"t": "x"}') == ["wrong-type"]


def test_as_many_processors_as_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation.os, "sched_getaffinity", lambda process: {0, 3, 5} if process == 0 else {1}, False)
    assert validation.processors() == 3
    monkeypatch.delattr(validation.os, "sched_getaffinity")
    monkeypatch.setattr(validation.os, "cpu_count", lambda: None)
    assert validation.processors() == 1
    monkeypatch.setattr(validation.os, "cpu_count", lambda: 4)
    assert validation.processors() == 4

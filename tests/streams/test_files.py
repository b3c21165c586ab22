"""Recorded messages in every form that files have: each is read as a message, and told apart from a bare body."""

from __future__ import annotations

import base64
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.payload.not_json import UNREAD
from azext_iotdiag.streams import files, json_records
from azext_iotdiag.streams.recorded import Recorded, moment
from tests.streams.avro_files import CAPTURE, ROUTED, captured, routed, written


def read(folder: Path, data: bytes, name: str = "x") -> list[Recorded]:
    path = folder / name
    path.write_bytes(data)
    return list(files.read(files.Part(str(path))))


def bodies(records: list[Recorded]) -> list[Any]:
    return [json.loads(each.event.body) if each.value is UNREAD else each.value for each in records]


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in values)


OURS = {"version": 1, "device": "d", "module": "m", "component": "c", "partition": "0", "sequence": 7,
        "enqueued": "2026-11-20T13:02:03.500Z", "contentType": "application/json", "contentEncoding": "utf-8",
        "properties": {"a": "b"}}  # fmt: skip
ROUTE = {"EnqueuedTimeUtc": "2026-11-20T13:02:03Z", "Properties": {}, "SystemProperties": {
    "connectionDeviceId": "d", "contentType": "application/json", "contentEncoding": "utf-8"}}  # fmt: skip
PLAIN = {"EnqueuedTimeUtc": "2026-11-20T13:02:03Z", "Properties": {}, "SystemProperties": {"connectionDeviceId": "d"}}
B64 = base64.b64encode(b'{"t":1}').decode()

FORMS: dict[str, tuple[bytes, list[Any]]] = {
    "lines": (lines({"t": 1}, {"t": 2}), [{"t": 1}, {"t": 2}]),
    "lines with blank ones and no end": (b'\n{"t":1}\r\n\n{"t":2}', [{"t": 1}, {"t": 2}]),
    "lines with a byte order mark": (b"\xef\xbb\xbf" + lines({"t": 1}, {"t": 2}), [{"t": 1}, {"t": 2}]),
    "one document": (b'{"t":1}', [{"t": 1}]),
    "one document on several lines": (json.dumps({"t": 1, "u": [1, 2]}, indent=2).encode(), [{"t": 1, "u": [1, 2]}]),
    "documents on several lines": (b"".join(json.dumps({"t": n, "u": 1}, indent=2).encode() + b"\n" for n in range(3)),
                                   [{"t": n, "u": 1} for n in range(3)]),
    "an array": (json.dumps([{"t": 1}, {"t": "]}"}]).encode(), [{"t": 1}, {"t": "]}"}]),
    "an array on several lines": (json.dumps([{"t": 1}, {"t": 2}], indent=1).encode(), [{"t": 1}, {"t": 2}]),
    "an empty array": (b"[]", []),
    "what monitor events writes": (lines(
        OURS | {"payloadForm": "json", "payload": {"t": 1}}, OURS | {"payloadForm": "base64", "payload": B64},
        OURS | {"payloadForm": "text", "payload": '{"t":1}'}), [{"t": 1}] * 3),
    "what azure-iot writes": (lines({"event": {"origin": "d", "module": "", "component": "", "payload": {"t": 1}}},
                                    {"event": {"origin": "d", "payload": '{"t":1}'}}), [{"t": 1}] * 2),
    "routed lines": (lines(ROUTE | {"Body": {"t": 1}}, PLAIN | {"Body": B64}), [{"t": 1}] * 2),
    "captured Avro": (written(CAPTURE, [captured(b'{"t":1}')]), [{"t": 1}]),
    "routed Avro": (written(ROUTED, [routed(b'{"t":1}')], "deflate"), [{"t": 1}]),
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize(("data", "expected"), FORMS.values(), ids=FORMS)
def test_forms(tmp_path: Path, data: bytes, expected: list[Any], packed: bool) -> None:
    found = read(tmp_path, gzip.compress(data) if packed else data)
    assert bodies(found) == expected
    assert not any(each.damage for each in found)


@pytest.mark.parametrize("data", [FORMS["captured Avro"][0], FORMS["routed Avro"][0]])
def test_what_a_capture_says_of_a_message(tmp_path: Path, data: bytes) -> None:
    (found,) = read(tmp_path, data)
    assert (found.event.device, found.enveloped) == ("device-0", True)
    assert (
        found.event.system["content-type"] == "application/json" and found.event.system["content-encoding"] == "utf-8"
    )
    assert found.event.properties["level"] == "high"
    assert moment(found.enqueued) == 1795179723000
    assert found.place[1:] == ("record", 1)


def test_what_monitor_events_says_of_a_message(tmp_path: Path) -> None:
    (found,) = read(tmp_path, lines(OURS | {"payloadForm": "json", "payload": {"t": 1}}))
    event = found.event
    assert (event.device, event.module, event.component, event.sequence) == ("d", "m", "c", 7)
    assert moment(found.enqueued) == 1795179723500
    assert event.system == {"content-type": "application/json", "content-encoding": "utf-8"}


def test_component_module_and_kind_of_what_is_routed(tmp_path: Path) -> None:
    marks = {
        "connectionDeviceId": "d",
        "connectionModuleId": "m",
        "dt-subject": "c",
        "iothub-message-source": "twinChangeEvents",
    }
    (found,) = read(tmp_path, lines(PLAIN | {"SystemProperties": marks, "Body": B64}))
    assert (found.event.device, found.event.module, found.event.component, found.event.kind) == (
        "d",
        "m",
        "c",
        "twinChangeEvents",
    )


def test_a_body_that_is_a_json_string_is_not_base64(tmp_path: Path) -> None:
    (found,) = read(tmp_path, lines(ROUTE | {"Body": "aGVsbG8="}))
    assert found.value == "aGVsbG8="


def test_one_bad_record_never_stops_the_rest(tmp_path: Path) -> None:
    data = lines({"t": 1}) + b'{"t":\n{"t":2,}\nnonsense\n' + lines({"t": 3})
    found = read(tmp_path, data)
    assert [each.place.number for each in found] == [1, 2, 3, 4, 5]
    assert [each.event.body for each in found[1:4]] == [b'{"t":', b'{"t":2,}', b"nonsense"]
    assert bodies([found[0], found[4]]) == [{"t": 1}, {"t": 3}]


@pytest.mark.parametrize("bad", ['{"t":1,}', '{"t":NaN}', '{"t":1,"t":2}', '{"t" 1}', "{'t':1}", '{"t":"\xb0"}'])
@pytest.mark.parametrize("array", [True, False])
def test_one_bad_element_never_stops_the_rest(tmp_path: Path, bad: str, array: bool) -> None:
    good = json.dumps({"t": 1, "u": {"v": 2}}, indent=2)
    data = [good, bad, good, good] if not array else ["[" + good, bad, good, good + "]"]
    found = read(tmp_path, (",\n" if array else "\n").join(data).encode("latin-1"))
    assert bodies([found[0], *found[-2:]]) == [{"t": 1, "u": {"v": 2}}] * 3
    assert bad.encode("latin-1")[:5] in found[1].event.body and found[1].value is UNREAD


def test_a_broken_first_line_is_a_line(tmp_path: Path) -> None:
    found = read(tmp_path, b'{"t":1,}\n{"t":2}\n{"t":3}\n')
    assert len(found) == 3 and found[0].event.body == b'{"t":1,}'


def test_a_large_array_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "_CHUNK", 64)
    values = [{"t": n, "text": "°]}," * (n % 9)} for n in range(300)]
    assert bodies(read(tmp_path, json.dumps(values, ensure_ascii=False).encode())) == values
    assert bodies(read(tmp_path, json.dumps(values, indent=1).encode())) == values


OTHER = {"type": "record", "name": "X", "fields": [{"name": "a", "type": "int"}]}
DAMAGED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "the file is empty"),
    "an Avro file cut in the middle": (FORMS["captured Avro"][0][:-30], "cut off at byte"),
    "a gzip file cut in the middle": (gzip.compress(lines(*[{"t": 1}] * 999))[:-20], "cannot be read on"),
    "another schema": (written(OTHER, [{"a": 1}]), "no Body"),
    "base64 that is none": (lines(PLAIN | {"Body": "%%%"}), "neither JSON nor base64"),
    "a payload that is no base64": (lines(OURS | {"payloadForm": "base64", "payload": "%"}), "no base64"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "words"), DAMAGED.values(), ids=DAMAGED)
def test_damage_is_told(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in read(tmp_path, data)[-1].damage


LONG = json.dumps({"t": "x" * 3000}).encode() + b"\n"
GOOD = lines({"t": 1}, {"t": 2})


@pytest.mark.parametrize(("data", "damages"), [
    (GOOD + LONG + GOOD, ["", "", "line", "", ""]), (LONG + GOOD, ["line", "", ""]),
    (GOOD + LONG[:-1], ["", "", "line"]), (GOOD + b" " * 3000 + b"\n" + GOOD, ["", "", "line", "", ""]),
    (b'[{"t":1},' + LONG + b',{"t":2}]', ["", "record"]), (b'[{"t":1},' + b" " * 9000 + b'{"t":2}]', ["", ""]),
    (b'{\n"t":1,\n' + b'"u":1,\n' * 999, ["record"]), (b'[{"t":1},{' + b"x" * 5000, ["", "record"]),
], ids=["amid", "first", "last", "blank", "in an array", "blanks in an array", "no end", "garbage"])  # fmt: skip
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_what_is_too_long_is_told_with_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, damages: list[str], packed: bool
) -> None:
    monkeypatch.setattr(json_records, "LONGEST", 2048)
    monkeypatch.setattr(json_records, "_CHUNK", 512)
    found = read(tmp_path, gzip.compress(data) if packed else data)
    assert [each.place.unit if each.damage else "" for each in found] == damages
    assert all("longer than 2 KiB, the most that is read" in each.damage for each in found if each.damage)
    if damages[-1] == "":
        assert found[-1].value == {"t": 2}


def test_a_line_that_is_too_long_lies_in_one_part_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "LONGEST", 2048)
    path = tmp_path / "x"
    path.write_bytes(GOOD * 10 + LONG + GOOD * 10)
    for size in (50, 100, 700, 4000):
        found = [record for part in files.parts(str(path), size) for record in files.read(part)]
        assert [bool(each.damage) for each in found] == [False] * 20 + [True] + [False] * 20


def test_folders_are_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.json", "a/2.avro", "a/1.jsonl", ".hidden", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [str(Path(each).relative_to(tmp_path)) for each in files.found([str(tmp_path)])]
    assert found == ["a/1.jsonl", "a/2.avro", "b.json"]


def test_what_does_not_exist_is_known_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        list(files.found([str(tmp_path), str(tmp_path / "gone")]))


@pytest.mark.parametrize("size", [1, 10, 37, 100, 1000])
def test_parts_of_lines_together_are_the_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"".join(b'{"t":%d,"x":"%s"}\n%s' % (n, b"y" * (n % 13), b"\n" * (n % 2)) for n in range(100)))
    parts = list(files.parts(str(path), size))
    assert len(parts) == max(1, -(-path.stat().st_size // size))
    whole = [each.value for each in files.read(files.Part(str(path)))]
    assert [each.value for part in parts for each in files.read(part)] == whole
    assert [each["t"] for each in whole] == list(range(100))


def test_what_cannot_be_split_is_one_part(tmp_path: Path) -> None:
    for name, data in {
        "array": b"[" + b"{},\n" * 100 + b"{}]",
        "gzip": gzip.compress(lines({"t": 1}) * 9),
        "x": b"{}",
    }.items():
        (tmp_path / name).write_bytes(data)
        assert len(list(files.parts(str(tmp_path / name), 10))) == 1


def test_a_file_is_not_held_in_memory(tmp_path: Path) -> None:
    told: list[int] = []
    path = tmp_path / "x"
    path.write_bytes(lines({"t": 1}) * 100_000)
    records = files.read(files.Part(str(path)), told.append)
    next(records)
    assert max(told) <= 1 << 17
    assert sum(1 for _ in records) == 99_999 and told[-1] == path.stat().st_size


@pytest.mark.parametrize(("given", "expected"), [
    ("11/20/2026 1:02:03 PM", 1795179723000), ("1/2/2026 12:00:00 AM", 1767312000000),
    ("2026-11-20T13:02:03Z", 1795179723000),
    ("2026-11-20T13:02:03.1234567Z", 1795179723123), (1795179723000, 1795179723000), (1795179723, 1795179723000),
    ("13/40/2026 1:00:00 AM", 0), ("yesterday", 0), (None, 0), (True, 0), ({}, 0),
])  # fmt: skip
def test_times(given: Any, expected: int) -> None:
    assert moment(given) == expected


def test_lines_can_come_from_anything_that_reads() -> None:
    assert bodies(list(json_records.records(io.BytesIO(lines({"t": 1}) * 2), "-"))) == [{"t": 1}] * 2


@pytest.mark.parametrize(("part", "size"), [
    (files.Part("f", 3, 10), 7), (files.Part("f", 0, 0), 0),
    (files.Part(files.STDIN), 0), (files.Part("no such"), 0),
])  # fmt: skip
def test_the_size_of_a_part(part: files.Part, size: int) -> None:
    assert part.size == size


def test_a_damaged_record_has_the_number_behind_the_last_that_was_read(tmp_path: Path) -> None:
    data = written(CAPTURE, [captured(b"{}", number) for number in range(3)])
    found = read(tmp_path, data[:-1])
    assert [(each.place.unit, each.place.number, bool(each.damage)) for each in found] == [
        ("record", 1, False), ("record", 2, False), ("record", 3, False), ("record", 4, True),
    ]  # fmt: skip


DEEP = "[" * 150 + "1" + "]" * 150
LONG_NUMBER = "1" * 6000
TWICE = '{"a":1,"text":"%s","a":2}' % ("]}," * 60)  # which is told apart by its key alone


@pytest.mark.parametrize("bad", [
    DEEP, f'{{"a":{DEEP}}}', LONG_NUMBER, f"-{LONG_NUMBER}", f'{{"a":{LONG_NUMBER}}}', TWICE,
], ids=["deep", "deep in an object", "digits", "negative", "digits in an object", "twice"])  # fmt: skip
@pytest.mark.parametrize("chunk", [16, 64, 1 << 20])
def test_a_value_that_is_refused_after_several_reads_is_one_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str, chunk: int
) -> None:
    monkeypatch.setattr(json_records, "_CHUNK", chunk)
    found = read(tmp_path, f'[\n{{"t":1}},\n{bad},\n{{"t":2}}]'.encode())
    assert [each.event.body.decode() for each in found] == ['{"t":1}', bad, '{"t":2}']
    assert [each.place.number for each in found] == [1, 2, 3]


@pytest.mark.parametrize(("text", "expected"), [
    (b"[]", []), (b"[ ]\n", []), (b"[1, 2]", [1, 2]), (b"\n\n  [true]", [True]), (b"{}\n\n\n{}\n", [{}, {}]),
    (b'\xef\xbb\xbf{"a":1}\n', [{"a": 1}]), (b'\xef\xbb\xbf[{"a":1}]', [{"a": 1}]), (b"\n\n", []),
    (b'{\n"a": 1\n}\n{\n"a": 2\n}', [{"a": 1}, {"a": 2}]), (b'[{"a":1}]\n[{"a":2}]', [{"a": 1}, [{"a": 2}]]),
])  # fmt: skip
def test_each_form_of_json(tmp_path: Path, text: bytes, expected: list[Any]) -> None:
    assert bodies(read(tmp_path, text)) == expected


def test_lines_are_counted_from_one_in_each_part(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(lines(*({"t": number} for number in range(6))))
    parts = list(files.parts(str(path), -(-path.stat().st_size // 2)))
    assert [[each.place.number for each in files.read(part)] for part in parts] == [[1, 2, 3], [1, 2, 3]]


def test_what_was_read_of_a_large_array_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "_CHUNK", 16)
    held: list[int] = []

    class Text(json_records._Text):
        def forget(self) -> None:
            super().forget()
            held.append(len(self.text))

    monkeypatch.setattr(json_records, "_Text", Text)
    values = [{"t": number} for number in range(1000)]
    assert bodies(read(tmp_path, json.dumps(values).encode())) == values
    assert held[0] > 1000 > 100 > held[-1]

"""A log in the forms in which people have it: colours, ends of lines, encodings, JSON, several devices, huge lines."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from azext_iotdiag.insights.reading import LogReading, read_text
from azext_iotdiag.model.story import Story
from azext_iotdiag.streams.blocks import blocks

FOLDER = Path(__file__).parent / "logs"
ROWS = [row.split("\t") for row in (FOLDER / "expected.tsv").read_text(encoding="utf-8").splitlines()]
REFUSED = "E (4021) MQTT_CLIENT: Connection refused, not authorized"
HEALTHY = "I (401002) esp_tls: (Network connection 0x3fca5e90) Connection to plant-hub.azure-devices.net established."


def read(data: bytes) -> Story:
    reading = LogReading()
    for block in blocks(io.BytesIO(data)):
        reading.add(block)
    return reading.story()


def root(story: Story) -> str:
    return f"{'|'.join(each.code for each in story.root.entries)}@{story.root.line}" if story.root else ""


@pytest.mark.slow
def test_a_form_changes_neither_root_nor_line() -> None:
    for name, expected, _ in ROWS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        for form in (text.replace("\n", "\r\n").encode(), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
            assert root(read(form)) == expected, (name, form[:20])


@pytest.mark.slow
def test_colours_change_nothing() -> None:
    for name, expected, _ in ROWS:
        lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
        assert root(read("".join(f"\x1b[0;31m{line}\x1b[0m\n" for line in lines).encode())) == expected, name


@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    [
        lambda line: {"log": f"{line}\n", "stream": "stderr", "time": "2026-11-30T10:00:00.401002Z"},
        lambda line: {"level": "info", "ts": 1796032805.25, "msg": line},
        lambda line: {"@t": "2026-11-30T10:00:00Z", "@l": "Warning", "@m": line, "deviceNumber": 404103},
        lambda line: {"asctime": "2026-11-30 10:00:00", "levelname": "ERROR", "message": line, "process": 401002},
    ],
    ids=["docker", "zap", "serilog", "python"],
)
def test_json_lines_say_what_stands_in_them(form) -> None:
    for name, expected, _ in ROWS[::3]:
        lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
        text = "".join(json.dumps(form(line), ensure_ascii=False) + "\n" for line in lines)
        assert root(read(text.encode())) == expected, name


def test_the_time_of_a_json_line_is_that_of_its_logger() -> None:
    record = {
        "level": "error",
        "time": "2026-11-30T10:00:05Z",
        "msg": "Failed to update twin",
        "error": "with 400 response code",
    }
    told = read_text(json.dumps(record)).root
    assert told is not None and told.clock == "2026-11-30T10:00:05Z"
    assert told.words == "Failed to update twin with 400 response code"


def test_an_answer_of_a_service_is_no_record_of_a_logger() -> None:
    answer = {"errorCode": 401002, "trackingId": "a", "message": "well", "timestampUtc": "2026-11-30T10:00:00Z"}
    assert root(read_text(json.dumps(answer))) == "dps-401@1"


def test_devices_in_one_log_are_told_apart() -> None:
    lines = [
        '{"deviceId":"pump-7","level":"error","msg":"Connection Refused: not authorised."}',
        '{"deviceId":"pump-8","level":"error","msg":"connect ECONNREFUSED 10.0.0.4:8883"}',
        '{"deviceId":"pump-8","level":"info","msg":"azure.iot.device connected with result code: 0"}',
        '{"deviceId":"pump-9","level":"info","msg":"azure.iot.device connected with result code: 0"}',
    ]
    story = read_text("\n".join(lines))
    assert root(story) == "device-refused@1" and story.root is not None
    assert (story.root.speaker, story.root.healed) == ("pump-7", 0)
    assert [(each.speaker, each.healed) for each in story.before] == [("pump-8", 3)]


def test_one_device_does_not_heal_another() -> None:
    story = read_text("device_id=a rc=5 mqtt connect\ndevice_id=b azure.iot.device connected with result code: 0")
    assert story.root is not None and not story.root.healed


@pytest.mark.parametrize("where", [0, 300_000, 1_048_000])
def test_a_line_of_a_megabyte_is_searched_everywhere(where: int) -> None:
    line = bytearray(b"x " * 524_288)
    said = b" Connection Refused: not authorised. "
    line[where : where + len(said)] = said
    story = read(b"well\n" + bytes(line) + b"\nwell\n")
    assert root(story) == "device-refused@2" and story.lines == 3
    assert story.root is not None and len(story.root.words) < 200


def test_a_megabyte_of_healthy_text_says_nothing() -> None:
    assert root(read((HEALTHY * 10_000).encode() + b"\n")) == ""


def test_bytes_that_are_no_text_are_read_past() -> None:
    noise = bytes(range(256)) * 40
    assert root(read(noise + b"\n" + REFUSED.encode() + b"\n" + noise)).startswith("device-refused@")
    assert root(read(b"\x00" * 4096 + b"\n\xff\xfe\xfd\n" + noise)) == ""


def test_a_log_that_ends_in_the_middle_of_a_character() -> None:
    assert root(read(f"{REFUSED}\ngrö".encode()[:-1])) == "device-refused@1"

"""`validate` as a user meets it: output, exit codes, wrong arguments, standard input, the file for the build server."""

from __future__ import annotations

import base64
import json
import select
import signal
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.plugins.az import SECONDS, az, finished, start
from tests.streams.avro_files import CAPTURE, captured, written

MODEL = {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:thermostat;1", "@type": "Interface", "contents": [
    {"@type": "Telemetry", "name": "temperature", "schema": "double"},
    {"@type": "Property", "name": "serial", "schema": "string"},
]}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
    (tmp_path / "good.jsonl").write_text('{"temperature": 21.5}\n{"temperature": 22}\n', encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text(
        '{"temperature": "21.5"}\n{"Temperature": 22}\n{"temperature": 1,}\n', encoding="utf-8"
    )
    (tmp_path / "models" / "dtmi" / "example").mkdir(parents=True)
    (tmp_path / "models/dtmi/example/thermostat-1.json").write_text(json.dumps(MODEL), encoding="utf-8")
    return tmp_path


def test_good_messages(folder: Path) -> None:
    run = az("iot", "diag", "validate", "messages", "--file", f"{folder}/good.jsonl", "--model", f"{folder}/model.json")
    assert run.code == 0
    (summary,) = run.messages
    assert (summary["type"], summary["messages"], summary["errors"]) == ("summary", 2, 0)
    assert "2 messages: nothing is wrong." in run.err


def test_bad_messages(folder: Path) -> None:
    run = az("iot", "diag", "validate", "messages", "--file", f"{folder}/bad.jsonl", "--model", f"{folder}/model.json")
    assert run.code == 4
    *findings, summary = run.messages
    assert [(each["code"], each["path"], each["at"]["number"]) for each in findings] == [
        ("wrong-type", "$.temperature", 1), ("misspelt-name", "$.Temperature", 2), ("invalid-json", "$", 3),
    ]  # fmt: skip
    assert (summary["faulty"], summary["errors"], len(summary["groups"])) == (3, 3, 3)


def test_a_capture_and_a_model_from_a_repository(folder: Path) -> None:
    (folder / "capture").mkdir()
    for number in range(2):
        data = written(CAPTURE, [captured(b'{"temperature": true}', number)], "deflate")
        (folder / "capture" / f"{number}.avro").write_bytes(data)
    run = az("iot", "diag", "validate", "messages", "--file", f"{folder}/capture",
             "--model", "dtmi:example:thermostat;1", "--model-repo", f"{folder}/models")  # fmt: skip
    assert run.code == 4
    (group,) = run.messages[-1]["groups"]
    assert (group["count"], group["devices"], group["firstSeen"]) == (
        2,
        ["device-0", "device-1"],
        "2026-11-20T13:02:03.000Z",
    )


def test_the_file_for_the_build_server_and_its_log(folder: Path) -> None:
    run = az("iot", "diag", "validate", "messages", "-f", f"{folder}/bad.jsonl", "-m", f"{folder}/model.json",
             "-o", "none", "--junit", f"{folder}/results.xml", environment={"TF_BUILD": "True"})  # fmt: skip
    assert (run.code, run.out) == (4, b"")
    assert ElementTree.parse(folder / "results.xml").getroot()[0].attrib["failures"] == "3"
    assert "##vso[task.logissue type=error;code=wrong-type]" in run.err


def test_a_query_is_applied_to_each_line(folder: Path) -> None:
    run = az("iot", "diag", "validate", "messages", "-f", f"{folder}/bad.jsonl", "-m", f"{folder}/model.json",
             "--query", "code")  # fmt: skip
    assert (run.code, run.out) == (4, b'"wrong-type"\n"misspelt-name"\n"invalid-json"\n')


@pytest.mark.parametrize(("form", "told"), [
    ("table", "Severity  Enqueued"), ("tsv", "error\twrong-type\t$."), ("yaml", "---\nversion: 1\ntype: finding\n"),
])  # fmt: skip
def test_other_forms(folder: Path, form: str, told: str) -> None:
    run = az("iot", "diag", "validate", "messages", "-f", f"{folder}/bad.jsonl", "-m", f"{folder}/model.json",
             "-o", form)  # fmt: skip
    assert run.code == 4
    assert run.out.decode().startswith(told)
    assert len(run.out.decode().split("---\n" if form == "yaml" else "\n")) == {"table": 7, "tsv": 5, "yaml": 5}[form]
    assert "3 errors" in run.err


def test_a_query_that_fails_for_some(folder: Path) -> None:
    """It ends nothing, and is told in the end."""
    run = az("iot", "diag", "validate", "messages", "-f", f"{folder}/bad.jsonl", "-m", f"{folder}/model.json",
             "--query", "length(groups)")  # fmt: skip
    assert (run.code, run.out) == (4, b"3\n")
    assert "--query left nothing of 3 of 4 lines." in run.err and "It failed for some of them" in run.err


def test_properties(folder: Path) -> None:
    (folder / "twin.json").write_text(
        json.dumps({"properties": {"reported": {"serial": 5}}}, indent=2), encoding="utf-8"
    )
    run = az(
        "iot", "diag", "validate", "properties", "--file", f"{folder}/twin.json", "--model", f"{folder}/model.json"
    )
    assert run.code == 4 and run.messages[0]["path"] == "$.properties.reported.serial"


@pytest.mark.parametrize(("arguments", "words"), [
    (["--file", "{}/gone.jsonl"], "gone.jsonl cannot be read: No such file"),
    (["--file", "{}/good.jsonl", "--model", "{}/good.jsonl"], "good.jsonl is not JSON: a second document follows"),
    (["--file", "{}/good.jsonl", "--model", "dtmi:example:gone;1", "--model-repo", "{}/models"], "example/gone-1.json"),
    (["--file", "{}/good.jsonl", "--schema", "{}/gone.json"], "--schema: {}/gone.json cannot be read"),
    (["--file", "{}/good.jsonl", "--schema", "{}/x", "--model", "{}/x"], "two ways"),
    (["--file", "{}/good.jsonl", "--processes", "0"], "--processes is 0"),
    (["--file", "{}/good.jsonl", "--junit", "{}/no/folder/x.xml"], "x.xml cannot be written"),
])  # fmt: skip
def test_wrong_arguments(folder: Path, arguments: list[str], words: str) -> None:
    run = az("iot", "diag", "validate", "messages", *(each.replace("{}", str(folder)) for each in arguments))
    assert run.code == 1 and run.out == b""
    assert words.replace("{}", str(folder)) in run.err and "Traceback" not in run.err
    assert ("--model-repo names the folder" in run.err) == ("dtmi:example:gone;1" in arguments)


def test_no_message_is_a_problem(folder: Path) -> None:
    run = az("iot", "diag", "validate", "messages", "-f", f"{folder}/good.jsonl", "-d", "pump", "-o", "none")
    assert run.code == 4 and "There was no message to judge." in run.err
    assert "2 messages of other devices" in run.err
    (folder / "empty").touch()
    run = az("iot", "diag", "validate", "messages", "-f", f"{folder}/empty")
    assert run.code == 4 and run.messages[0]["code"] == "unreadable-record"


@pytest.mark.slow
def test_standard_input_is_judged_as_it_comes_until_ctrl_c(folder: Path) -> None:
    process = start(
        "iot", "diag", "validate", "messages", "-f", "-", "-m", f"{folder}/model.json", stdin=subprocess.PIPE
    )
    try:
        process.stdin.write(b'{"temperature": "x"}\n{"temperature": 1}\n')
        process.stdin.flush()  # and it stays open: more might come
        assert select.select([process.stdout], [], [], SECONDS)[0], "nothing was told of what had come"
        first = json.loads(process.stdout.readline())
        assert first["code"] == "wrong-type" and first["file"] == "-"
    finally:
        process.send_signal(signal.SIGINT)
    run = finished(process)
    assert run.code == 4 and "Interrupted" in run.err and "Traceback" not in run.err
    assert run.messages[-1]["type"] == "summary"


def test_a_key_in_the_name_of_a_file_is_not_in_the_results(folder: Path) -> None:
    key = base64.b64encode(bytes(range(200, 232))).decode().replace("/", "_")
    (folder / f"{key}.jsonl").write_text("{", encoding="utf-8")
    for form in ("json", "table"):
        run = az("iot", "diag", "validate", "messages", "--file", f"{folder}/{key}.jsonl", "-o", form,
                 "--junit", f"{folder}/results.xml")  # fmt: skip
        told = run.out.decode() + run.err + (folder / "results.xml").read_text(encoding="utf-8")
        assert run.code == 4 and "***.jsonl" in told
        assert not [at for at in range(len(key) - 7) if key[at : at + 8] in told]

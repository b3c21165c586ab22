"""`az iot diag template`: what the commands return, say and raise, from their functions on."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError
from knack.validators import DefaultStr

from azext_iotdiag._validators import template as validators
from azext_iotdiag.custom import template

MODEL = {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:thermostat;1", "@type": "Interface", "contents": [
    {"@type": "Telemetry", "name": "temperature", "schema": "double"},
    {"@type": "Property", "name": "serial", "schema": "string"},
]}  # fmt: skip
ODD = MODEL | {"contents": [
    {"@type": "Telemetry", "name": "x", "schema": "Double"},
    {"@type": "Telemetry", "name": "EventHub", "schema": "double"},
]}  # fmt: skip


class Cmd:
    """What a command gets from az, and with which exit code it is to end."""

    def __init__(self) -> None:
        self.code = 0
        self.cli_ctx = SimpleNamespace(data={"safe_params": ["-o"]}, register_event=self._ending)

    def _ending(self, _event, act) -> None:
        self.cli_ctx.unregister_event = lambda *_: None
        with pytest.raises(SystemExit) as left:
            act()
        self.code = left.value.code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, document in {"model": MODEL, "odd": ODD}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "good.jsonl").write_text('{"temperature": 21.5}\nnonsense\n', encoding="utf-8")
    (tmp_path / "more.jsonl").write_text('{"temperature": 1, "door": true, "a b": 1}\n', encoding="utf-8")
    return tmp_path


def judged(validator, **typed):
    """The arguments as the validator leaves them."""
    namespace = SimpleNamespace(**{"model": None, "model_repo": None, **typed})
    validator(None, namespace)
    return vars(namespace)


def infer(cmd: Cmd, **typed):
    typed = {"model_id": "dtmi:example:inferred;1", "device_id": None, **typed}
    return template.infer(cmd, **judged(validators.infer, **typed))


def test_a_model_is_shown(folder: Path) -> None:
    shown = template.show(Cmd(), **judged(validators.model, model=f"{folder}/model.json"))
    assert (shown["id"], [each["name"] for each in shown["contents"]]) == (MODEL["@id"], ["temperature", "serial"])


@pytest.mark.parametrize(("name", "strict", "codes", "code"), [
    ("model", False, [], 0), ("odd", False, ["unresolved-schema", "reserved-name"], 4),
])  # fmt: skip
def test_issues_are_told(folder: Path, name: str, strict: bool, codes: list[str], code: int) -> None:
    cmd = Cmd()
    read = judged(validators.lint, model=f"{folder}/{name}.json", strict=strict)
    assert [each["code"] for each in template.lint(cmd, **read)] == codes
    assert cmd.code == code


def test_only_warnings_are_no_problem_unless_strictly(folder: Path) -> None:
    (folder / "w.json").write_text(json.dumps(ODD | {"contents": ODD["contents"][1:]}), encoding="utf-8")
    for strict, code in ((False, 0), (True, 4)):
        cmd = Cmd()
        read = judged(validators.lint, model=f"{folder}/w.json", strict=strict)
        assert len(template.lint(cmd, **read)) == 1 and cmd.code == code


def test_a_model_is_made(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = infer(Cmd(), file=[f"{folder}/good.jsonl"], model_id=DefaultStr("dtmi:example:inferred;1"))
    assert made["contents"] == [{"@type": "Telemetry", "name": "temperature", "schema": "double"}]
    assert type(made["@id"]) is str
    told = capsys.readouterr().err
    assert "2 messages, 1 of which could not be read." in told and "device-template create" in told


def test_a_model_is_extended(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = infer(Cmd(), file=[f"{folder}/more.jsonl"], model=f"{folder}/model.json")
    assert (made["@id"], made["contents"][-1]["name"]) == ("dtmi:example:thermostat;2", "door")
    told = capsys.readouterr().err
    assert "Added: door." in told and "'a b' is left out" in told


def test_messages_without_fields_are_a_problem(folder: Path) -> None:
    (folder / "none.jsonl").write_text("[]\n", encoding="utf-8")
    cmd = Cmd()
    assert infer(cmd, file=[f"{folder}/none.jsonl"])["contents"] == [] and cmd.code == 4


def test_wrong_arguments(folder: Path) -> None:
    with pytest.raises(InvalidArgumentValueError, match=r"--model: .*good.jsonl is not JSON"):
        judged(validators.model, model=f"{folder}/good.jsonl")
    with pytest.raises(InvalidArgumentValueError, match="thermostat is no DTMI"):
        infer(Cmd(), file=[f"{folder}/good.jsonl"], model_id="thermostat")
    with pytest.raises(InvalidArgumentValueError, match="cannot be read"):
        infer(Cmd(), file=[f"{folder}/gone"])
    (folder / "empty").mkdir()
    with pytest.raises(InvalidArgumentValueError, match="holds no file"):
        infer(Cmd(), file=[f"{folder}/empty"])

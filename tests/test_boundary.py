"""What leaves a command, by every way that az and Python have for it: commands of pipelines, keys, exceptions."""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from azure.cli.core.azclierror import AzCLIError, ResourceNotFoundError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from knack import output as of_knack
from knack.events import EVENT_CLI_POST_EXECUTE
from knack.log import get_logger
from knack.util import CLIError, CommandResultItem

from azext_iotdiag import boundary, output
from azext_iotdiag.custom import explain
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.render import forms
from azext_iotdiag.render.annotations import Annotation
from azext_iotdiag.render.safety import Safety
from azext_iotdiag.render.typed_secrets import TypedSecrets
from azext_iotdiag.streams.decode import decode
from tests.plugins import az
from tests.plugins.agents import commands
from tests.render.events import SAMPLES, event
from tests.render.test_pipeline_safe import HOSTILE

PIPELINES = [{"TF_BUILD": "True"}, {"GITHUB_ACTIONS": "true"}]
FORMS = ["json", "jsonc", "yaml", "yamlc", "table", "tsv"]
TEXTS = [
    "##vso[task.setvariable variable=a]b", "::set-env name=a::b", "a\n::error::b", "##[error]c", "\ufeff::add-path::/x",
    "#\xad#vso[task.complete]", "\x1b[31m::warning::x", "a\r::stop-commands::x", "\u2028::error::x",
]  # fmt: skip
DATA = {f"{text} {number}": {"list": [text], text: text} for number, text in enumerate(TEXTS)} | {
    "text": "\n".join(TEXTS)
}
KEY = base64.b64encode(bytes(range(200, 232))).decode()
STRING = f"HostName=hub.azure-devices.net;SharedAccessKeyName=owner;SharedAccessKey={KEY}"
Fake = Callable[[Callable[[Any], Any]], None]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Puts a function of az's `cmd` in the place of what `explain` does."""

    def put(does: Callable[[Any], Any]) -> None:
        monkeypatch.setattr(
            explain,
            "explain",
            lambda cmd, codes=None, context="", sdk="", list_codes=False, show_all=False, follow=False: does(cmd),
        )

    return put


def explained(*options: str, **how: Any) -> az.Run:
    return az.az("iot", "diag", "explain", "401003", *options, **how)


def streamed(*chunks: bytes) -> Callable[[Any], None]:
    """A command that writes these chunks as a stream."""

    def does(_cmd: Any) -> None:
        assert output.stream(each for each in chunks) == ""

    return does


# ----------------------------------------------------------------------------------------------- pipelines


@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda each: next(iter(each)))
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "query", [("--query", "@"), ("--query", "text"), ("--query", "*.list[]")], ids=["all", "text", "list"]
)
def test_no_result_starts_a_command(fake: Fake, pipeline: dict[str, str], form: str, query: tuple[str, ...]) -> None:
    fake(lambda cmd: DATA)
    plain, run = (explained("-o", form, *query, environment=each) for each in ({}, pipeline))
    assert run.code == 0 and commands(plain.out) and not commands(run.out + run.err.encode())
    if form == "json":
        assert json.loads(run.out) == json.loads(plain.out)


def test_what_is_emitted_starts_no_command(fake: Fake) -> None:
    fake(lambda cmd: output.emit(cmd, DATA, []))
    run = explained("-o", "json", environment=PIPELINES[0])
    assert json.loads(run.out) == DATA and not commands(run.out)


@pytest.mark.parametrize("form", ["json", "yaml", "table", "tsv", "text"])
def test_no_message_of_a_stream_starts_a_command(fake: Fake, form: str) -> None:
    bodies = [
        *(text.encode() for text in TEXTS),
        *(json.dumps({text: text}).encode() for text in TEXTS),
        b"#",
        b"#vso[a.b]",
    ]
    events = [event(body, device=body.decode(), component=TEXTS[0], properties={TEXTS[1]: TEXTS[0]}) for body in bodies]
    make = forms.form(form, shown=["app"], colour=None)

    chunks = [make(each, decode(each.body)) for each in (*events, *SAMPLES.values())]
    fake(streamed(*chunks))
    asked = ("-o", form) if form != "text" else ()
    plain, run = (explained(*asked, environment=each, terminal=form == "text") for each in ({}, PIPELINES[0]))
    expected = b"".join(chunks)
    assert commands(plain.out) and not commands(run.out)
    assert form == "text" or plain.out == expected
    if form == "json":
        assert [*map(json.loads, run.out.splitlines())] == [*map(json.loads, expected.splitlines())]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("error", [CLIError, AzCLIError, ResourceNotFoundError, ValueError, OSError])
def test_no_error_starts_a_command(fake: Fake, error: type[Exception], text: str) -> None:
    def fail(_cmd: Any) -> None:
        get_logger("azext_iotdiag.x").warning("%s\n%s", text, text)
        output.say(text)
        output.say(f"  {text}")
        raise error(text, text) if issubclass(error, AzCLIError) else error(text)

    fake(fail)
    for more in ((), ("--debug",)):
        run = explained(*more, environment=PIPELINES[1])
        assert run.code == (3 if error is ResourceNotFoundError else 1) and not commands(run.err.encode())
    assert commands(explained().err.encode())


@pytest.mark.parametrize("text", TEXTS)
def test_a_command_of_our_own_starts_and_no_other_in_it(fake: Fake, text: str) -> None:
    found = [Annotation(Severity.FAIL, "wrong-type", f"wrong-type {text} {KEY}")]
    fake(lambda cmd: output.annotate_build(found))
    beginnings = ("##vso[task.logissue type=error;code=wrong-type]", "::error title=wrong-type::")
    for environment, beginning in zip(PIPELINES, beginnings):
        run = az.az("iot", "diag", "explain", KEY, environment=environment)
        assert run.err.startswith(beginning)
        rest = run.err.removeprefix(beginning)
        assert not commands(rest.encode()) and "***" in rest and KEY[:8] not in rest
    assert az.az("iot", "diag", "explain", KEY).err == ""


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE, form=st.sampled_from(FORMS))
def test_nothing_that_is_written_starts_a_command(fake: Fake, text: str, form: str) -> None:
    def does(_cmd: Any) -> Any:
        output.say(text)
        for part in text:
            print(part, end="", file=sys.stderr)
        get_logger("azext_iotdiag.x").warning("%s", text)
        return {text: [text]}

    fake(does)
    run = explained("-o", form, "--query", "@", environment=PIPELINES[0])
    assert not commands(run.out) and not commands(run.err.encode("utf-8", "replace"))


def test_an_argument_starts_no_command() -> None:
    for words in (["explain", "x\n::error::y"], ["monitor", "events", "--duration", TEXTS[0]], ["lab", TEXTS[0]]):
        run = az.az("iot", "diag", *words, environment=PIPELINES[0])
        assert run.code in (1, 2) and not commands(run.err.encode())


@pytest.mark.parametrize("form", FORMS)
def test_elsewhere_no_byte_changes(fake: Fake, form: str) -> None:
    data = DATA | {"steers": "\x9b2J\u202e\x7f"}
    fake(lambda cmd: data)
    made = {"jsonc": "json", "yamlc": "yaml"}.get(form, form)  # without a terminal there are no colours
    expected = getattr(of_knack, f"format_{made}")(CommandResultItem(data, is_query_active=True))
    assert explained("-o", form, "--query", "@").out.decode() == expected


# ------------------------------------------------------------------------------------------------ terminal


@pytest.mark.parametrize("form", FORMS)
def test_no_result_steers_a_terminal(fake: Fake, form: str) -> None:
    text = "\x9b2J \u202e \x7f \x85 \u2066"
    fake(lambda cmd: {"a": text, text: text})
    run = explained("-o", form, "--query", "@", terminal=True)
    assert not re.search("[\x7f-\x9f\u202e\u2066]", run.out.decode()) and b"202e" in run.out
    if form == "json":
        assert json.loads(run.out) == {"a": text, text: text}
    if form == "yaml":
        assert set(yaml.safe_load(run.out)) >= {"a"}


@pytest.mark.parametrize("form", ["json", "yaml", "table", "tsv"])
def test_no_stream_steers_a_terminal(fake: Fake, form: str) -> None:
    make = forms.form(form, colour=None)
    each = event('{"a": "\x9b2J \u202e \x7f"}'.encode())
    fake(streamed(make(each, decode(each.body))))
    run = explained("-o", form, terminal=True)
    assert not re.search("[\x7f-\x9f\u202e\u2066]", run.out.decode()) and b"202e" in run.out
    if form == "json":
        assert json.loads(run.out)["payload"] == {"a": "\x9b2J \u202e \x7f"}


def test_lines_for_a_person_steer_no_terminal(fake: Fake) -> None:
    fake(lambda cmd: output.hand_back(cmd, {}, ["a \x1b[2J\x9b \u202e"]))
    assert explained(terminal=True).out == b"a \\x1b[2J\\x9b \\u202e\n"


# ---------------------------------------------------------------------------------------------------- keys

MISPLACED = [
    ["monitor", "events", "-n", STRING], ["monitor", "events", "-n", KEY],
    ["monitor", "events", "-l", STRING, "-d", STRING], ["monitor", "events", "--duration", KEY],
    ["monitor", "events", f"--duratoin={STRING}"], ["device", "show", "-d", KEY],
    ["device", "show", "-l", KEY, "-d", "x"], ["monitor", "evnts", "-l", STRING], [STRING], ["explain", KEY],
    ["explain", STRING], ["lab", "status", "--name", STRING], ["lab", "break", "--name", KEY, "--fault", KEY],
    ["template", "show", "--model", KEY], ["validate", "messages", "--file", STRING],
    ["sas", "inspect", "--sas", STRING, "--key", KEY], ["monitor", "events", "-o", KEY],
    ["sas", "create", "--cs", KEY[:-3]], ["key", "test", "--cs", STRING[:-5]],
    ["device", "show", "--dps-name", STRING, "--rid", KEY], ["simulate", "--cs", STRING, "-d", KEY],
    ["monitor", "events", "--app-id", STRING], ["explain", "401003", "--query", f"['{KEY}"],
    ["monitor", "events", "-l", STRING, "--since", KEY], ["monitor", "events", "-l", STRING, "-p", KEY],
]  # fmt: skip


@pytest.mark.parametrize("words", MISPLACED, ids=lambda words: " ".join(each[:12] for each in words))
def test_a_misplaced_key_is_not_repeated(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on stdout, not on stderr and in no file of az's, except for the line in which az repeats all arguments."""
    environment = {"AZURE_LOGGING_ENABLE_LOG_FILE": "yes", "AZURE_LOGGING_LOG_DIR": str(tmp_path / "logs")}
    az.install()
    for path in (commands_of_az := Path(os.environ["AZURE_CONFIG_DIR"], "commands")).glob("*.log"):
        path.unlink()
    run = az.az("iot", "diag", *words, "--debug", environment=environment)
    assert run.code in (1, 2, 3, 4)
    files = [*commands_of_az.glob("*.log"), *tmp_path.rglob("*.log")]
    assert len(files) == 2
    texts = [run.out.decode(), run.err, *(path.read_text(encoding="utf-8") for path in files)]
    lines = [line for text in texts for line in text.splitlines() if "Command arguments: [" not in line]
    assert not [line for line in lines for at in range(len(KEY) - 7) if KEY[at : at + 8].lower() in line.lower()]


@pytest.mark.parametrize("form", FORMS)
def test_a_misplaced_key_is_in_no_result(fake: Fake, form: str) -> None:
    fake(lambda cmd: {"device": f"No device {KEY}", KEY: [STRING]})
    run = explained(STRING, "-o", form, "--query", "@")
    assert run.out and KEY[:8].encode() not in run.out and KEY[20:28].encode() not in run.out


def test_a_misplaced_key_is_in_no_message_of_a_stream(fake: Fake) -> None:
    fake(streamed(f'{{"device":"{KEY}"}}\n'.encode()))
    assert json.loads(explained(KEY).out) == {"device": "***"}


@pytest.mark.parametrize("name", ["AZURE_DEFAULTS_IOTHUB", "AZURE_IOTDIAG_LOGIN"])
def test_a_key_among_the_settings_is_not_repeated(fake: Fake, name: str) -> None:
    def fail(_cmd: Any) -> None:
        raise ResourceNotFoundError(f"There is no IoT hub '{STRING}'", f"Did you mean {KEY[:20]}?")

    fake(fail)
    run = explained("--debug", environment={name: STRING})
    assert run.code == 3 and "There is no IoT hub 'HostName=hub.azure-devices.net;" in run.err
    assert KEY[:8] not in run.err and KEY[20:28] not in run.err


@pytest.mark.parametrize("environment", [
    {"AZURE_IOTDIAG_CONNECT_TO": STRING},
    {"AZURE_IOTDIAG_CONNECT_TO": "hub:1=127.0.0.1:1", "AZURE_IOTDIAG_LAB": f"/labs/{KEY.replace('/', '_')}#1"},
], ids=lambda each: [*each][-1])  # fmt: skip
def test_a_key_in_a_variable_of_the_environment_is_not_repeated(environment: dict[str, str]) -> None:
    other = base64.b64encode(bytes(range(100, 132))).decode()
    string = STRING.replace(KEY, other)
    run = az.az("iot", "diag", "monitor", "events", "-l", string, environment=environment)
    assert run.code == 1 and "***" in run.err
    assert not [at for at in range(len(KEY) - 7) if KEY[at : at + 8] in run.err]


def test_the_password_of_a_proxy_is_not_repeated(fake: Fake) -> None:
    fake(lambda cmd: output.say("not reached: http://me:long-and-secret@proxy:3128"))
    run = explained(environment={"https_proxy": "http://me:long-and-secret@proxy:3128"})
    assert "http://me:***@proxy:3128" in run.err


@pytest.mark.parametrize("words", [["lab", "status", KEY], ["monitor", "events", "-o", KEY], ["key", "test", KEY]])
def test_az_reports_no_key_that_was_typed(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What az tells Microsoft of an error of its parser holds the argument as it was typed."""
    from azure.cli.core import telemetry

    told: list[str] = []
    for name in ("set_user_fault", "set_failure"):
        monkeypatch.setattr(telemetry, name, lambda summary=None: told.append(str(summary)))
    mine = telemetry.set_user_fault
    assert az.az("iot", "diag", *words).code in (1, 2, 3)
    assert "***" in "".join(told) and KEY[:8] not in "".join(told)
    assert telemetry.set_user_fault is mine


def test_a_payload_is_shown_as_it_came_where_keys_stand_in_their_places() -> None:
    cases = ((["-l", STRING], "utf-8", False), (["-n", STRING], "utf-8", True), ([], "ascii", True))
    for words, encoding, changes in cases:
        chunks = Safety(TypedSecrets(words)).chunks("text", terminal=True, encoding=encoding)
        assert (chunks is not None) is changes
    assert Safety().chunks("json", terminal=False, encoding="ascii") is None


def test_az_and_python_are_left_as_they_were() -> None:
    az.install()
    before = (sys.stdout, sys.stderr, output.safety, logging.getLogger("az_command_data_logger").filters[:])
    root = [(handler, handler.filters[:]) for handler in logging.getLogger().handlers]
    explained()
    az.az("iot", "diag", "lab", "status", "--name", "/")
    assert before == (sys.stdout, sys.stderr, output.safety, logging.getLogger("az_command_data_logger").filters)
    assert root == [(handler, handler.filters) for handler in logging.getLogger().handlers]


# ---------------------------------------------------------------------------------- unexpected exceptions


class Odd(Exception):
    """What nobody expects."""


@pytest.mark.parametrize("error", [Odd, KeyError, RecursionError, OSError, UnicodeDecodeError])
def test_an_unexpected_exception_is_one_sentence(fake: Fake, error: type[Exception]) -> None:
    def fail(_cmd: Any) -> None:
        raise error("utf-8", b"", 0, 1, KEY) if error is UnicodeDecodeError else error(f"{KEY} {STRING}")

    fake(fail)
    run = explained()
    first, second = run.err.splitlines()
    assert run.code == 1 and run.out == b"" and error.__name__ in first and "iot-diag 1." in first
    assert "--debug" in second and "maintainers" in second
    debug = explained("--debug")
    assert "Traceback (most recent call last)" in debug.err and f"{error.__name__}" in debug.err
    assert KEY[:8] not in run.err + debug.err and KEY[9:20] not in debug.err


def test_the_place_is_a_module_and_a_line_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    from azext_iotdiag.insights import survey

    monkeypatch.setattr(survey, "ask", lambda *_: {}["x"])
    run = explained()
    assert re.search(r"KeyError at azext_iotdiag\.custom\.explain, line \d+", run.err)


def test_an_exception_of_a_validator_is_no_mistake_in_the_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    from azext_iotdiag._validators import monitor

    monkeypatch.setattr(monitor, "events", lambda *_: {}["x"])
    run = az.az("iot", "diag", "monitor", "events", "--login", STRING)
    assert run.code == 1 and "KeyError at azext_iotdiag.commands, line" in run.err


@pytest.mark.parametrize(("error", "module"), boundary._SAID_BY.items())
def test_each_error_of_our_layers_is_said_by_a_validator(error: tuple[str, str], module: str) -> None:
    assert issubclass(getattr(import_module(error[0]), error[1]), Exception)
    assert callable(import_module(f"azext_iotdiag._validators.{module}").az_error)


def test_an_exception_of_a_form_is_told(fake: Fake) -> None:
    fake(lambda cmd: {"a": b"\xff"})
    run = explained("-o", "json")
    assert run.code == 1 and "failed unexpectedly: UnicodeDecodeError" in run.err and "Traceback" not in run.err


@pytest.mark.parametrize(("error", "code", "text"), [
    (CLIError("as it is"), 1, "as it is"), (ResourceNotFoundError("not there"), 3, "not there"),
    (SystemExit(5), 5, ""), (KeyboardInterrupt(), 130, "Interrupted"),
])  # fmt: skip
def test_what_az_knows_passes(fake: Fake, error: BaseException, code: int, text: str) -> None:
    def fail(_cmd: Any) -> None:
        raise error

    fake(fail)
    run = explained()
    assert run.code == code and text in run.err and "unexpectedly" not in run.err


def test_one_boundary_stands_at_a_time() -> None:
    from azure.cli.core import get_default_cli

    context, stderr = get_default_cli(), sys.stderr
    first, second = (boundary.Boundary(context, ["iot", "diag", "explain"], each) for each in ({}, PIPELINES[0]))
    first.put_up()
    second.put_up()
    assert output.safety is second.safety and vars(sys.stderr)["_stream"] is stderr
    context.raise_event(EVENT_CLI_POST_EXECUTE)
    assert sys.stderr is stderr and not output.safety.pipeline and "exception_handler" not in vars(context)


@pytest.mark.parametrize(("words", "ours"), [
    (["iot", "diag", "explain"], True), (["IOT", "Diag"], True), (["--debug", "iot", "diag"], True),
    (["iot", "hub", "diag"], False), (["group", "list"], False), ([], False),
])  # fmt: skip
def test_only_commands_of_ours_have_the_boundary(words: list[str], ours: bool) -> None:
    assert boundary.is_ours(words) is ours

"""The terminal and the exit code, on every kind of stdout."""

from __future__ import annotations

import io
import os
import re
import sys
from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import MutuallyExclusiveArgumentError

from azext_iotdiag import output
from azext_iotdiag.render.appearance import Appearance
from azext_iotdiag.render.rows import view_of_data
from azext_iotdiag.render.safety import Safety
from tests.plugins.stdout import Stdout, stand_in, stdout

__all__ = ["stdout"]


def command(*params: str, form: str = "json") -> SimpleNamespace:
    """What a command gets from az."""
    invocation = SimpleNamespace(data={"output": form})
    events: list = []
    context = SimpleNamespace(
        data={"safe_params": list(params)}, invocation=invocation, events=events,
        register_event=lambda _name, act: events.append(act), unregister_event=lambda _name, act: events.remove(act),
    )  # fmt: skip
    return SimpleNamespace(cli_ctx=context)


@pytest.mark.parametrize(("terminal", "params", "expected"), [
    (True, [], True), (True, ["--login", "-d"], True), (True, ["-o"], False), (True, ["--output"], False),
    (True, ["--query"], False), (False, [], False), (False, ["-o"], False),
])  # fmt: skip
def test_for_person(stdout: Stdout, terminal: bool, params: list[str], expected: bool) -> None:
    stdout.terminal = terminal
    assert output.for_person(command(*params)) is expected


def test_before_az_has_seen_any_argument(stdout: Stdout) -> None:
    stdout.terminal = True
    assert output.for_person(SimpleNamespace(cli_ctx=SimpleNamespace(data={})))
    assert output.for_person(SimpleNamespace(cli_ctx=SimpleNamespace(data={"safe_params": None})))


def test_hand_back(stdout: Stdout) -> None:
    assert output.hand_back(command(), {"a": 1}, ["never"]) == {"a": 1}
    assert stdout.buffer.getvalue() == b""
    stdout.terminal = True
    assert output.hand_back(command(), {"a": 1}, ["one", "two"]) is None
    assert stdout.buffer.getvalue() == b"one\ntwo\n"


@pytest.mark.parametrize(("terminal", "params", "form", "expected"), [
    (True, [], "json", "text"), (False, [], "json", "json"), (False, ["-o"], "jsonc", "json"),
    (True, ["-o"], "none", "none"), (True, ["-o"], "json", "json"), (True, ["-o"], "yaml", "yaml"),
    (False, ["-o"], "yamlc", "yaml"), (False, [], "table", "table"), (True, ["--query"], "tsv", "tsv"),
])  # fmt: skip
def test_stream_form(stdout: Stdout, terminal: bool, params: list[str], form: str, expected: str) -> None:
    stdout.terminal = terminal
    assert output.stream_form(command(*params, form=form)) == expected


@pytest.mark.parametrize(("params", "form", "coloured", "painted"), [
    (["-o"], "jsonc", True, True), (["-o"], "yamlc", True, True), (["-o"], "jsonc", False, False),
    (["-o"], "json", True, False), (["-o"], "table", True, False), ([], "jsonc", True, True),
])  # fmt: skip
def test_colour(stdout: Stdout, params: list[str], form: str, coloured: bool, painted: bool) -> None:
    cmd = command(*params, form=form)
    cmd.cli_ctx.enable_color = coloured
    paint = output.colour(cmd)
    assert (paint is not None) is painted
    if paint is not None:
        text = '{"a": [1, null]}\n' if form == "jsonc" else "---\na:\n  - 1\n"
        assert paint("") == ""
        assert paint(text) != text and re.sub("\x1b\\[[0-9;]*m", "", paint(text)) == text


def test_no_colour_in_the_form_for_people(stdout: Stdout) -> None:
    stdout.terminal = True
    cmd = command(form="jsonc")  # as az's configuration may say
    cmd.cli_ctx.enable_color = True
    assert (output.stream_form(cmd), output.colour(cmd)) == ("text", None)


def test_say(capsys: pytest.CaptureFixture) -> None:
    output.say("für Menschen")
    output.say()
    assert capsys.readouterr() == ("", "für Menschen\n\n")


def test_say_to_a_closed_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as stderr:
        stand_in(monkeypatch, sys.stdout, stderr)
        output.say("nobody hears this")
        output.say("nor this")


def test_end() -> None:
    output.end(0)
    with pytest.raises(SystemExit) as left:
        output.end(3)
    assert left.value.code == 3


def test_leave_after_the_result(stdout: Stdout) -> None:
    cmd = command()
    output.leave(cmd, 0)
    assert cmd.cli_ctx.events == []
    output.leave(cmd, 4)
    (act,) = cmd.cli_ctx.events
    with pytest.raises(SystemExit) as left:
        act(cmd.cli_ctx)
    assert left.value.code == 4
    assert cmd.cli_ctx.events == []  # `az interactive` runs on


@pytest.mark.parametrize(("columns", "terminal", "width"), [
    ("80", True, 80), ("500", True, 500), ("no", True, 80), ("0", True, 80), ("80", False, None),
])  # fmt: skip
def test_width(stdout: Stdout, monkeypatch, columns: str, terminal: bool, width: int | None) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    stdout.terminal = terminal
    assert output.width(stdout) == width


LONG = "  1. " + "word " * 30 + "end."


def test_a_result_is_wrapped_on_a_terminal_and_nowhere_else(stdout: Stdout, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(output, "appearance", Appearance(plain=True))
    output.hand_back(command(), {}, [LONG])
    assert stdout.buffer.getvalue().decode() == f"{LONG}\n"
    stdout.terminal = True
    output.hand_back(command(), {}, [LONG])
    first, second, *_ = stdout.buffer.getvalue().decode().splitlines()[1:]
    assert len(first) <= 60 and second.startswith("     word")


def test_marks_are_painted_where_colours_are_wanted(stdout: Stdout, monkeypatch) -> None:
    stdout.terminal = True
    monkeypatch.setattr(output, "appearance", Appearance(colours=True))
    output.hand_back(command(), {}, ["× no \x1b[2J"])
    assert stdout.buffer.getvalue().decode() == "\x1b[31m×\x1b[0m no \\x1b[2J\n"
    stdout.terminal = False
    monkeypatch.setattr(output, "appearance", Appearance(colours=True, plain=True))
    output.hand_back(command(), {}, ["× no"])
    assert stdout.buffer.getvalue().decode().endswith("\n× no\n")


def test_the_readable_form_by_an_option(stdout: Stdout, monkeypatch) -> None:
    monkeypatch.setattr(output, "appearance", Appearance())
    output.speak_plainly(command())
    assert output.for_person(command()) and output.stream_form(command()) == "text"
    assert output.hand_back(command(), {"a": 1}, ["one"]) is None
    for options in (["-o"], ["--query", "--output"]):
        with pytest.raises(MutuallyExclusiveArgumentError, match="--plain and " + " and ".join(sorted(options))):
            output.speak_plainly(command(*options))


def test_a_pipelines_log_gets_the_readable_form_too_but_no_secret(stdout: Stdout, monkeypatch) -> None:
    monkeypatch.setattr(output, "safety", Safety(pipeline=True))
    err = io.StringIO()
    stand_in(monkeypatch, stdout, err)
    assert output.hand_back(command(), {"a": 1}, ["× no", "  why"]) == {"a": 1}
    assert output.hand_out(command(), {"key": "k"}, ["k"]) == {"key": "k"}
    assert err.getvalue() == "× no\n  why\n" and not output.data_alone(command())
    output.account(["first", "second"], problem=False)
    assert err.getvalue().endswith("first\nsecond\n")


def test_only_show_errors(monkeypatch, capsys) -> None:
    monkeypatch.setattr(output, "appearance", Appearance(only_errors=True))
    output.say("progress")
    output.report(["× broken"])
    output.account(["√ 3 messages"], problem=False)
    output.account(["× 3 messages", "more"], problem=True)
    assert capsys.readouterr() == ("", "× broken\n× 3 messages\n")


def test_no_bar_on_a_terminal_that_only_shows_characters(monkeypatch) -> None:
    for appearance, shown in (
        (Appearance(), True),
        (Appearance(dumb=True), False),
        (Appearance(only_errors=True), False),
    ):
        monkeypatch.setattr(output, "appearance", appearance)
        monkeypatch.setattr(sys, "stderr", Terminal())
        output.Bar().show("50 %")
        assert bool(sys.stderr.getvalue()) is shown


def test_a_secret_is_hidden_before_the_line_is_broken(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(output, "safety", Safety(lambda text: text.replace("two words", "***")))
    output.say("x" * 50 + " and two words")
    assert "words" not in sys.stderr.getvalue() and "***" in sys.stderr.getvalue()


class Terminal(io.StringIO):
    """A stderr that a person watches."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


LOGGED = "\x1b[33mWARNING: " + "word " * 20 + "end.\x1b[0m\n"


def test_warnings_and_errors_of_az_are_wrapped_too(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        output.Errors(stream, str).write(LOGGED)
    assert pipe.getvalue() == LOGGED
    lines = terminal.getvalue().splitlines()
    assert len(lines) == 2 and " ".join(lines) + "\n" == LOGGED
    assert lines[0].startswith("\x1b[33mWARNING: word") and 50 < len(lines[0]) <= 60 + len("\x1b[33m")


def test_what_does_not_begin_a_line_stays_as_it_is(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    errors = output.Errors(terminal := Terminal(), str)
    bar = "\r" + "word " * 20
    for text in ("Really? ", LOGGED, bar):
        errors.write(text)
    assert terminal.getvalue() == f"Really? {LOGGED}{bar}"


def test_rows_are_wrapped_on_a_terminal_below_their_columns(stdout: Stdout, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(output, "query", lambda cmd: None)
    row = {"Device": "x", "Status": "device-disabled", "Authentication": "sas", "Note": "stolen in spring"}
    view = view_of_data(widths={"Device": 20, "Status": 20})
    stdout.terminal = True
    monkeypatch.setattr(output, "appearance", Appearance(colours=True))
    form, _ = output.rows_form(command(), view)
    *_, first, second = form(row).decode().splitlines()
    assert first.split() == ["x", "device-disabled", "sas"] and second == f"{'':22}stolen in spring"
    stdout.terminal = False
    monkeypatch.setattr(output, "appearance", Appearance(plain=True))
    form, _ = output.rows_form(command(), view)
    assert form(row).decode().splitlines()[-1].endswith("stolen in spring")

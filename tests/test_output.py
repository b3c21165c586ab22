"""The terminal and the exit code, on every kind of stdout."""

from __future__ import annotations

import os
import re
import sys
from types import SimpleNamespace

import pytest

from azext_iotdiag import output
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


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("110", 110), ("500", output.WIDEST)])
def test_lines_are_as_wide_as_the_terminal_but_can_be_read(monkeypatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert output.width() == width

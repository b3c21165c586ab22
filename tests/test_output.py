"""The terminal and the exit code, on every kind of stdout."""

from __future__ import annotations

import functools
import io
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from azext_iotdiag import output
from azext_iotdiag.model.check import Check, CheckResult, Status

CHECK = Check("it-is-well", "It is well", lambda: ())


class Stdout(io.TextIOWrapper):
    """A stdout on bytes in memory that counts how often it is flushed."""

    def __init__(self, terminal: bool = False, raw: io.RawIOBase | None = None):
        super().__init__(raw or io.BytesIO(), encoding="utf-8", write_through=False)
        self.terminal = terminal
        self.flushed = 0

    def isatty(self) -> bool:
        return self.terminal

    def flush(self) -> None:
        self.flushed += 1
        super().flush()


def command(*params: str, form: str = "json") -> SimpleNamespace:
    """What a command gets from az."""
    invocation = SimpleNamespace(data={"output": form})
    events: list = []
    context = SimpleNamespace(
        data={"safe_params": list(params)}, invocation=invocation, events=events,
        register_event=lambda _name, act: events.append(act), unregister_event=lambda _name, act: events.remove(act),
    )  # fmt: skip
    return SimpleNamespace(cli_ctx=context)


def stand_in(monkeypatch: pytest.MonkeyPatch, stdout, stderr=None) -> None:
    """Give output.py these streams. pytest sets sys.stdout anew after the fixtures, so that is no place for them."""
    monkeypatch.setattr(output, "sys", SimpleNamespace(stdout=stdout, stderr=stderr, exit=sys.exit))
    monkeypatch.setattr(output, "print", functools.partial(print, file=stdout), raising=False)


@pytest.fixture
def stdout(monkeypatch: pytest.MonkeyPatch) -> Stdout:
    made = Stdout()
    stand_in(monkeypatch, made)
    return made


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


class Chunks:
    """A source of chunks that raises the exceptions among them and knows whether it was closed."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.closed = False

    def __call__(self):
        try:
            while self.steps:
                step = self.steps.pop(0)
                if isinstance(step, BaseException):
                    raise step
                yield step() if callable(step) else step
        finally:
            self.closed = True


@pytest.mark.parametrize(("steps", "flushes"), [
    ([], 1), ([b"a"], 1), ([None, None], 1), ([b"a", b"b", None, b"c"], 2), ([b"a", None, None, b"b", None], 3),
])  # fmt: skip
def test_stream_flushes_where_nothing_is_left(stdout: Stdout, steps, flushes: int) -> None:
    assert output.stream(Chunks(*steps)()) == ""
    assert stdout.flushed == flushes
    assert stdout.buffer.getvalue() == b"".join(step for step in steps if step)


def test_nothing_is_held_back_at_a_none(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    raw = io.BytesIO()
    stand_in(monkeypatch, Stdout(raw=io.BufferedWriter(raw)))

    def look() -> None:  # as a step it gives None, the sign to flush
        seen.append(raw.getvalue())

    output.stream(Chunks(b"a", look, b"b", None, look, b"c", look, look)())
    assert seen == [b"", b"ab", b"ab", b"abc"]


@pytest.mark.parametrize("last", [None, KeyboardInterrupt(), ValueError("x")])
def test_the_source_is_closed(stdout: Stdout, last: BaseException | None) -> None:
    source = Chunks(b"a", last)
    try:
        output.stream(source())
    except ValueError as error:
        assert str(error) == "x"
    assert source.closed


def test_interrupted(stdout: Stdout) -> None:
    source = Chunks(b"a", KeyboardInterrupt(), b"b")
    assert output.stream(source()) == "interrupted"
    assert (stdout.buffer.getvalue(), source.closed, stdout.flushed) == (b"a", True, 1)


class Interrupted(io.FileIO):
    """A stdout without a buffer, as PYTHONUNBUFFERED makes it, whose first writes are interrupted."""

    def __init__(self, to: int, times: int):
        super().__init__(to, "wb")
        self.times = times

    def write(self, data) -> int:
        self.times -= 1
        if self.times >= 0:
            raise KeyboardInterrupt
        return super().write(data)


@pytest.mark.parametrize(("times", "left"), [(0, b"ab"), (1, b"ab"), (2, b"")])
def test_interrupted_while_writing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, times: int, left: bytes) -> None:
    """One Ctrl-C ends the stream, and what was shown is written; a second one gives that up."""
    source = Chunks(b"a", b"b")
    with Interrupted(os.open(tmp_path / "out", os.O_CREAT | os.O_WRONLY), times) as raw:
        stand_in(monkeypatch, SimpleNamespace(buffer=raw, flush=lambda: None, fileno=raw.fileno))
        assert output.stream(source()) == ("interrupted" if times else "")
        assert source.closed and not raw.closed
    assert (tmp_path / "out").read_bytes() == left


def test_without_a_buffer_not_every_chunk_is_a_system_call(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    class Counted(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            sizes.append(len(data))
            return len(data)

    stand_in(monkeypatch, SimpleNamespace(buffer=Counted(), flush=lambda: None))
    assert output.stream(Chunks(*[b"x" * 100] * 50, None, b"y")()) == ""
    assert sizes == [5000, 1]


def test_a_text_stream_in_place_of_stdout(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced = io.StringIO()
    stand_in(monkeypatch, replaced)
    assert output.stream(Chunks("grün\n".encode(), None)()) == ""
    assert replaced.getvalue() == "grün\n"


@pytest.fixture
def closed_pipe(monkeypatch: pytest.MonkeyPatch):
    """A stdout that is a real pipe which nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    stdout = open(writing, "w", encoding="utf-8")  # noqa: SIM115  # closed below, as late as the interpreter would
    stand_in(monkeypatch, stdout)
    yield stdout
    stdout.close()  # would raise BrokenPipeError if the pipe were still there with something to write


@pytest.mark.parametrize("steps", [[b"a", None, b"b"], [b"a"], [b"x" * 100_000, b"y" * 100_000], [None, b"a"]])
def test_a_closed_pipe(closed_pipe, steps) -> None:
    source = Chunks(*steps)
    assert output.stream(source()) == "pipe-closed"
    assert source.closed
    closed_pipe.write("what az may still write goes nowhere")
    closed_pipe.flush()


def test_interrupted_with_something_left_for_a_closed_pipe(closed_pipe) -> None:
    """Ctrl-C in a shell ends the whole pipeline, so that the last flush finds nobody."""
    assert output.stream(Chunks(b"a", KeyboardInterrupt())()) == "interrupted"
    closed_pipe.flush()


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


def results(*statuses: str) -> list[CheckResult]:
    return [CheckResult(CHECK, Status(status)) for status in statuses]


@pytest.mark.parametrize(("statuses", "code"), [
    ([], 0), (["pass"], 0), (["skip"], 0), (["warn", "pass"], 0), (["error"], 5), (["fail"], 4),
    (["pass", "error", "warn"], 5), (["error", "fail"], 4), (["fail", "error", "skip"], 4),
])  # fmt: skip
def test_exit_code(statuses: list[str], code: int) -> None:
    assert output.exit_code(results(*statuses)) == code


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

"""stdin, stdout and stderr of a real process that are closed, full, broken or without letters for what is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.plugins import az

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell redirects the streams")
SECONDS = 60
TEXT = "grün \U0001f600 \u202e \x9b2J"
MODEL = {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:t;1", "@type": "Interface", "displayName": TEXT,
    "contents": [{"@type": "Telemetry", "name": "temperature", "schema": "double"}]}  # fmt: skip


@pytest.fixture
def messages(tmp_path: Path) -> str:
    path = tmp_path / "messages.json"
    path.write_bytes(b'{"temperature": 21.5}\n' * 40)
    return str(path)


@pytest.fixture
def model(tmp_path: Path) -> str:
    """A model with a title that not every terminal has letters for."""
    path = tmp_path / "model.json"
    path.write_text(json.dumps(MODEL), encoding="utf-8")
    return str(path)


def run(redirected: str, *words: str, stdout: int = subprocess.PIPE, **environment: str) -> az.Run:
    """A command in a shell, with its streams redirected as the shell writes it."""
    az.install()
    command = ["sh", "-c", f'exec "$@" {redirected}', "sh", sys.executable, "-m", "azure.cli", "iot", "diag", *words]
    done = subprocess.run(
        command, cwd=os.environ["AZURE_CONFIG_DIR"], env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        stdout=stdout, stderr=subprocess.PIPE, timeout=SECONDS, check=False,
    )  # fmt: skip
    return az.Run(done.returncode, done.stdout or b"", done.stderr.decode("utf-8", "replace"))


def is_quiet(text: str) -> bool:
    """Whether Python itself said nothing."""
    return not any(mark in text for mark in ("Traceback", "Exception ignored", "unexpectedly", "Errno"))


full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")


@pytest.mark.parametrize(("redirected", "why"), [
    pytest.param(">/dev/full", "No space left on device", marks=full), (">&-", "it is closed"),
])  # fmt: skip
@pytest.mark.parametrize(
    "words", [["explain", "401003"], ["validate", "messages", "-o", "json", "--file"]], ids=" ".join
)
def test_a_result_that_cannot_be_written_is_an_error(
    messages: str, redirected: str, why: str, words: list[str]
) -> None:
    done = run(redirected, *words, *([messages] if "--file" in words else []))
    assert done.code == 1 and f"The result cannot be written to stdout: {why}." in done.err and is_quiet(done.err)


@pytest.mark.parametrize(
    "words", [["explain", "--list"], ["validate", "messages", "-o", "json", "--file"]], ids=" ".join
)
def test_a_broken_pipe_is_no_error(messages: str, words: list[str]) -> None:
    done = run("| true", *words, *([messages] if "--file" in words else []))
    assert is_quiet(done.err) and "ERROR" not in done.err


@pytest.mark.parametrize("redirected", ["2>&-", pytest.param("2>/dev/full", marks=full)])
def test_what_stderr_does_not_take_is_not_on_stdout(messages: str, redirected: str) -> None:
    done = run(redirected, "validate", "messages", "-o", "json", "--file", messages)
    assert done.code == 0 and json.loads(done.out)["messages"] == 40
    assert run(redirected, "lab", "status", "--name", "/").code == 1


@pytest.mark.parametrize(
    "words", [["explain"], ["explain", "-"], ["validate", "messages", "--file", "-"]], ids=" ".join
)
def test_a_closed_stdin_is_an_empty_one(words: list[str]) -> None:
    closed, empty = run("<&-", *words), run("", *words)
    assert (closed.code, closed.out, closed.err) == (empty.code, empty.out, empty.err) and is_quiet(closed.err)


def test_a_closed_stdin_confirms_nothing() -> None:
    done = run("<&-", "key", "renew", "-n", "hub", "-d", "x", "--key-type", "swap")
    assert done.code == 1 and "--yes" in done.err and is_quiet(done.err)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437:ignore"])
def test_no_letter_of_a_result_is_lost(model: str, encoding: str) -> None:
    done = run("", "template", "show", "--model", model, "-o", "json", PYTHONIOENCODING=encoding)
    assert json.loads(done.out.decode(encoding.partition(":")[0]))["displayName"] == TEXT and is_quiet(done.err)


def on_terminal(*words: str, **environment: str) -> tuple[int, bytes]:
    """What a command of ours writes to a terminal, and its exit code."""
    ours, theirs = os.openpty()
    pieces: list[bytes] = []
    reading = threading.Thread(target=lambda: pieces.extend(iter(lambda: _read(ours), b"")))
    reading.start()
    try:
        done = run("", *words, stdout=theirs, **environment)
    finally:
        os.close(theirs)
        reading.join(SECONDS)
        os.close(ours)
    return done.code, b"".join(pieces)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so where the other end is closed
        return b""


LOCALES = [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C"}]


def shown(written: bytes, locale: dict[str, str]) -> str:
    """What a terminal shows, none of which steers it."""
    text = written.decode(locale.get("PYTHONIOENCODING", "utf-8"))
    assert not {*"\x9b\u202e\x1b"} & {*text}
    return text


@pytest.mark.parametrize("locale", LOCALES, ids=str)
def test_nothing_is_lost_on_a_terminal_with_few_letters(model: str, locale: dict[str, str]) -> None:
    code, written = on_terminal("template", "show", "--model", model, "-o", "json", **locale)
    assert code == 0 and json.loads(shown(written, locale))["displayName"] == TEXT
    code, written = on_terminal("template", "show", "--model", model, **locale)
    assert code == 0 and "\\u202e" in shown(written, locale)


@pytest.mark.parametrize("locale", LOCALES, ids=str)
def test_nothing_of_a_stream_is_lost_there(model: str, tmp_path: Path, locale: dict[str, str]) -> None:
    (tmp_path / "bad.json").write_text(json.dumps({"temperature": TEXT}), encoding="utf-8")
    words = ["validate", "messages", "--file", str(tmp_path / "bad.json"), "--model", model]
    code, written = on_terminal(*words, "-o", "json", **locale)
    assert code == 4 and TEXT in json.loads(shown(written, locale).splitlines()[0])["message"]
    code, written = on_terminal(*words, **locale)
    assert code == 4 and "gr" in shown(written, locale)

"""`monitor events` as a process: pipes that close, signals, no terminal."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.plugins.az import finished

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals and shells are those of POSIX")]
ALL = ("--since", "1h")


@contextlib.contextmanager
def running(flow, *arguments: str, **options) -> Iterator[subprocess.Popen]:
    """A process that reads all partitions, and is gone afterwards."""
    process = flow.start(*arguments, **options)
    try:
        flow.wait_for(lambda: flow.readers() == 4 or process.poll() is not None, "four readers")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def test_whoever_reads_one_line_ends_it_well(flow) -> None:
    flow.send(*[b'{"n":1}'] * 3)
    with (
        subprocess.Popen(["head", "-n", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as head,
        running(flow, *ALL, stdout=head.stdin) as process,
    ):
        head.stdin.close()
        assert b'"payload":{"n":1}' in head.stdout.read()
        flow.send(b"2")  # the pipe's end is noticed with the next message
        run = flow.judged(finished(process, 10))
    assert run.code == 0
    assert "the program that read the output has ended" in run.err
    assert "BrokenPipe" not in run.err and "[" not in run.err  # and no finding


@pytest.mark.parametrize("sent", [0, 3])
def test_ctrl_c_ends_it_well(flow, sent: int) -> None:
    flow.send(*[b'{"n":1}'] * sent)
    with running(flow, *ALL) as process:
        for _ in range(sent):
            assert b'"payload":{"n":1}' in process.stdout.readline()
        if not sent:
            while b"Receiving from 4 of 4" not in process.stderr.readline():
                assert process.poll() is None
        process.send_signal(signal.SIGINT)
        run = flow.judged(finished(process, 10))
    assert run.code == 0
    assert f"{sent} messages in" in run.err and "Ended: Ctrl-C or a signal." in run.err
    flow.wait_for(lambda: flow.readers() == 0, "the readers to leave")


def test_ctrl_c_that_ends_the_reader_of_the_output_too(flow) -> None:
    """A terminal sends SIGINT to the whole pipeline; what is left in the buffer then has nowhere to go."""
    flow.send(b"1")
    with running(flow, *ALL) as process:
        assert b'"payload":1' in process.stdout.readline()
        process.stdout.close()
        process.send_signal(signal.SIGINT)
        run = finished(process, 10)
    assert run.code == 0
    assert "Ended: Ctrl-C or a signal." in run.err and "Exception ignored" not in run.err and "Traceback" not in run.err


def test_without_any_terminal(flow) -> None:
    flow.send(b"1")
    process = flow.start(*ALL, "--max-messages", "1", start_new_session=True)
    run = flow.judged(finished(process))
    assert (run.code, len(run.messages)) == (0, 1)


def test_closed_standard_streams(flow) -> None:
    flow.send(b"1")
    process = flow.start(*ALL, "--max-messages", "1", preexec_fn=lambda: os.close(0), stdin=None)
    run = flow.judged(finished(process))
    assert (run.code, len(run.messages)) == (0, 1)


def test_messages_are_shown_as_they_come(flow) -> None:
    """Nothing is held back in a buffer while nothing more comes."""
    with running(flow) as process:
        for number in range(3):
            flow.send(b'{"n":%d}' % number)
            assert b'"payload":{"n":%d}' % number in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert finished(process, 10).code == 0


def test_a_person_at_a_terminal_gets_the_human_form(flow) -> None:
    """A message cannot steer the terminal, whatever is in it."""
    flow.send(b'{"a":1}', "warm \x9b31m \u202eereht".encode(), name="\x1b]0;evil\x07")
    mine, its = os.openpty()
    try:
        process = flow.start(*ALL, "--max-messages", "2", stdout=its)
        run = flow.judged(finished(process))
        shown = os.read(mine, 65536)
    finally:
        os.close(mine)
        os.close(its)
    assert run.code == 0
    assert b'  device-1  {"a":1}\r\n' in shown
    assert b"warm \\x9b31m \\u202eereht" in shown and b"properties: name=\\x1b]0;evil\\x07" in shown
    assert b"\x1b" not in shown and b"\xc2\x9b" not in shown

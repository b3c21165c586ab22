"""The terminal and the exit code: the only file that prints. What is said is decided elsewhere."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.exit_codes import HEALTHY, INTERRUPTED, MISSING, PROBLEM, UNDETERMINED, worst
from azext_iotdiag.render import terminal_safe
from azext_iotdiag.render.appearance import Appearance
from azext_iotdiag.render.safety import Safety

if TYPE_CHECKING:  # what only some commands need is imported by these
    from azext_iotdiag.render.annotations import Annotation
    from azext_iotdiag.render.rows import Query, View
    from azext_iotdiag.sessions.events import Event, Session

USUAL_COLUMNS = 80  # of a terminal that does not say
STDOUT = "<stdout>"  # the file name in an OSError of writing there

# Set for each command by `boundary.py`: the rules for what goes out, and how lines for people look.
safety = Safety()
appearance = Appearance()
__all__ = ["HEALTHY", "INTERRUPTED", "MISSING", "PROBLEM", "UNDETERMINED", "worst"]

_FORM_OPTIONS = {"-o", "--output", "--query"}


def for_person(cmd) -> bool:
    """Whether the readable form is wanted: by --plain, or because stdout is a terminal and no form was asked for."""
    return _for_person(cmd.cli_ctx)


def _for_person(cli_ctx) -> bool:
    return appearance.plain or (sys.stdout.isatty() and not _form_options(cli_ctx))


def _form_options(cli_ctx) -> set[str]:
    """The options of the command line that ask for one of az's forms."""
    return set(cli_ctx.data.get("safe_params") or ()) & _FORM_OPTIONS


def speak_plainly(cmd) -> None:
    """Give results in the readable form for the rest of this command, also in a pipe or a file.

    Raises MutuallyExclusiveArgumentError where the command line asks for another form, too.
    """
    global appearance  # pylint: disable=global-statement  # it is one for each command, as `safety` is
    if others := _form_options(cmd.cli_ctx):
        from azure.cli.core.azclierror import MutuallyExclusiveArgumentError

        raise MutuallyExclusiveArgumentError(
            f"--plain and {' and '.join(sorted(others))} ask for different forms of the result.",
            recommendation="Give one of them.",
        )
    appearance = replace(appearance, plain=True)


def form_of_stdout(cli_ctx) -> str:
    """The form of what goes to stdout: "text" for a person, else the one that az was asked for."""
    return "text" if _for_person(cli_ctx) else cli_ctx.invocation.data["output"]


def width(stream: Any) -> int | None:
    """How many columns the terminal has that shows this stream; None where no terminal does."""
    if not _is_terminal(stream):
        return None
    with suppress(ValueError):
        if (told := int(os.environ.get("COLUMNS", "0"))) > 0:
            return told
    with suppress(OSError, AttributeError, ValueError):  # no file, or one that has no size
        return os.get_terminal_size(stream.fileno()).columns or USUAL_COLUMNS
    return USUAL_COLUMNS


def _laid_out(line: str, stream: Any) -> Iterator[str]:
    """A safe line as this stream shows it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    for each in line.split("\n"):
        yield from appearance.shown(each, encoding=encoding, width=width(stream))


def on_stdout(line: str) -> str:
    """A line or more for a person, as stdout shows them."""
    return "\n".join(_laid_out(line, sys.stdout))


def form(cmd) -> str:
    """The output form az was asked for: json, jsonc, yaml, yamlc, table, tsv or none."""
    return cmd.cli_ctx.invocation.data["output"]


def say(line: str = "", *, problem: bool = False) -> None:
    """A line for people, on stderr. With --only-show-errors only a `problem` is said."""
    if appearance.only_errors and not problem:
        return
    # A secret is taken out before the line is broken, because its parts would not be found.
    clean = safety.secrets(line) if safety.secrets else line
    shown = terminal_safe.shown(clean) if sys.stderr.isatty() else clean
    try:
        for each in _laid_out(shown, sys.stderr):
            print(each, file=sys.stderr)
        sys.stderr.flush()
    except BrokenPipeError:
        _forget(sys.stderr)


def say_all(lines: Iterable[str]) -> None:
    """Lines for people, on stderr."""
    for line in lines:
        say(line)


def report(lines: Iterable[str]) -> None:
    """The lines of a verdict, on stderr. They are problems, so --only-show-errors leaves them."""
    for line in lines:
        say(line, problem=True)


def hears(lines_of: Callable[[Any], Iterable[str]]) -> Callable[[Any], None]:
    """What says, of each event that it is given, the lines that `lines_of` makes of it."""
    return lambda event: say_all(lines_of(event))


def annotate_build(found: Iterable[Annotation]) -> None:
    """Show what is wrong on the page of a run, where a build server runs this."""
    from azext_iotdiag.render.annotations import commands

    for command, words in commands(found, os.environ):
        annotate(command, words)


def save(option: str, path: str | None, made: Callable[[], bytes], *, private: bool = False, new: bool = False) -> None:
    """Write a file that an option asked for, if it did. Only this user may read a `private` one.

    A `new` one takes the place of no other file. Raises FileOperationError.
    """
    if path is None:
        return
    from azure.cli.core.azclierror import FileOperationError

    try:
        with open(path, "xb" if new else "wb", opener=_private if private else None) as file:
            file.write(safety.secrets(made().decode("utf-8")).encode("utf-8"))
    except OSError as wrong:
        raise FileOperationError(f"{option} {path} cannot be written: {wrong.strerror}.") from None


def _private(path: str, flags: int) -> int:
    """Open a file that only this user may read, also where it was there before."""
    descriptor = os.open(path, flags, 0o600)
    if hasattr(os, "fchmod"):  # Windows has other rights
        os.fchmod(descriptor, 0o600)
    return descriptor


def annotate(command: str, words: str) -> None:
    """A command of our own, on stderr: the only one that a build server gets. Its words start no other."""
    shown = f"{command}{safety.text('text', terminal=False)(words)}\n"
    getattr(sys.stderr, "write_as_it_is", sys.stderr.write)(shown)
    sys.stderr.flush()


class Errors:
    """stderr while a command of ours runs: `safe` sees every write, and a terminal gets lines of its width.

    Where nothing can be written, it is let go.
    """

    def __init__(self, stream: Any, safe: Callable[[str], str]):
        self._stream, self._safe = stream, safe
        self._begins_line = True

    def write(self, text: str) -> int:
        """Write the text as it is safe."""
        self.write_as_it_is(self._wrapped(self._safe(text)))
        return len(text)

    def _wrapped(self, text: str) -> str:
        """The text with az's own warnings and errors broken at the width. What moves the cursor back stays whole."""
        begins = self._begins_line
        if text:
            self._begins_line = text.endswith("\n")
        columns = width(self._stream)
        if columns is None or len(text) <= columns or not begins or "\r" in text:
            return text
        from azext_iotdiag.render import wrapping

        return "\n".join(part for line in text.split("\n") for part in wrapping.wrapped(line, columns))

    def write_as_it_is(self, text: str) -> None:
        """Write what is safe already, or is a command of our own."""
        try:
            if self._stream is not None:
                self._stream.write(text)
        except OSError:  # a closed pipe or a full disk: there is no other place to say so
            _forget(self._stream)

    def flush(self) -> None:
        """Pass on what is held back."""
        try:
            if self._stream is not None:
                self._stream.flush()
        except OSError:
            _forget(self._stream)

    def isatty(self) -> bool:
        """Whether a terminal shows it."""
        return self._stream is not None and self._stream.isatty()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class OutputClosed:
    """stdout where the process was started without one, in which case Python has none: all writing fails."""

    encoding = "utf-8"
    closed = False

    def write(self, text: str) -> int:
        """Fail, unless there is nothing to write."""
        if text:
            raise OSError(errno.EBADF, "it is closed", STDOUT)
        return 0

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        """No terminal shows it."""
        return False


class Bar:
    """A line on stderr that is written over and over, where stderr is a terminal, and nothing elsewhere."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty() and not appearance.dumb and not appearance.only_errors
        self._shown = ""

    def show(self, text: str) -> None:
        """Put the text in the place of what the line shows."""
        if self._watched and text != self._shown:
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown = text

    def clear(self) -> None:
        """Make room for other lines."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown = ""


def hand_back(cmd, data: Any, lines: Iterable[str]) -> Any:
    """The value a command returns: `data` for az to format, or None once `lines` were printed for a person.

    A pipeline's log gets the lines on stderr, beside the data on stdout.
    """
    if not for_person(cmd):
        if safety.pipeline:
            say_all(lines)
        return data
    return _print(lines)


def data_alone(cmd) -> bool:
    """Whether `hand_back` shows the data only, so that a sentence for people may stand on stderr."""
    return not for_person(cmd) and not safety.pipeline


def hand_out(cmd, data: Any, lines: Iterable[str]) -> Any:
    """The same for a result that holds a key or a token: it goes to stdout and nowhere else."""
    return _print(lines) if for_person(cmd) else data


def _print(lines: Iterable[str]) -> None:
    safe = safety.text("text", terminal=True)
    with _telling_of_stdout(sys.stdout):
        for line in lines:
            for each in _laid_out(safe(line), sys.stdout):
                print(terminal_safe.encodable(each, sys.stdout.encoding))
        sys.stdout.flush()


def result(text: str, file: Any = None) -> None:
    """Write what az has made of a command's result, to stdout or the file that az was given in its place."""
    out = sys.stdout if file is None else file
    form = safety.form()
    text = terminal_safe.encodable(text, getattr(out, "encoding", None) or "utf-8", form)
    with _telling_of_stdout(out):
        out.write(safety.text(form, terminal=_is_terminal(out))(text))
        out.flush()


def _is_terminal(out: Any) -> bool:
    return hasattr(out, "isatty") and out.isatty()  # what a host program puts in place of stdout may lack it


@contextmanager
def _telling_of_stdout(out: Any) -> Iterator[None]:
    """A closed pipe is no error; any other that writing brings is marked as one of stdout."""
    try:
        yield
    except BrokenPipeError:
        _forget(out)
    except OSError as wrong:
        _forget(out)
        wrong.filename = STDOUT
        raise


def account(lines: Iterable[str], *, problem: bool) -> None:
    """What a stream of data came to, on stderr: its first line, and all of them in a pipeline's log."""
    for line in lines:
        say(line, problem=problem)
        if not safety.pipeline:
            break


def emit(cmd, data: Any, lines: Iterable[str]) -> None:
    """Print a result at once, as a command that goes on running must: in az's form, or as lines for a person.

    It may hold keys, so a pipeline's log does not get the lines.
    """
    left = hand_out(cmd, data, lines)
    if left is None:
        return
    from knack.util import CommandResultItem

    producer = cmd.cli_ctx.output
    made = CommandResultItem(left, table_transformer=getattr(cmd, "table_transformer", None))
    producer.out(made, formatter=producer.get_formatter(form(cmd)))
    sys.stdout.flush()


def stream_form(cmd) -> str:
    """The form of a stream's messages: "text" for a person, else json, yaml, table, tsv or none."""
    return "text" if for_person(cmd) else {"jsonc": "json", "yamlc": "yaml"}.get(form(cmd), form(cmd))


def colour(cmd) -> Callable[[str], str] | None:
    """What paints a stream's messages where -o jsonc or yamlc asks for it and az shows colours, else None."""
    if for_person(cmd) or form(cmd) not in ("jsonc", "yamlc") or not cmd.cli_ctx.enable_color:
        return None
    from pygments import highlight
    from pygments.formatters import get_formatter_by_name
    from pygments.lexers import get_lexer_by_name

    lexer, formatter = get_lexer_by_name(form(cmd)[:4]), get_formatter_by_name("terminal")
    return lambda text: highlight(text, lexer, formatter) if text else text


def query(cmd) -> Callable[[Any], Any] | None:
    """az's --query as a function to be applied to each message, or None where none was asked for.

    It then is no longer applied to what the command returns. Raises InvalidArgumentValueError where it calls a function
    that JMESPath does not have, or with too few arguments; a syntax error never comes so far.
    """
    from knack.events import EVENT_INVOKER_FILTER_RESULT

    # Knack keeps the compiled query nowhere but in a handler of this event, which strikes itself off after one result.
    handlers = cmd.cli_ctx._event_handlers[EVENT_INVOKER_FILTER_RESULT]  # pylint: disable=protected-access
    kept = next((each for each in handlers if each.__module__ == "knack.query"), None)
    if kept is None:
        return None
    cmd.cli_ctx.unregister_event(EVENT_INVOKER_FILTER_RESULT, kept)
    unregistered = SimpleNamespace(unregister_event=lambda *_: None)

    def search(value: Any) -> Any:
        data = {"result": value}
        kept(unregistered, event_data=data)
        return data["result"]

    _try_out(search)
    return search


def rows_form(cmd, view: View) -> tuple[Callable[[Any], bytes], Query | None]:
    """What makes of each thing of a stream what goes to stdout, in the form that az was asked for; the query in it."""
    from azext_iotdiag.render import rows

    asked = asked_query(cmd)
    made = rows.form(stream_form(cmd), view, query=asked, colour=colour(cmd))
    if not for_person(cmd):
        return made, asked
    return lambda thing: on_stdout(made(thing).decode()).encode(), asked


def asked_query(cmd) -> Query | None:
    """az's --query, to be applied to one thing after the other; None where none was asked for."""
    from azext_iotdiag.render import rows

    search = query(cmd)
    return rows.Query(search) if search else None


def _try_out(search: Callable[[Any], Any]) -> None:
    from azure.cli.core.azclierror import InvalidArgumentValueError
    from jmespath.exceptions import ArityError, JMESPathError, UnknownFunctionError

    try:
        search({})
    except (ArityError, UnknownFunctionError) as wrong:
        raise InvalidArgumentValueError(
            f"--query cannot be applied: {wrong}.", recommendation="The functions are listed at https://jmespath.org"
        ) from None
    except JMESPathError:
        pass  # an empty object lacks what the query asks for; a message may have it


def show(session: Session, told: Callable[[Any], Iterable[str]] | None = None) -> Any:
    """Write what a session shows to stdout and say what it tells on stderr, to its end. Returns its last event.

    Ctrl-C, and a pipe that is closed at its other end, end the iteration. The session is then asked for its end, and
    gets to know which it was. Raises KeyboardInterrupt for Ctrl-C during that end.
    `told` makes lines of its events; without it, they are those of `sessions.events`.
    """
    screen = _Screen(told)
    last: Any = None
    try:
        stopped = stream(iter(session), screen)
        for item in session.end(End(stopped) if stopped else None):
            if type(item) is bytes:
                stream(chunk for chunk in (item,))
            elif item is not None:
                screen.hear(item)
                last = item
    finally:
        screen.clear()
    return last


def hear(event: Event) -> None:
    """Say what a session tells, while it cannot yield it."""
    from azext_iotdiag.render import session

    for line in session.lines(event):
        say(line)


class _Screen:
    """What hears the events of a session, with a bar for its progress that makes room for all else."""

    def __init__(self, told: Callable[[Any], Iterable[str]] | None = None) -> None:
        self._bar = Bar()
        self.clear = self._bar.clear
        self._hear = hears(told) if told else hear
        self._bars: type[Any] | None = None
        if told is None:
            from azext_iotdiag.render import session
            from azext_iotdiag.sessions.events import Progress

            self._bars, self._text = Progress, session.progress

    def hear(self, event: Any) -> None:
        """Say an event."""
        if type(event) is self._bars:
            self._bar.show(self._text(event))
            return
        self._bar.clear()
        self._hear(event)


class _NoScreen:
    """In the place of a screen, for chunks among which there are no events."""

    def hear(self, event: Any) -> None:
        """Refuse what is no chunk."""
        raise TypeError(f"{type(event).__name__} is neither bytes nor None")

    def clear(self) -> None:
        """There is no bar."""


def stream(chunks: Generator[Any, None, None], screen: _Screen | _NoScreen | None = None) -> str:
    """Write a stream's chunks to stdout as they come, and flush wherever a None says that nothing is left for now.

    What is neither bytes nor None is an event, which the screen hears when all before it is shown. Returns "" when the
    chunks ended, "interrupted" for Ctrl-C, "pipe-closed" when the reader has ended. The chunks' source is closed in
    every case.
    """
    screen = screen or _NoScreen()
    with _buffered() as plain:
        out = _made_safe(plain)
        written = False
        try:
            for chunk in chunks:
                if type(chunk) is bytes:
                    if not written:
                        screen.clear()
                        written = True
                    out.write(chunk)
                    continue
                if written:
                    out.flush()
                    written = False
                if chunk is not None:
                    screen.hear(chunk)
            out.flush()
            return ""
        except KeyboardInterrupt:
            _flush_or_forget(out)  # Ctrl-C ends what reads our output, too
            return "interrupted"
        except BrokenPipeError:
            _forget(sys.stdout)
            return "pipe-closed"
        finally:
            chunks.close()


def _made_safe(out: Any) -> Any:
    """The same stdout, every chunk of which is first made safe where it has to be."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    safe = safety.chunks(safety.form(), terminal=_is_terminal(sys.stdout), encoding=encoding)
    if safe is None:
        return out
    return SimpleNamespace(write=lambda chunk: out.write(safe(chunk)), flush=out.flush)


@contextmanager
def _buffered() -> Iterator[Any]:
    """stdout for bytes. It has a buffer even under PYTHONUNBUFFERED, where each write would be a system call."""
    buffer = getattr(sys.stdout, "buffer", None)
    raw = buffer.raw if type(buffer) is io.BufferedWriter else buffer
    if not isinstance(raw, io.RawIOBase):  # a test or a host program replaced stdout
        write = (lambda chunk: sys.stdout.write(chunk.decode("utf-8"))) if buffer is None else buffer.write
        yield SimpleNamespace(write=write, flush=sys.stdout.flush)
        return
    from azext_iotdiag.whole_chunks import BUFFER_BYTES, WholeChunks

    sys.stdout.flush()
    out: Any = WholeChunks(raw.fileno(), STDOUT) if type(raw) is io.FileIO else io.BufferedWriter(raw, BUFFER_BYTES)
    try:
        yield out
    finally:
        out.detach()  # else what is below would be closed together with its second buffer


def end(code: int) -> None:
    """End a command that has printed its own output, with an exit code."""
    if code:
        sys.exit(code)


def leave(cmd, code: int) -> None:
    """Arrange the exit code, to take effect after az has printed the command's result. 0 arranges nothing."""
    if not code:
        return
    from knack.events import EVENT_CLI_SUCCESSFUL_EXECUTE

    def exit_now(*_args, **_kwargs):
        cmd.cli_ctx.unregister_event(EVENT_CLI_SUCCESSFUL_EXECUTE, exit_now)  # `az interactive` runs on
        sys.stdout.flush()
        raise SystemExit(code)

    cmd.cli_ctx.register_event(EVENT_CLI_SUCCESSFUL_EXECUTE, exit_now)


def _flush_or_forget(out: Any) -> None:
    try:
        out.flush()
    except (BrokenPipeError, KeyboardInterrupt):  # a second Ctrl-C, because the reader takes no more
        _forget(sys.stdout)


def _forget(stream) -> None:
    """Keep the interpreter from flushing into a closed pipe at exit, which would print a traceback."""
    try:
        number = stream.fileno()
    except (OSError, AttributeError):  # a stream that is no file has nothing to flush there
        return
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, number)
    finally:
        os.close(devnull)

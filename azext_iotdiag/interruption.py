"""What a signal does to a command: it ends in order, and with an exit code of its own where its work was not done."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # SIGHUP: the terminal is gone; Windows has none
GRACE_SECONDS = 2.0  # after a second signal, until the process ends whatever it does
LOST_SECONDS = 0.02  # after an interruption was lost, until it comes again: the finalizer has then ended


def attend(cli_ctx: Any) -> None:
    """Let SIGTERM and SIGHUP end the command that az runs as Ctrl-C does, until it has ended.

    Where Ctrl-C ends it and the command does not answer for that itself, az would end with 1 and say nothing. It then
    ends with `output.INTERRUPTED`, and says so. Does nothing to signals outside the main thread, or where they are
    ignored, as under nohup. Does nothing where the command is attended already.
    """
    standing = signal.getsignal(signal.SIGINT)
    if isinstance(standing, _Handler) and not standing.over:
        return
    from knack.events import EVENT_CLI_POST_EXECUTE

    restore = _handle()

    def ended(cli: Any, **_: Any) -> None:  # `cli` has the result: `cli_ctx` is a copy for this command
        cli.unregister_event(EVENT_CLI_POST_EXECUTE, ended)  # `az interactive` runs on
        restore()
        _forget_interrupt()
        if isinstance(getattr(cli.result, "error", None), KeyboardInterrupt):
            from azext_iotdiag import output

            output.say("Interrupted: the command did not finish.")
            raise SystemExit(output.INTERRUPTED)

    cli_ctx.register_event(EVENT_CLI_POST_EXECUTE, ended)


class _Handler:
    """The first signal interrupts. The second does so too, which ends a clean-up; soon after, the process is gone.

    Python drops an exception that a finalizer raises. An interruption that came while one ran is therefore sent again.

    `over`: the command has ended. A signal that comes only then, while az and Python leave, changes no exit code.
    """

    def __init__(self) -> None:
        self.over = False
        self.came = 0
        self.lost = False
        self.number = 0  # of the last signal
        self.show_dropped = sys.unraisablehook

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self.over:
            _end_now()
        self.number = number
        if self.lost:
            self.lost = False  # the signal of before, again
            raise KeyboardInterrupt
        self.came += 1
        if self.came > 1:
            end = threading.Timer(GRACE_SECONDS, _end_now)
            end.daemon = True
            end.start()
        raise KeyboardInterrupt

    def dropped(self, unraisable: Any) -> None:
        """Send the signal again where Python dropped its exception. Pass on what else it dropped."""
        if isinstance(unraisable.exc_value, KeyboardInterrupt) and self.came and not self.over:
            self.lost = True
            again = threading.Timer(LOST_SECONDS, _interrupt_main, (self.number,))
            again.daemon = True
            again.start()
        else:
            self.show_dropped(unraisable)


def _handle() -> Any:
    """Handle the signals in one way. Returns what handles them again as before."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    handler, before = _Handler(), {}
    sys.unraisablehook = handler.dropped
    for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
        now = signal.getsignal(number)
        if now in (signal.SIG_DFL, signal.default_int_handler) or (isinstance(now, _Handler) and now.over):
            before[number] = signal.signal(number, handler)

    def restore() -> None:
        handler.over = True
        sys.unraisablehook = handler.show_dropped
        for number, old in before.items():
            ours = signal.getsignal(number) is handler
            if ours and (number == signal.SIGINT or not handler.came):
                signal.signal(number, old)

    return restore


def _forget_interrupt() -> None:
    """Let the process end with its own exit code after an interruption that was caught.

    Python 3.8 and later end a module that `python -m` runs, as az is, by SIGINT where KeyboardInterrupt left code that
    was compiled from a text, even if it was caught then. Such code makes the classes of `dataclasses`. The next code of
    that kind which ends well takes that back.
    """
    eval("None")  # pylint: disable=eval-used


def _interrupt_main(number: int) -> None:
    """Send the main thread a signal, which also ends its waits. Windows has signals for the whole process only."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(signal.Signals(number))


def _end_now() -> None:
    """End this process and those that work for it. Nothing is cleaned up: two signals asked for that."""
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for child in multiprocessing.active_children():
            child.kill()
    from azext_iotdiag import output

    os._exit(output.INTERRUPTED)

"""A lab inside this process: its event loop in a thread of its own, and the main thread following what it reports."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import os
import platform
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from azext_iotdiag.lab.audit.log import Record
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.process import beginning, description, limits, server
from azext_iotdiag.lab.process import folder as files
from azext_iotdiag.lab.process.errors import AlreadyRuns
from azext_iotdiag.lab.process.running import Running
from azext_iotdiag.lab.process.settings import Settings
from azext_iotdiag.lab.scenarios import stage
from azext_iotdiag.lab.scenarios.catalogue import SCENARIOS

CALL_SECONDS = 10.0
_LOCK_SECONDS = 0.5  # `lab status` takes the lock for a moment, to see whether it is held
_BACKLOG = 10_000  # records that wait to be shown; a terminal that is held up must not fill the memory
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # those that this system has

log = logging.getLogger(__name__)


class Hosted:
    """A lab that runs in a thread of this process. Only `call` may touch its state."""

    def __init__(self, running: Running, described: dict[str, Any], loop: asyncio.AbstractEventLoop):
        self.running = running
        self.description = described
        self._loop = loop
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        running.lab.audit.listen(self._hear)

    @property
    def state(self) -> Lab:
        """The lab's state, for functions that `call` runs."""
        return self.running.lab

    @property
    def runtime(self) -> Runtime:
        """The lab's own hub at work, for functions that `call` runs."""
        return self.running.lab.runtime

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Run a function in the lab's thread, await what it gives if need be, and return or raise the outcome."""

        async def run() -> Any:
            result = function(*arguments, **named)
            return await result if inspect.isawaitable(result) else result

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(CALL_SECONDS)

    def break_(self, fault: str, **parameters: int) -> dict[str, Any]:
        """Turn a fault on. Raises BadFault."""
        return self.call(self.running.break_, fault, parameters)

    def mend(self, fault: str | None = None) -> dict[str, Any]:
        """Turn one fault off, or all. Raises BadFault."""
        return self.call(self.running.mend, fault)

    def status(self, audit: int = 0) -> dict[str, Any]:
        """How the lab is."""
        return self.call(self.running.status, audit)

    def lines(self) -> Iterator[str]:
        """What happens, in words, until the lab ends or `leave` is called."""
        # On Windows a wait without a limit keeps Ctrl-C from being seen.
        limit = 0.5 if os.name == "nt" else None
        while True:
            try:
                line = self._lines.get(timeout=limit)
            except Empty:
                continue
            if line is None:
                return
            yield line

    def leave(self) -> None:
        """Make `lines` end. May be called from a signal handler."""
        self._lines.put(None)

    def end(self) -> None:
        """Ask the lab to end; nothing happens when it has."""
        try:
            self._loop.call_soon_threadsafe(self.running.stopped.set)
        except RuntimeError as error:  # the loop is closed
            log.debug("%s", error)

    def _hear(self, record: Record) -> None:
        if not record.routine and self._lines.qsize() < _BACKLOG:
            self._lines.put(record.words())


@contextmanager
def hosted(
    settings: Settings, folder: Path, *, services: Mapping[str, server.Service] | None = None
) -> Iterator[Hosted]:
    """A lab in a thread, its files in `folder`; both are gone afterwards. Raises BadSetting and OSError.

    `services` replaces what speaks on the ports "amqp" and "mqtt".
    """
    started: Future[Hosted] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_host(settings, folder, services, started)), name=f"lab {settings.name}", daemon=True
    )
    thread.start()
    try:
        yield started.result()
    finally:
        if started.exception(CALL_SECONDS) is None:  # after Ctrl-C it may still be starting
            started.result().end()
        thread.join(CALL_SECONDS)
        files.forget(folder)


async def _host(
    settings: Settings, folder: Path, services: Mapping[str, server.Service] | None, started: Future[Hosted]
) -> None:
    running, hosting = None, None
    scenario = SCENARIOS.get(settings.scenario)
    residents: list[asyncio.Task[None]] = []
    try:
        begun = beginning.begin(settings, folder)
        lab = begun.lab
        lab.runtime.routing.folder = files.fresh(folder / files.ROUTED)
        lab.runtime.blobs.folder = files.fresh(folder / files.UPLOADED)
        if scenario is not None:
            stage.populate(lab.runtime, scenario)
        running = await server.serve(lab, services=services, ports=begun.ports, authority=begun.authority)
        running.scenario = scenario
        if (keeper := begun.keeper(running.ports)) is not None:
            keeper.start()
            running.keeper = keeper
        described = description.describe(
            settings.name, lab, running.ports, folder, begun.instance, running.host, lan=settings.lan
        )
        described |= {"notes": running.notes} if running.notes else {}
        description.write(described, running.ca_pem, folder)
        files.write_private(folder / files.RUNTIME, _runtime(settings.instance, begun.instance, running, described))
        hosting = Hosted(running, described, asyncio.get_running_loop())
        if scenario is not None:
            residents = stage.play(lab.runtime, scenario, (running.host, running.ports["mqtt"]), running.ca_pem)
        started.set_result(hosting)
        await running.stopped.wait()
    except BaseException as error:
        if hosting is not None:
            raise
        started.set_exception(error)
    finally:
        await stage.end(residents)
        if running is not None:
            await running.close()
            if running.keeper is not None:
                running.keeper.end()
        if hosting is not None:
            hosting.leave()


def _runtime(start: str, instance: str, running: Running, described: dict[str, Any]) -> bytes:
    """lab.json: the description, and what other commands need to speak with the lab.

    `start` tells this start from any other, `instance` the lab, which is the same where it was kept.
    """
    runtime = {
        "version": description.VERSION,
        "start": start,
        "instance": instance,
        "pid": os.getpid(),
        "node": platform.node(),
        "control": {"port": running.ports["control"], "token": running.token, "ca": running.ca_pem.decode("ascii")},
        "description": described,
    }
    return json.dumps(runtime, indent=2).encode() + b"\n"


def run(settings: Settings, labs: Path, *, ready: Callable[[dict[str, Any]], None], say: Callable[[str], None]) -> None:
    """Be a lab until a signal or `lab stop` ends it: `ready` gets its description, `say` what happens, in words.

    Raises AlreadyRuns, BadSetting and OSError.
    """
    settings.check()
    limits.raise_limits()
    folder = files.make(labs, settings.name)
    with files.lock(folder, seconds=_LOCK_SECONDS) as free:
        if not free:
            raise AlreadyRuns(settings.name)
        with hosted(settings, folder) as lab, _signals(lab.leave):
            ready(lab.description)
            for line in lab.lines():
                say(line)


@contextmanager
def _signals(leave: Callable[[], None]) -> Iterator[None]:
    """Let the first signal that asks for an end bring about an orderly one; the next ones do what they did before.

    Only the main thread can handle signals, and only it is asked.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)

    def leave_once(*_: object) -> None:
        restore()
        leave()

    for number in numbers:
        signal.signal(number, leave_once)
    try:
        yield
    finally:
        restore()

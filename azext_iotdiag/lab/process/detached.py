"""A lab as a process of its own that outlives the command, and how the other commands find, ask and end a lab."""

from __future__ import annotations

import json
import logging
import os
import platform
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from azext_iotdiag.lab.process import control
from azext_iotdiag.lab.process import folder as files
from azext_iotdiag.lab.process.errors import AlreadyRuns, LabError, LabUnanswered, NoSuchLab
from azext_iotdiag.lab.process.settings import BadSetting, Settings, check_name

START_SECONDS = 9.0  # with az's own start-up this stays within the 10 s that `lab start --detach` promises
STOP_SECONDS = 10.0
ANSWER_SECONDS = 5.0  # after which a lab is held to hang
_POLL_SECONDS = 0.05
_TAIL_LINES = 15
_LOG_LIMIT = 10 * 1024 * 1024
_NAME_TAKEN = 75  # EX_TEMPFAIL: the child's way of saying that another was faster

# az's python knows the extension's folder, and others, only because az put them on sys.path. They go behind what the
# child finds by itself, ours first, and the current folder (-I) not at all.
_CHILD = (
    "import json, sys; sys.path += [p for p in json.loads(sys.argv[1]) if p not in sys.path]; "
    "from azext_iotdiag.lab.process.detached import main; main(sys.argv[2], sys.argv[3])"
)

log = logging.getLogger(__name__)


def start_detached(settings: Settings, labs: Path, *, seconds: float = START_SECONDS) -> dict[str, Any]:
    """Start a lab that lives until it is stopped, and return its description once it answers.

    Raises AlreadyRuns, BadSetting, OSError, and LabError with the end of its log when it does not come up in time.
    """
    settings.check()
    folder = files.make(labs, settings.name)
    if files.is_locked(folder):
        raise AlreadyRuns(settings.name)
    settings = replace(settings, instance=secrets.token_hex(8))
    descriptor = files.open_private(folder / files.LOG, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    try:
        logged = os.fstat(descriptor).st_size
        child = _spawn(settings, labs, descriptor)
    finally:
        os.close(descriptor)
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline and child.poll() is None:
            runtime = files.read_runtime(folder)
            if runtime is not None and runtime.get("start") == settings.instance:
                if _answers(runtime, max(deadline - time.monotonic(), 0.1)):
                    return runtime["description"]
            time.sleep(_POLL_SECONDS)
    except BaseException:  # Ctrl-C: the user would not know of the lab
        _end(child)
        raise
    if child.poll() == _NAME_TAKEN:
        raise AlreadyRuns(settings.name)
    why = "ended at once" if child.poll() is not None else f"did not get ready within {seconds:g} s"
    _end(child)
    raise LabError(f"The lab {settings.name!r} {why}. The end of its log:\n{_tail(folder, logged)}")


def _spawn(settings: Settings, labs: Path, log_descriptor: int) -> subprocess.Popen:
    own = str(Path(__file__).absolute().parents[3])
    paths = [own, *(str(Path(path).absolute()) for path in sys.path if path and path != own)]
    command = [sys.executable, "-I", "-c", _CHILD, json.dumps(paths), str(labs), settings.text()]
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=log_descriptor,
        cwd=labs.anchor,  # keeps no folder busy
        **apart,
    )


def _end(child: subprocess.Popen) -> None:
    child.kill()
    child.wait()


def _tail(folder: Path, start: int) -> str:
    with (folder / files.LOG).open("rb") as file:
        file.seek(start)
        lines = file.read().decode("utf-8", "replace").splitlines()
    return "\n".join(lines[-_TAIL_LINES:]) or "(it is empty)"


class _LogFile(logging.StreamHandler):
    """stderr, which is lab.log; starts the file over when it has become too long."""

    def emit(self, record: logging.LogRecord) -> None:
        descriptor = self.stream.fileno()
        if os.fstat(descriptor).st_size > _LOG_LIMIT:
            os.ftruncate(descriptor, 0)
        super().emit(record)


def main(labs: str, settings: str) -> None:
    """What the detached process runs; its stderr is the log."""
    from azext_iotdiag.lab.process import hosting  # the lab itself, which the commands that look at one need not load

    logging.basicConfig(level=logging.INFO, handlers=[_LogFile()], format="%(asctime)s %(levelname)s %(message)s")
    os.umask(0o077)
    made = Settings(**json.loads(settings))
    try:
        hosting.run(made, Path(labs), ready=lambda _: log.info("lab %s is ready", made.name), say=log.info)
    except AlreadyRuns:
        sys.exit(_NAME_TAKEN)
    except (LabError, BadSetting, OSError) as error:
        log.error("%s %s", error, getattr(error, "advice", ""))
        sys.exit(1)
    log.info("lab %s has ended", made.name)


def find(name: str, labs: Path) -> dict[str, Any]:
    """What lab.json says of a lab that runs. Raises NoSuchLab, and Unanswered when it died or hangs."""
    check_name(name)
    folder = labs / name
    runtime = files.read_runtime(folder)
    if runtime is None and not (folder / files.RUNTIME).exists():
        others = [other for other in files.names(labs) if other != name]
        also = f" Others: {', '.join(others)}." if others else ""
        how = " --keep" if files.kept(folder) else ""
        raise NoSuchLab(
            f"There is no lab named {name!r}.",
            f"Start it with `az iot diag lab start --name {name}{how} --detach`.{also}",
        )
    if runtime is not None and _answers(runtime, ANSWER_SECONDS):
        return runtime
    if files.is_locked(folder):
        raise LabUnanswered(
            f"The lab {name!r} is there but does not answer.", f"End it with `az iot diag lab stop --name {name}`."
        )
    raise LabUnanswered(
        f"The lab {name!r} has died.",
        f"Start it anew with `az iot diag lab start --name {name} --detach`. Its log: {folder / files.LOG}",
    )


def ask(name: str, labs: Path, command: str, **arguments: Any) -> dict[str, Any]:
    """Send a command to a running lab and return its answer. Raises what `find` does, and Refused."""
    runtime = find(name, labs)
    return control.ask(runtime["control"], command, **arguments)


def status(name: str, labs: Path, audit: int = 0, *, routine: bool = False) -> dict[str, Any]:
    """How a running lab is, and where its files are. Raises what `find` does, and Refused."""
    runtime = find(name, labs)
    answer = control.ask(runtime["control"], "status", audit=audit, routine=routine)
    described = runtime["description"]
    where = {key: described[key] for key in ("caFile", "environmentFile")}
    return {"version": described["version"], "name": name, "pid": runtime["pid"], **where, **answer}


def stop(name: str, labs: Path, *, seconds: float = STOP_SECONDS, forget: bool = False) -> None:
    """End a lab, or clean up after one that died, and return when it is gone; `forget` also removes what it kept.

    One that does not answer is killed after half of `seconds`. Raises NoSuchLab, and LabError when it outlives that.
    """
    check_name(name)
    folder = labs / name
    runtime = files.read_runtime(folder)
    if not (folder / files.RUNTIME).exists() and not files.is_locked(folder):
        if forget and files.kept(folder):
            files.forget_kept(folder)
            return
        raise NoSuchLab(f"There is no lab named {name!r}.", "`az iot diag lab start` starts one.")
    begun = time.monotonic()
    if runtime is not None:
        try:
            control.ask(runtime["control"], "stop", seconds=seconds / 2)
        except LabUnanswered as error:
            log.debug("%s", error)
    patience = begun + seconds / 2
    while files.is_locked(folder):
        if runtime is not None and time.monotonic() > patience:
            patience = begun + 2 * seconds
            _kill(runtime)
        if time.monotonic() > begun + seconds:
            raise LabError(f"The lab {name!r} does not end.", f"Its log: {folder / files.LOG}")
        time.sleep(_POLL_SECONDS)
    files.forget(folder)
    if forget:
        files.forget_kept(folder)


def _kill(runtime: dict[str, Any]) -> None:
    """End the process that holds the lab's lock, if it is one of this machine."""
    if runtime.get("node") != platform.node():
        raise LabError("The lab runs on another machine that shares this folder.", "Stop it there.")
    try:
        os.kill(runtime["pid"], getattr(signal, "SIGKILL", signal.SIGTERM))
    except ProcessLookupError:
        log.debug("the process has gone already")


def stop_all(labs: Path) -> list[str]:
    """End every lab and return their names. Raises what `stop` does, after it tried them all."""
    stopped, failed = [], None
    for name in files.names(labs):
        try:
            stop(name, labs)
            stopped.append(name)
        except NoSuchLab:
            continue
        except LabError as error:
            failed = error
    if failed is not None:
        raise failed
    return stopped


def _answers(runtime: dict[str, Any], seconds: float) -> bool:
    try:
        control.ask(runtime["control"], "status", seconds=seconds)
    except LabUnanswered:
        return False
    return True

"""The file in which a lab keeps itself: written whole, privately, whenever something has changed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from azext_iotdiag.lab.audit.log import Record, iso
from azext_iotdiag.lab.keep import document
from azext_iotdiag.lab.keep.codec import Unreadable
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import certificates
from azext_iotdiag.lab.net.certificates import Authority
from azext_iotdiag.private_files import write_private

VERSION = 1
AUTHORITY_DAYS = 3650  # of an authority that boards are flashed with
SOON_SECONDS = 0.02  # after a record of the audit, so that what comes together is written once
LATE_SECONDS = 30.0  # for what leaves no record, such as the numbers of messages
RETRY_SECONDS = 1.0  # after a write that failed
SHARE = 20  # writing takes at most one part in so many of the time

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeptLab:
    """What a lab keeps. `instance` tells its shells from those of another lab; `ports` go by service.

    `in_order` says that it was written when the lab ended, and not before.
    """

    lab: Mapping[str, Any] = field(repr=False)
    authority: Authority
    instance: str
    bind: str
    ports: Mapping[str, int]
    in_order: bool

    def make(self, *, clock: Callable[[], float] = time.time, units: int = 0) -> Lab:
        """The lab that was kept. Raises Unreadable."""
        return document.to_lab(dict(self.lab), clock=clock, units=units, in_order=self.in_order)


def read(file: Path) -> KeptLab | None:
    """What a file keeps, or None where there is none. Raises Unreadable and OSError."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return None
    try:
        whole = json.loads(data)
        if whole["version"] != VERSION:
            raise Unreadable(f"it is of version {whole['version']!r}, and this release reads version {VERSION}")
        kept = whole["kept"]
        if whole["sha256"] != _digest(json.dumps(kept)):
            raise Unreadable("it was changed or cut off")
        ports = {str(service): int(port) for service, port in kept["ports"].items()}
        authority = certificates.restore(kept["authority"]["certificate"], kept["authority"]["key"])
        return KeptLab(kept["lab"], authority, kept["instance"], kept["bind"], ports, kept["inOrder"])
    except Unreadable:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"it cannot be understood: {type(error).__name__}") from error


def set_aside(file: Path, now: float) -> Path:
    """Rename a file that cannot be read, so that it is not lost, and return its new path. Raises OSError."""
    stamp = datetime.fromtimestamp(now, timezone.utc).strftime("%Y%m%dT%H%M%S")
    aside = next(
        path
        for number in range(1, 10_000)
        if not (path := file.with_name(f"{file.stem}.unreadable-{stamp}-{number}{file.suffix}")).exists()
    )
    return file.rename(aside)


class Keeper:
    """Writes a lab into its file: soon after each record of its audit, now and then, and when it ends.

    A write that fails is told once in the audit and in the lab's status, and is tried again.
    """

    def __init__(self, file: Path, lab: Lab, authority: Authority, instance: str, bind: str, ports: Mapping[str, int]):
        self._file = file
        self._lab = lab
        self._about = {
            "instance": instance,
            "bind": bind,
            "ports": dict(ports),
            "authority": dict(zip(("certificate", "key"), authority.export(), strict=True)),
        }
        self._written = ""
        self._saved = 0.0
        self._cost = 0.0
        self._problem = ""
        self._timer: asyncio.TimerHandle | None = None

    def status(self) -> dict[str, Any]:
        """When the lab was written last, and why it cannot be written, or an empty text."""
        return {"file": str(self._file), "saved": iso(self._saved), "problem": self._problem}

    def save(self, *, in_order: bool = False) -> None:
        """Write the file where something has changed. Raises OSError."""
        began = time.monotonic()
        text = json.dumps({**self._about, "lab": document.of_lab(self._lab), "inOrder": in_order})
        digest = _digest(text)
        if digest != self._written:
            # The same as a dump of the whole, whose largest part is dumped already.
            write_private(self._file, f'{{"version": {VERSION}, "sha256": "{digest}", "kept": {text}}}'.encode())
            self._written, self._saved = digest, self._lab.clock()
        self._cost = time.monotonic() - began

    def start(self) -> None:
        """Write the lab for the first time, and from then on as it changes. Raises OSError."""
        self.save()
        self._lab.audit.listen(self._hear)
        self._wait(LATE_SECONDS)

    def end(self) -> None:
        """Write the lab for the last time. Raises OSError."""
        self._lab.audit.unlisten(self._hear)
        if self._timer is not None:
            self._timer.cancel()
        self.save(in_order=True)

    def _hear(self, _record: Record) -> None:
        loop = asyncio.get_running_loop()
        soon = loop.time() + max(SOON_SECONDS, SHARE * self._cost)
        if self._timer is None or self._timer.when() > soon:
            self._wait(soon - loop.time())

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._turn)

    def _turn(self) -> None:
        self._timer = None
        try:
            self.save()
        except OSError as error:
            self._failed(error.strerror or str(error))
        except Exception as mistake:  # the lab goes on, and says what is wrong with it
            log.exception("a mistake of the lab keeps it from being written")
            self._failed(f"a mistake of the lab: {type(mistake).__name__}")
        else:
            self._problem = ""
        if self._timer is None or self._timer.cancelled():
            self._wait(max(RETRY_SECONDS if self._problem else LATE_SECONDS, SHARE * self._cost))

    def _failed(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            log.warning("what the lab keeps cannot be written: %s", problem)
            self._lab.audit.record(
                "control", "keep", "refused", reason=f"what the lab keeps cannot be written: {problem}"
            )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""What the list of changes tells while it is read, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.changes import Changes, Source
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.finding import Finding


@dataclass(frozen=True)
class ReadingSources:
    """The sources are asked."""

    hub: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ChangesShown:
    """The end: the changes, or why none could be read. `unread` says what each source that failed means."""

    changes: Changes | None = None
    failure: Failure | None = None
    unread: tuple[tuple[Source, Finding], ...] = ()
    device: str = ""
    stopped: End | None = None

    @property
    def complete(self) -> bool:
        """Whether every source was read to the time that was asked for."""
        parts = self.changes.parts if self.changes is not None else ()
        return self.failure is None and not self.unread and all(part.complete for part in parts)

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if self.changes is None and self.failure is None and self.stopped is End.INTERRUPTED:
            return exit_codes.INTERRUPTED
        return exit_codes.HEALTHY if self.complete else exit_codes.UNDETERMINED


Event = ReadingSources | ChangesShown

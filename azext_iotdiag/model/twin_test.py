"""A test of a device's twin: the desired property that was set, and what the device made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from azext_iotdiag.model.failure import Failure

PROBE = "iotDiagProbe"  # no device is expected to know a property of this name


class Answered(Enum):
    """What the device reported of the desired property."""

    ACKNOWLEDGED = "acknowledged"  # by the convention of plug and play, with a status of success
    ECHOED = "echoed"  # the same value
    REFUSED = "refused"  # by the same convention, with a status of an error
    DIFFERENT = "different"  # another value
    SILENT = "silent"  # nothing


class Restoring(Enum):
    """What became of the desired property in the end."""

    UNNEEDED = "unneeded"  # it was not changed
    DONE = "done"  # it is as it was
    OVERTAKEN = "overtaken"  # another program changed it meanwhile, and that stays
    FAILED = "failed"  # it is still changed; the next command of this tool restores it


@dataclass(frozen=True)
class TwinTest:
    """What a test of a twin came to.

    `value` is the JSON that `name` was set to, and `probe` tells that the name is one that no device is expected to
    know. `known` tells that the device had reported a property of that name before. `before`, `changed` and `restored`
    are versions of the desired properties. `answer` is the JSON that the device reported, `code` and `words` its
    acknowledgement. `seconds` is how long the answer took, or how long it was waited for. `others` tells that the
    device reported other properties meanwhile. `connected` is what the hub showed at the start. `configurations` are
    the automatic ones that apply. `failure` says why it ended early, `stopped` that a person ended it before an answer.
    `not_restored` says why the property could not be restored.
    """

    hub: str
    device: str
    module: str
    name: str
    value: str
    probe: bool = False
    known: bool = False
    before: int | None = None
    changed: int | None = None
    restored: int | None = None
    answered: Answered = Answered.SILENT
    answer: str = ""
    code: int | None = None
    words: str = ""
    seconds: float = 0.0
    others: bool = False
    connected: bool = False
    configurations: tuple[str, ...] = ()
    restoring: Restoring = Restoring.UNNEEDED
    failure: Failure | None = None
    stopped: bool = False
    not_restored: Failure | None = None

    @property
    def whose(self) -> str:
        """The device, or its module."""
        return f"{self.device}/{self.module}" if self.module else self.device

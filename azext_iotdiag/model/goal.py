"""What a user misses of a device: what a diagnosis is for."""

from __future__ import annotations

from enum import Enum


class Goal(Enum):
    """What should work. The value is that of `--for`."""

    TELEMETRY = "telemetry"
    TWIN = "twin"
    METHODS = "methods"
    C2D = "c2d"
    FILE_UPLOAD = "file-upload"
    CONNECTION = "connection"

    @property
    def words(self) -> str:
        """What it is called in a sentence."""
        return _WORDS[self]


_WORDS = {
    Goal.TELEMETRY: "telemetry",
    Goal.TWIN: "the device's twin",
    Goal.METHODS: "direct methods",
    Goal.C2D: "cloud-to-device messages",
    Goal.FILE_UPLOAD: "file uploads",
    Goal.CONNECTION: "the connection",
}

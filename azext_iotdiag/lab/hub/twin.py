"""What a twin holds: tags, desired and reported properties; twins.py changes them."""

from __future__ import annotations

import base64
import copy
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.lab.hub.dates import NEVER


@dataclass
class TwinProperties:
    """Desired or reported properties. `metadata` mirrors them and says when, and for desired in which version, each
    was last written."""

    values: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=lambda: {"$lastUpdated": NEVER})
    version: int = 1

    def document(self) -> dict[str, Any]:
        """The properties as the service sees them."""
        return {**copy.deepcopy(self.values), "$metadata": copy.deepcopy(self.metadata), "$version": self.version}

    def for_device(self) -> dict[str, Any]:
        """The properties as the device sees them."""
        return {**copy.deepcopy(self.values), "$version": self.version}


@dataclass
class Twin:
    """A device's or a module's twin. `revision` counts the writes of the service, which alone change the etag.

    That the version is the sum of both sides' writes is what twins in public traces show: a fresh one has version 2,
    the etag of 1 and 1 as the version of its reported properties.
    """

    tags: dict[str, Any] = field(default_factory=dict)
    desired: TwinProperties = field(default_factory=TwinProperties)
    reported: TwinProperties = field(default_factory=TwinProperties)
    revision: int = 1

    @property
    def version(self) -> int:
        """The version of the whole twin."""
        return self.revision + self.reported.version

    @property
    def etag(self) -> str:
        """The etag of the twin, without quotation marks."""
        return base64.b64encode(self.revision.to_bytes(8, "big")).decode("ascii")

"""How a lab begins: as a new one, or as an earlier one of its name that was kept."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from azext_iotdiag.lab.keep import store
from azext_iotdiag.lab.keep.codec import Unreadable
from azext_iotdiag.lab.keep.store import Keeper
from azext_iotdiag.lab.lab import Lab, add_hubs, new_lab
from azext_iotdiag.lab.net.certificates import Authority, make_authority
from azext_iotdiag.lab.process import folder as files
from azext_iotdiag.lab.process import ports
from azext_iotdiag.lab.process.ports import Ports
from azext_iotdiag.lab.process.settings import BadSetting, Settings


@dataclass
class Beginning:
    """A lab before its ports are open. `bind` is the address whose real ports it wants, or empty."""

    settings: Settings
    file: Path
    lab: Lab
    authority: Authority
    instance: str
    bind: str
    ports: Ports

    def keeper(self, opened: Mapping[str, int]) -> Keeper | None:
        """What keeps the lab, whose ports are open now; None where it is not to be kept."""
        if not self.settings.keep:
            return None
        kept = {service: port for service, port in opened.items() if service != "control"}
        return Keeper(self.file, self.lab, self.authority, self.instance, self.bind, kept)


def begin(settings: Settings, folder: Path) -> Beginning:
    """The lab that the settings ask for. Raises BadSetting and OSError."""
    file = folder / files.KEPT
    if not settings.keep:
        beginning = _new(settings, file)
        if file.exists():
            beginning.ports.notes.append(
                f"This lab is a new one. What the lab {settings.name!r} kept is still there: start it with --keep."
            )
        return beginning
    try:
        kept = store.read(file)
        return _new(settings, file) if kept is None else _again(settings, file, kept)
    except Unreadable as why:
        aside = store.set_aside(file, time.time())
        beginning = _new(settings, file)
        beginning.ports.notes.append(
            f"What the lab {settings.name!r} kept cannot be read: {why}. This lab is a new one, with other keys. "
            f"The file was set aside: {aside}"
        )
        return beginning


def _new(settings: Settings, file: Path) -> Beginning:
    lab = new_lab(
        settings.name,
        partition_count=settings.partition_count,
        device_count=settings.device_count,
        flood=settings.flood,
        fleet=settings.fleet,
        units=settings.units,
        scenario=settings.scenario,
    )
    add_hubs(lab, settings.hubs)
    days = {"days": store.AUTHORITY_DAYS} if settings.keep else {}
    authority = make_authority(f"iot-diag lab {lab.hub.name}", **days)
    instance = settings.instance or secrets.token_hex(8)
    return Beginning(
        settings, file, lab, authority, instance, settings.bind, ports.wanted(settings.bind, {}, lan=settings.lan)
    )


def _again(settings: Settings, file: Path, kept: store.KeptLab) -> Beginning:
    lab = kept.make(units=settings.units)
    count = len(lab.hub.stream.partitions)
    if settings.partition_count not in (count, Settings.partition_count):
        raise BadSetting(
            f"The kept lab {settings.name!r} has {count} partitions, and not {settings.partition_count}.",
            "Leave out --partition-count, give another --name, or forget what is kept with `lab stop --forget`.",
        )
    bind = settings.bind or kept.bind
    return Beginning(
        settings,
        file,
        lab,
        kept.authority,
        kept.instance,
        bind,
        ports.wanted("" if settings.lan else bind, kept.ports, lan=settings.lan),
    )

"""What a lab may be made of. Light, because every command about a lab looks at its name."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import asdict, dataclass

LAN = "lan"  # the value of --listen
HUB_SUFFIX = "-hub"
LARGEST_PARTITION_COUNT = 32  # as on Azure
LARGEST_DEVICE_COUNT = 1_000
LARGEST_FLEET = 999_999
LARGEST_UNITS = 200  # of S1, as on Azure
LARGEST_HUBS = 100  # of one tenant here; a subscription may have 50
LARGEST_FLOOD = 500_000_000  # so that the first is younger than the week for which a hub keeps messages at most

_LAB_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,44}[a-z0-9])?")  # with HUB_SUFFIX at most 50, as a hub's name is


class BadSetting(ValueError):
    """A lab cannot be made like this; `advice` says what is allowed."""

    def __init__(self, message: str, advice: str):
        super().__init__(message)
        self.advice = advice


@dataclass(frozen=True)
class Settings:
    """What a lab is made of. `scenario` is the name of one, or empty; `instance` tells this start from any other of the
    same name. `fleet` is a number of devices that no program plays; `units` are those of S1 whose limits on requests
    are kept, 0 for none. `keep` says that what the lab holds survives its end, `bind` is the address whose real ports
    it has, or empty. `hubs` are those of its tenant, of which the first is the lab's own. `listen` is LAN where clients
    may come from the local network, or empty."""

    name: str = "lab"
    partition_count: int = 4
    device_count: int = 3
    flood: int = 0
    scenario: str = ""
    instance: str = ""
    fleet: int = 0
    units: int = 0
    keep: bool = False
    bind: str = ""
    hubs: int = 1
    listen: str = ""

    @property
    def lan(self) -> bool:
        """Whether clients may come from the local network."""
        return self.listen == LAN

    def text(self) -> str:
        """The settings as text that another process can read."""
        return json.dumps(asdict(self))

    def check(self) -> None:
        """Raises BadSetting unless a lab can be made like this."""
        check_name(self.name)
        if self.scenario:
            _check_scenario(self.scenario, flooded=bool(self.flood))
        if self.keep:
            self._check_kept()
        if self.bind:
            _check_address(self.bind)
        if self.listen:
            self._check_listen()
        for label, count, least, largest in (
            ("partitions", self.partition_count, 1, LARGEST_PARTITION_COUNT),
            ("devices", self.device_count, 0 if self.scenario and not self.flood else 1, LARGEST_DEVICE_COUNT),
            ("events from the start", self.flood, 0, LARGEST_FLOOD),
            ("devices in its fleet", self.fleet, 0, LARGEST_FLEET),
            ("units", self.units, 0, LARGEST_UNITS),
            ("hubs", self.hubs, 1, LARGEST_HUBS),
        ):
            if not least <= count <= largest:
                raise BadSetting(f"A lab cannot have {count} {label}.", f"Give a number from {least} to {largest}.")

    def _check_listen(self) -> None:
        if self.listen != LAN:
            raise BadSetting(f"A lab cannot listen on {self.listen!r}.", f"Give --listen {LAN}, or leave it out.")
        if self.bind:
            raise BadSetting(
                f"--bind is for programs of this machine, and --listen {LAN} for the local network.",
                "Give one of them.",
            )

    def _check_kept(self) -> None:
        made_up = {"--scenario": self.scenario, "--flood": self.flood, "--fleet": self.fleet, "--hubs": self.hubs > 1}
        if given := [option for option, value in made_up.items() if value]:
            raise BadSetting(
                f"A lab cannot keep what {given[0]} makes up.", f"Leave out {given[0]}, or leave out --keep."
            )


def check_name(name: str) -> None:
    """Raises BadSetting unless a lab can have that name."""
    if not _LAB_NAME.fullmatch(name):
        raise BadSetting(
            f"{name!r} cannot be the name of a lab.",
            "Use 1 to 46 lower-case letters, digits and hyphens, with no hyphen at either end.",
        )


def _check_address(text: str) -> None:
    """Only this machine can reach an address of 127.0.0.0/8."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise BadSetting(
            f"A lab cannot be bound to {text!r}.",
            "Give an address that only this machine has: 127.0.0.1 to 127.255.255.254, such as 127.0.0.2.",
        )


def _check_scenario(name: str, *, flooded: bool) -> None:
    from azext_iotdiag.lab.faults.active import suggestion
    from azext_iotdiag.lab.scenarios.catalogue import SCENARIOS

    if name not in SCENARIOS:
        raise BadSetting(f"There is no scenario {name!r}.", suggestion(name, SCENARIOS, "Scenarios"))
    if flooded and SCENARIOS[name].geo_replicated:
        raise BadSetting(
            f"The scenario {name!r} has offsets of its own, and --flood has others.", "Give one of the two options."
        )

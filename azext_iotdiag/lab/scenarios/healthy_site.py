"""A site where all is well: what every tool should show as such."""

from __future__ import annotations

from azext_iotdiag.lab.scenarios.scenario import Resident, Scenario

MODEL = "dtmi:com:example:Pump;1"


def pump(number: int, site: str) -> Resident:
    """A pump of a line in a hall."""
    return Resident(
        f"pump-{number}", "sends a reading every 2 s, and answers methods", "good",
        tags={"site": site, "line": number}, desired={"interval": 2}, reported={"firmware": "4.2.0"}, model_id=MODEL,
    )  # fmt: skip


SCENARIO = Scenario(
    "healthy-site",
    "eight pumps in two halls, all of which send and answer",
    (
        Resident("spare-1", "is there for you to play", connects=False, tags={"site": "workshop"}),
        *(pump(number, "north" if number <= 4 else "south") for number in range(1, 9)),
    ),
)

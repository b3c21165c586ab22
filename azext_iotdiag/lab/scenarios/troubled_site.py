"""A site where everything is wrong, each device in its own way, and one that is not, to compare."""

from __future__ import annotations

from azext_iotdiag.lab.scenarios.scenario import Resident, Scenario

_NORTH, _SOUTH = {"site": "north"}, {"site": "south"}
_DAY = 86_400.0

SCENARIO = Scenario(
    "troubled-site",
    "twenty devices, all but one of them with a trouble of its own",
    (
        Resident("spare-1", "is there for you to play", connects=False),
        Resident("pump-1", "is well: sends a reading every 2 s", "good", tags=_NORTH, desired={"interval": 2}),
        Resident("pump-2", "writes temprature for temperature", "typo", tags=_NORTH),
        Resident("pump-3", "sends its numbers as text", "numbers-as-text", tags=_NORTH),
        Resident("pump-4", "compresses its messages", "gzip", tags=_NORTH),
        Resident("pump-5", "sends what Python prints, which is no JSON", "single-quotes", tags=_NORTH),
        Resident("pump-6", "sends JSON that is cut off", "cut-off", tags=_NORTH),
        Resident("pump-7", "does not say what it sends, so that no route can look into it", "untyped", tags=_NORTH),
        Resident("pump-8", "sends Latin-1 and calls it UTF-8", "latin-1", tags=_NORTH),
        Resident("valve-1", "is connected and silent", tags=_SOUTH),
        Resident("valve-2", "is disabled, and tries", "good", enabled=False, tags=_SOUTH),
        Resident("valve-3", "has a wrong key", "good", key="another", tags=_SOUTH),
        Resident("valve-4", "was never switched on", connects=False, tags=_SOUTH),
        Resident("valve-5", "writes its id VALVE-5", "good", connects_as="VALVE-5", tags=_SOUTH),
        Resident("meter-1", "has the string of another hub", "good", connects_to="other-hub.azure-devices.net"),
        Resident("meter-2", "has a clock that is a day behind", "good", clock=_DAY),
        Resident("meter-3", "falls silent for 20 s after every tenth message", "good", every=1.0, pause=20.0),
        Resident("meter-4", "has a clone: they drive each other out", "good", clones=1),
        Resident("meter-5", "refuses what is desired of it", "good", desired={"interval": 0}, acknowledges=400),
        Resident("meter-6", "sends four times a second, where once in two seconds would do", "good", every=0.25),
        Resident("meter-7", "sends once in five minutes", "good", every=300.0),
    ),
)

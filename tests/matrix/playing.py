"""Plays rows on a lab, and records what `check` says of each with each access."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from azext_iotdiag.clients.deadlines import applying, usual
from tests.matrix.accesses import check
from tests.matrix.provoking import OTHER_HUB
from tests.matrix.row import Row
from tests.matrix.sets import Played
from tests.matrix.stage import Stage, theatre
from tests.matrix.texts import by_chance

MOST_DELAY_MS = 25  # of a round trip, by chance


def play(rows: Iterable[Row], folder: Path, seed: int | None = None) -> Iterator[Played]:
    """Play each row. With a `seed`, hosts, ids, times, delays and the texts that are not documented are by chance."""
    deadlines = replace(usual(), requests=replace(usual().requests, tries=1), patience=1.0)
    with ExitStack() as stack:
        stack.enter_context(applying(deadlines))
        lab = stack.enter_context(theatre(folder, seed))
        if seed is not None:
            stack.enter_context(by_chance(random.Random(seed)))
        for row in rows:
            with lab.stage() as stage:
                if lab.dice is not None:
                    lab.lab.break_("latency", milliseconds=lab.dice.randint(0, MOST_DELAY_MS))
                for step in row.provoke:
                    step(stage)
                seen = {access: check(stage, access, folder) for access in row.says}
                yield Played(row, _ids(stage), seen)


def _ids(stage: Stage) -> tuple[str, ...]:
    """The names by chance, the longest first, so that none hides in another."""
    state = stage.lab.state
    streams = [name for each in (state.hub.stream, state.hub.standby) for name in (each.host, each.entity)]
    device = stage.device
    names = {OTHER_HUB, device.device_id, device.generation_id, stage.named, state.hub.name, *streams}
    names.add(state.provisioning[0].name)
    return tuple(sorted(names, key=len, reverse=True))

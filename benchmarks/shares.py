"""Copies that judge one stream in shares: what a message costs each of two copies, against one copy alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import labs
import live_validation
import process
import template
from figure import Figure

COUNT = 80_000  # of both copies together
SPARE = 20_000
ROUNDS = 3
BAR, MOST = 1.8, 1.1


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Run two copies at once, each with one message and with many: the difference is what the messages cost.

    They are two copies that have a share each, and in turns two copies that each read all, as one copy alone does. What
    two processes take from each other on this machine cancels out so. How much they do is told by their CPU time,
    because the lab and other processes share the machine.
    """
    model = live_validation.written(folder / "template.json", template.MODEL)
    costs: dict[bool, list[float]] = {False: [], True: []}
    with labs.lab(folder, environment, "mixed", str(COUNT + SPARE)) as described:
        with_lab = labs.environment_of(described, environment)
        for _ in range(ROUNDS):
            for shared, found in costs.items():
                one_each = copies(folder, with_lab, model, 1, shared=shared)
                half_each = copies(folder, with_lab, model, COUNT // 2, shared=shared)
                for first, all_ in zip(one_each, half_each, strict=True):
                    found.append((all_.cpu - first.cpu) / (COUNT // 2 - 1))
    cost, share_cost = median(costs[False]), median(costs[True])
    what = f"messages judged at once by two copies, against one, by CPU time ({os.cpu_count()} processors)"
    return [
        Figure(what, f"{2 / share_cost:,.0f}", f"{1 / cost:,.0f}", 2 * cost / share_cost, BAR, more=True),
        Figure("µs of CPU for a message, of a share and of the whole", f"{share_cost * 1e6:.1f}", f"{cost * 1e6:.1f}",
               share_cost / cost, MOST),
    ]  # fmt: skip


def copies(folder: Path, environment: Mapping[str, str], model: str, count: int, *, shared: bool) -> list[process.Cost]:
    """What two copies at once cost, each of which judges so many messages: of its share, or of the whole."""
    found: dict[int, process.Cost] = {}

    def run(number: int) -> None:
        place = folder / f"copy-{number}"
        place.mkdir(exist_ok=True)
        words = [*live_validation.validate(count, model), *(("--share", f"{number}/2") if shared else ())]
        found[number] = process.run(words, place, environment, ends=(0, live_validation.FAULTY))

    threads = [threading.Thread(target=run, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(found) < 2:
        raise SystemExit("A copy did not end as it should.")
    return [found[number] for number in sorted(found)]

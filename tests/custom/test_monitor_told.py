"""What is said beside a stream while it goes on: how many partitions are read is said when that is known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from azext_iotdiag import output
from azext_iotdiag.custom.monitor import told
from azext_iotdiag.model.census import Census
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.stream import Partition, Stream

REFUSED = Failure(Kind.REFUSED, "the link to a partition", "h", 5671, condition="amqp:not-allowed")


class Watch:
    """A stream whose partitions open one after the other while it is iterated."""

    def __init__(self, *steps) -> None:
        self.stream = Stream("h", "entity", "$Default", {name: Partition(name) for name in "01"})
        self.shown = 0
        self._steps = steps

    def __iter__(self) -> Iterator[None]:
        for step in self._steps:
            step(self.stream.partitions)
            yield None


class NoCensus:
    def census(self) -> Census:
        return Census()


def opens(name: str):
    return lambda partitions: setattr(partitions[name], "opened", True)


def fails(name: str):
    return lambda partitions: setattr(partitions[name], "failure", REFUSED)


@pytest.mark.parametrize(("steps", "said"), [
    ((opens("0"),), []),
    ((opens("0"), opens("1")), ["Receiving from 2 of 2 partitions of entity, consumer group $Default."]),
    ((opens("0"), fails("1")), [
        "Receiving from 1 of 2 partitions of entity, consumer group $Default.",
        "Partition 1 cannot be read (amqp:not-allowed); going on with the others."]),
    ((fails("0"), fails("1")), ["Partition 0 cannot be read (amqp:not-allowed); going on with the others."]),
])  # fmt: skip
def test_partitions_that_are_still_opening_are_waited_for(monkeypatch, steps, said) -> None:
    lines: list[str] = []
    monkeypatch.setattr(output, "say", lines.append)
    list(told(Watch(*steps), NoCensus()))
    assert [line for line in lines if not line.startswith("Nothing to show")] == said

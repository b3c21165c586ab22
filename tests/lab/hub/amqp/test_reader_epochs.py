"""Who may read a partition beside whom."""

from __future__ import annotations

import contextlib
import time

import pytest

from azext_iotdiag.lab.hub.amqp import reader_epochs
from azext_iotdiag.wire.amqp.performatives import Attach, Detach
from azext_iotdiag.wire.amqp.types import ULong
from tests.plugins.amqp_raw import Raw, client, lab, raw, shared, token_of

__all__ = ["client", "lab", "shared"]


class Reader:
    def __init__(self, epoch):
        self.epoch = epoch


@pytest.mark.parametrize(("epoch", "others", "refused", "displaced"), [
    (None, [], "", 0),
    (None, [None] * 4, "", 0),
    (None, [None] * 5, "Exceeded the maximum number of allowed receivers per partition", 0),
    (None, [0], "created with epoch of '0', and so non-epoch receiver is not allowed", 0),
    (0, [None] * 5, "", 5),
    (0, [0], "", 1),
    (3, [2], "", 1),
    (1, [2], "higher epoch '2' already exists. Receiver 'nil' with epoch 1 cannot be created", 0),
])  # fmt: skip
def test_judge(epoch, others, refused, displaced):
    verdict = reader_epochs.judge(epoch, [Reader(other) for other in others])
    assert (verdict.refusal is not None) is bool(refused) and len(verdict.displaced) == displaced
    if refused:
        assert refused in verdict.refusal.description
        full = "amqp:resource-limit-exceeded" if "maximum" in refused else reader_epochs.STOLEN
        assert str(verdict.refusal.condition) == full
    for other, error in verdict.displaced:
        assert str(error.condition) == reader_epochs.STOLEN
        words = "higher epoch of" if other.epoch is not None else "non-epoch receiver is not allowed"
        assert words in error.description


def joined(lab, stack, **reader) -> Raw:
    client = stack.enter_context(raw(lab))
    client.greet()
    assert client.put_token(token_of(lab)) == 202
    client.reader("2", selector="amqp.annotation.x-opt-offset > '@latest'", **reader)
    return client


def test_one_with_an_epoch_drives_the_others_away_until_it_leaves(lab):
    with contextlib.ExitStack() as stack:
        others = [joined(lab, stack) for _ in range(reader_epochs.LIMIT)]
        assert all(other.until(Attach).source is not None for other in others)
        refused = joined(lab, stack)
        assert refused.until(Attach).source is None
        assert str(refused.until(Detach).error.condition) == "amqp:resource-limit-exceeded"
        alone = joined(lab, stack, epoch=ULong(7))
        assert alone.until(Attach).source is not None
        for other in others:
            assert str(other.until(Detach).error.condition) == reader_epochs.STOLEN
        assert "non-epoch" in joined(lab, stack).until(Detach).error.description
        assert "cannot be created" in joined(lab, stack, epoch=ULong(6)).until(Detach).error.description
        alone.close()
        until = time.monotonic() + 10
        while lab.call(lambda: lab.runtime.readers.get(("$Default", "2"))):
            assert time.monotonic() < until, "the reader is not forgotten"
            time.sleep(0.005)
        assert joined(lab, stack).until(Attach).source is not None


def test_other_partitions_and_groups_are_no_rivals(lab):
    with contextlib.ExitStack() as stack:
        assert joined(lab, stack, epoch=ULong(1)).until(Attach).source is not None
        other = stack.enter_context(raw(lab))
        other.greet()
        other.put_token(token_of(lab))
        other.reader("3", selector="amqp.annotation.x-opt-offset > '@latest'")
        assert other.until(Attach).source is not None


@pytest.mark.parametrize("epoch", ["1", -1, True])
def test_what_is_no_epoch(lab, epoch):
    with contextlib.ExitStack() as stack:
        detach = joined(lab, stack, epoch=epoch).until(Detach)
        assert "argument-error" in str(detach.error.condition)

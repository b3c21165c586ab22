"""Links that read a partition: what each sends, how far it has come, what ends it."""

from __future__ import annotations

from collections.abc import Callable

from azext_iotdiag.lab.faults.table import (
    LINK_DETACHED,
    LINK_STALLED,
    ODD_MESSAGE,
    READER_DISPLACED,
    SESSION_ENDED,
    Fault,
)
from azext_iotdiag.lab.hub.amqp import odd, reader_epochs
from azext_iotdiag.wire.amqp.codec import encode
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.performatives import AmqpError
from azext_iotdiag.wire.amqp.types import Described, Symbol, Timestamp, ULong

DELIVERY_ANNOTATIONS = ULong(0x71)


class PartitionReader:
    """One link that reads a partition, and how far it has come. `gone` is called with it when it is over."""

    def __init__(
        self, connection, link: Link, partition, group: str, *, after: int, epoch: int | None, metric: bool,
        gone: Callable[[PartitionReader], None], silent: bool = False,
    ):  # fmt: skip
        """`silent`: the link is open, and brings nothing."""
        self.epoch = epoch
        self.link = link
        self._connection = connection
        self._partition = partition
        self._next = after + 1
        self._metric = metric
        self._gone = gone
        self._sent = 0
        self._stalled = silent
        partition.subscribe(connection.wake.set)
        self._rivals = connection.runtime.readers.setdefault((group, partition.id), [])
        self._rivals.append(self)

    def pump(self, most: int) -> bool:
        """Send up to `most` messages as far as credit goes; whether more could go now."""
        link, partition, faults = self.link, self._partition, self._connection.runtime.faults
        for _ in range(most):
            if faults and self._struck():
                return False
            if not link.attached or link.credit <= 0 or link.session.blocked or self._stalled:
                return False
            at = partition.index(self._next)
            if at >= len(partition.events):
                if link.drain:
                    link.drained()
                return False
            event = partition.events[at]
            self._next = event.sequence + 1
            self._sent += 1
            message = self._spoilt(event.message) if faults else event.message
            link.send(self._runtime(event) + message if self._metric else message)
            if self._connection.drop_when_asked():
                return False
        return True

    def _spoilt(self, message: bytes) -> bytes:
        """The message as it goes out: in an odd form where the fault strikes it."""
        faults = self._connection.runtime.faults
        form = (faults.find(ODD_MESSAGE) or {}).get("form", 0)  # read before the fault ends
        if not faults.use(ODD_MESSAGE, partition=self._partition.id, after=self._sent - 1):
            return message
        self._connection.audit("fault", "ended", reason=f"a message in the odd form {form}")
        return odd.of(message, form)

    def _struck(self) -> bool:
        """Whether one of the faults that end or silence a link strikes at this point."""

        def strikes(fault: Fault) -> bool:
            return self._connection.runtime.faults.use(fault, partition=self._partition.id, after=self._sent)

        if not self.link.attached:
            return True
        if strikes(READER_DISPLACED):
            self.end(reader_epochs.taken_over(0, self.epoch))
        elif strikes(LINK_DETACHED):
            self.end(AmqpError(Symbol("amqp:link:detach-forced"), "The link is detached by the fault link-detached."))
        elif strikes(SESSION_ENDED):
            wrong = AmqpError(Symbol("amqp:internal-error"), "The session is ended by the fault session-ended.")
            self.link.session.end(wrong)
            self._connection.audit("fault", "ended", reason=str(wrong.description))
            self.close()
        elif not self._stalled and strikes(LINK_STALLED):
            self._stalled = True
            self._connection.audit("fault", "ended", reason=f"partition {self._partition.id} stalls")
        return not self.link.attached

    def end(self, error: AmqpError) -> None:
        """Detach the link, and say why."""
        self.link.detach(error)
        self._connection.audit(
            "detach", "ended", reason=f"{error.condition}: {error.description}", partition=self._partition.id
        )
        self._connection.wake.set()
        self.close()

    def close(self) -> None:
        """Stop reading; safe to call twice."""
        self._partition.unsubscribe(self._connection.wake.set)
        if self in self._rivals:
            self._rivals.remove(self)
            self._gone(self)

    def _runtime(self, event) -> bytes:
        last = self._partition.events[-1]
        return encode(
            Described(
                DELIVERY_ANNOTATIONS,
                {
                    Symbol("last_enqueued_sequence_number"): last.sequence,
                    Symbol("last_enqueued_offset"): last.offset,
                    Symbol("last_enqueued_time_utc"): Timestamp(last.enqueued),
                    Symbol("runtime_info_retrieval_time_utc"): Timestamp(event.enqueued),
                },
            )
        )

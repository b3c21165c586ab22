"""The templates of the devices that send, asked of IoT Central beside the stream, which is never kept waiting for them.

A device's messages are held back until its template is known, and go on in their order.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from azext_iotdiag.clients.central import Central
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.payload import Model
from azext_iotdiag.payload.assigned import Assigned, Lack, Models
from azext_iotdiag.streams.recorded import Recorded

ASK_AGAIN_SECONDS = 300.0  # about a device of which no template was found
MOST_HELD = 20_000  # messages of all devices whose templates are not known yet
LAST_SECONDS = 10.0  # for the answers that are out when the stream ends
_SHORT_SECONDS = 0.05


def ask(central: Central) -> Callable[[str], Assigned]:
    """What asks an application for the template of a device; each template once."""
    templates: dict[str, dict[str, Any]] = {}

    def asked(device: str) -> Assigned:
        missing = Lack.NOT_IN_APP
        try:
            name = central.device(device).get("template")
            if not isinstance(name, str) or not name:
                return Assigned(lack=Lack.NOT_ASSIGNED)
            missing = Lack.NOT_READ
            if name not in templates:
                templates[name] = central.template(name)
            return Assigned(templates[name])
        except StepFailed as failed:
            failure = failed.failure
            lack = missing if failure.kind is Kind.MISSING else Lack.NOT_READ
            return Assigned(lack=lack, detail=": ".join(filter(None, (failure.condition, failure.description))))

    return asked


class Templates:
    """The models of devices as `asked` finds their templates, one device after the other, in a thread of its own.

    `unjudged` counts the messages that nothing was found out for in time. `done` is called when nothing is asked any
    more.
    """

    def __init__(
        self,
        asked: Callable[[str], Assigned],
        models: Models,
        clock: Callable[[], float] = time.monotonic,
        done: Callable[[], None] = lambda: None,
    ):
        self._asked = asked
        self._done = done
        self._models = models
        self._clock = clock
        self._known: dict[str, Model | list[Finding]] = {}
        self._ask_again: dict[str, float] = {}
        self._questions: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._answered: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._held: dict[str, deque[Recorded]] = {}
        self._count = 0
        self._thread: threading.Thread | None = None
        self.unjudged = 0

    def __call__(self, event: Event) -> Model | list[Finding]:
        """The model for an event that was let through, or what there is to say in its place."""
        return self._known[event.device]

    def held(self, records: Iterable[Recorded | None]) -> Iterator[Recorded | None]:
        """The records, each when the template of its device is known; None goes on as it is."""
        try:
            for record in records:
                yield from self._released()
                if record is None:
                    yield None
                elif self._is_known(record.event.device):
                    yield record
                else:
                    self._hold(record)
                    yield None
            until = self._clock() + LAST_SECONDS
            while self._held and self._clock() < until:
                yield from self._released()
                yield None
                time.sleep(_SHORT_SECONDS)
        finally:
            self._questions.put(None)
            self.unjudged += self._count

    def _is_known(self, device: str) -> bool:
        if device in self._held:
            return False
        again = self._ask_again.get(device)
        if again is not None and self._clock() >= again:
            self._ask_again[device] = self._clock() + ASK_AGAIN_SECONDS
            self._put(device)  # meanwhile the last answer holds
        return device in self._known

    def _hold(self, record: Recorded) -> None:
        device = record.event.device
        if self._count >= MOST_HELD:
            self.unjudged += 1
            return
        if device not in self._held:
            self._held[device] = deque()
            self._put(device)
        self._held[device].append(record)
        self._count += 1

    def _put(self, device: str) -> None:
        self._questions.put(device)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="templates of IoT Central", daemon=True)
            self._thread.start()

    def _released(self) -> Iterator[Recorded]:
        while not self._answered.empty():
            held = self._held.pop(self._answered.get(), None) or ()
            self._count -= len(held)
            yield from held

    def _work(self) -> None:
        while (device := self._questions.get()) is not None:
            try:
                assigned = self._asked(device)
            except Exception as broken:  # such as an expired login of az: the messages go on, with the reason
                assigned = Assigned(lack=Lack.NOT_READ, detail=(str(broken) or type(broken).__name__).splitlines()[0])
            self._known[device] = self._models.of(assigned)
            if assigned.template is None:
                self._ask_again[device] = self._clock() + ASK_AGAIN_SECONDS
            else:
                self._ask_again.pop(device, None)
            self._answered.put(device)
        self._done()

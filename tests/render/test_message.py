"""The sending of a cloud-to-device message, as a person and a program read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.cloud_message import SUCCESS, CloudMessage
from azext_iotdiag.model.message_sending import Event, GaveBack, MessageSent, Sending, Waiting
from azext_iotdiag.model.verdict import Diagnosis, State, Verdict
from azext_iotdiag.render import message as render
from azext_iotdiag.render.commands import Known

GOOD = Diagnosis((), Verdict(State.HEALTHY, exit_codes.HEALTHY))
MESSAGE = CloudMessage("plant.azure-devices.net", "pump", "m-1", 1)
ACCEPTED = replace(MESSAGE, size=200, accepted=True)
ENDED = {
    "accepted": ACCEPTED,
    "waited for nothing": replace(ACCEPTED, waited=30.0),
    "completed": replace(ACCEPTED, waited=2.34, fate=SUCCESS, others=3),
    "completed at once": replace(ACCEPTED, waited=0.0, fate=SUCCESS),
    "interrupted": replace(MESSAGE, stopped=True),
    "interrupted while waiting": replace(ACCEPTED, stopped=True),
}
EVENTS: tuple[Event, ...] = (
    Sending(MESSAGE), Sending(ACCEPTED), Waiting(ACCEPTED, 30.0), GaveBack(1), GaveBack(2),
)  # fmt: skip


def test_golden(golden: Callable[[str, str], None]) -> None:
    told = [line for event in EVENTS for line in render.event_lines(event)]
    for name, message in ENDED.items():
        end = MessageSent(message, GOOD)
        told += [f"== {name}", *render.event_lines(end), *render.lines(end, Known())]
    golden("message_shown.txt", "\n".join(told) + "\n")


def test_data() -> None:
    told = [render.data(MessageSent(ENDED[name], GOOD), Known()) for name in ("accepted", "completed", "interrupted")]
    names = ("accepted", "waitedSeconds", "feedback", "recordsOfOthers", "bytes")
    assert [tuple(each[name] for name in names) for each in told] == [
        (True, None, None, 0, 200), (True, 2.34, "Success", 3, 200), (False, None, None, 0, 1),
    ]  # fmt: skip

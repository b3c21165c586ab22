"""A device on a raw AMQP connection to the lab: its token, its links, and what it sends and gets."""

from __future__ import annotations

import time
import uuid

from azext_iotdiag.credential import sas
from azext_iotdiag.wire.amqp.frames import frame
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import Attach, Detach, Disposition, Flow, Source, Target, Transfer

DEVICE = "device-1"
EVENTS, BOUND, METHODS, TWIN = "messages/events", "messages/devicebound", "methods/devicebound", "twin"


def identity(lab, device=DEVICE, module=""):
    return lab.state.hub.identity(device, module)


def token(lab, device=DEVICE, module="", *, key=None, expires=None, path=""):
    path = path or f"devices/{device}" + (f"/modules/{module}" if module else "")
    key = key or identity(lab, device, module).primary
    return sas.sign(f"{lab.state.hub.host}/{path}", sas.iothub_key(key.reveal()), expires or int(time.time()) + 600)


class Talker:
    """A device on a raw connection: its links go by handles, and what it sends by numbers that it counts."""

    def __init__(self, raw_client, path=f"/devices/{DEVICE}"):
        self.raw, self.path, self._handle, self._number = raw_client, path, 0, 0

    def link(self, kind, *, receive=False, credit=100, **more):
        """Attach a link. Returns its handle and what was answered: an Attach, or the Detach that refuses it."""
        self._handle += 1
        address, own = f"{self.path}/{kind}", "me"
        source, target = (Source(address), Target(own)) if receive else (Source(own), Target(address))
        proposal = Attach(
            f"link-{self._handle}-{uuid.uuid4()}", self._handle, receive, source=source, target=target,
            initial_delivery_count=None if receive else 0, **more,
        )  # fmt: skip
        self.raw.send(proposal)
        answer = self.raw.until(Attach)
        if (answer.source if receive else answer.target) is None:
            return self._handle, self.raw.until(Detach)
        if receive and credit:
            self.raw.send(Flow(0, 1000, 0, 1000, self._handle, 0, credit))
        return self._handle, answer

    def send(self, handle, *arguments, **named):
        """Send a message unsettled, and return what the lab makes of it."""
        number, self._number = self._number, self._number + 1
        message = encode_message(*arguments, **named)
        for at in range(0, len(message), 60_000):
            part = Transfer(handle, number, b"t", 0, False, more=at + 60_000 < len(message))
            self.raw.send(frame(part, message[at : at + 60_000]))
        while True:
            came = self.raw.until(Disposition)
            if came.role and came.first == number:
                return came.state

    def received(self):
        """The next message, with the number of its delivery."""
        while (came := self.raw._next(self.raw._frames.next)) is not None:
            if type(came.performative) is Transfer:
                return came.performative, decode_message(came.payload)
        raise AssertionError("the lab closed the connection")


def stored(lab, device=DEVICE):
    partition = lab.state.hub.partition_of(device)
    found = [decode_message(event.message) for event in lab.call(lambda: list(partition.events))]
    return [message for message in found if message.annotations["iothub-connection-device-id"] == device]


def until(lab, condition):
    ends = time.monotonic() + 10
    while not lab.call(condition):
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.005)

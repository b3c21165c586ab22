"""The service over AMQP: messages to devices, who may send them, and word of their fate."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.lab.hub import cloud_messages, service_access
from azext_iotdiag.lab.hub.amqp.service_nodes import FEEDBACK, FILES
from azext_iotdiag.wire.amqp.performatives import Accepted, Attach, Disposition, Released
from tests.plugins.amqp_raw import hub_token, lab, raw, shared
from tests.plugins.amqp_talker import BOUND, DEVICE, EVENTS, Talker, identity, until
from tests.plugins.lab_requests import token

__all__ = ["lab", "shared"]


def test_a_message_from_the_service(lab):
    device = identity(lab)
    with raw(lab, lab.state.hub.host) as connection:
        connection.greet()
        assert connection.put_token(hub_token(lab)) == 200
        talker = Talker(connection, "")
        handle, _ = talker.link(BOUND)
        _, _ = talker.link("messages/serviceBound/feedback", receive=True)
        to = f"/devices/{DEVICE}/messages/deviceBound"
        sent = talker.send(handle, b"hi", properties={"to": to, "message-id": "m"}, application={"iothub-ack": "Full"})
        assert sent == Accepted() and device.queued == 1
        for wrong, condition in (
            ({"to": "/devices/nobody/messages/devicebound"}, "amqp:not-found"),
            ({"to": "/nowhere"}, "com.microsoft:argument-error"), ({}, "com.microsoft:argument-error"),
        ):  # fmt: skip
            assert talker.send(handle, b"hi", properties=wrong).error.condition == condition
        lab.call(lambda: cloud_messages.complete(
            lab.runtime, device, cloud_messages.receive(lab.runtime, device).lock))  # fmt: skip
        transfer, feedback = talker.received()
        assert feedback.properties["content-type"] == "application/vnd.microsoft.iothub.feedback.json"
        assert [record["statusCode"] for record in json.loads(feedback.body)] == ["Success"]
        connection.send(Disposition(True, transfer.delivery_id, None, True, Released()))
        until(lab, lambda: len(lab.runtime.feedback.records) == 1)  # it comes again, with the next batch


@pytest.mark.parametrize(("login", "opened"), [
    ("owner", [True, True, True]), ("data-reader", [False, False, True]), ("owner-without-data", []), ("reader", []),
])  # fmt: skip
def test_a_token_of_entra_opens_what_the_role_allows(lab, login, opened):
    person = lab.state.tenant.signs_in("servicePrincipal", login)
    shown = lab.call(token, lab.state, person, service_access.AUDIENCE)
    with raw(lab, lab.state.hub.host) as connection:
        connection.greet()
        assert connection.put_token(f"Bearer {shown}", kind="bearer") == (200 if opened else 401)
        talker, links = Talker(connection, ""), []
        for kind, receive in ((BOUND, False), (FEEDBACK, True), (FILES, True))[: len(opened)]:
            links.append(isinstance(talker.link(kind, receive=receive)[1], Attach))
        assert links == opened
    if not opened:
        assert "has no role that allows" in str([each.reason for each in lab.call(lab.state.audit.recent, 5)])


def test_a_token_for_something_else_opens_nothing(lab):
    person = lab.state.tenant.signs_in("servicePrincipal", "owner")
    for shown in ("x.y.z", lab.call(token, lab.state, person)):
        with raw(lab, lab.state.hub.host) as connection:
            connection.greet()
            assert connection.put_token(f"Bearer {shown}", kind="bearer") == 401


@pytest.mark.parametrize("policy", ["device", "registryRead"])
def test_messages_to_devices_need_the_right(lab, policy):
    with raw(lab, lab.state.hub.host) as connection:
        connection.greet()
        assert connection.put_token(hub_token(lab, policy)) == 200
        talker = Talker(connection, "")
        _, answer = talker.link(BOUND)
        assert answer.error.condition == "amqp:unauthorized-access"
        talker.path = f"/devices/{DEVICE}"
        _, own = talker.link(EVENTS)
        assert isinstance(own, Attach) is (policy == "device")

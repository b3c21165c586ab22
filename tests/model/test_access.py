"""How a service was opened, as far as the target of a command tells it."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.access import OpenedBy, ReaderAccess, central_opened_by, opened_by, reading_of
from azext_iotdiag.model.target import Secret, Target


def token() -> Secret:
    return Secret("token")


@pytest.mark.parametrize(("target", "opened"), [
    (None, None),
    (Target("hub", policy="service"), OpenedBy(policy="service")),
    (Target("hub", policy="service", origin="found by name"), OpenedBy(policy="service", key_found=True)),
    # A login opens the service itself: no key was read, wherever the service was found.
    (Target("hub", authorization=token), OpenedBy(by_login=True)),
    (Target("hub", authorization=token, origin="found by name"), OpenedBy(by_login=True)),
    # A key is used where the login is refused, so that neither is certain.
    (Target("hub", authorization=token, instead=lambda: None), None),
])  # fmt: skip
def test_how_a_hub_was_opened(target: Target | None, opened: OpenedBy | None) -> None:
    assert opened_by(target) == opened


@pytest.mark.parametrize(("target", "opened"), [
    (None, None),
    (Target(app="app", authorization=token), OpenedBy(by_login=False)),  # an API token was given
    (Target(app="app", authorization=token, origin="found by name"), OpenedBy(by_login=True)),
])  # fmt: skip
def test_how_an_application_was_opened(target: Target | None, opened: OpenedBy | None) -> None:
    assert central_opened_by(target) == opened


@pytest.mark.parametrize(("target", "transport", "reading"), [
    (Target("hub"), None, ReaderAccess("wire")),
    (Target("hub"), "amqp_ws", ReaderAccess("wire", "amqp_ws")),
    (Target("hub", origin="found by name"), "amqp", ReaderAccess("wire", "amqp", key_found=True)),
    (Target(app="app"), "amqp", ReaderAccess("wire", "amqp", key_found=True)),
    (Target(event_hub="ns", entity="e"), "amqp", ReaderAccess("wire", "amqp", names_entity=True)),
])  # fmt: skip
def test_how_messages_are_read(target: Target, transport: str | None, reading: ReaderAccess) -> None:
    assert reading_of(target, "wire", transport) == reading
    assert reading_of(target, "sdk", transport).reader == "sdk"

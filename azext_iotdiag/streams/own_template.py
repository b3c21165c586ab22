"""What judges the messages of one device of an IoT Central application by the template that it has there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from azext_iotdiag.clients.central import Central
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.payload import Model
from azext_iotdiag.payload.assigned import Models
from azext_iotdiag.streams import templates, validation
from azext_iotdiag.streams.recorded import Place, Recorded


class Judging(NamedTuple):
    """What says what is wrong in a message, the model that it judges by, and the code of why there is no model.

    Without a model only the form of messages is judged.
    """

    judge: Callable[[Event], list[Finding]]
    model: str = ""
    lacking: str = ""


def of_device(central: Central, device: str) -> Judging:
    """The judge of the device's messages."""
    model = Models().of(templates.ask(central)(device))
    if not isinstance(model, Model):
        of_form = validation.judge_of(validation.Rules())
        return Judging(lambda event: of_form(_recorded(event)), lacking=model[0].entry.code)
    by_model = validation.judge_of(validation.Rules(), lambda event: model)
    return Judging(lambda event: by_model(_recorded(event)), model.id)


def _recorded(event: Event) -> Recorded:
    return Recorded(event, Place("", "", 0))

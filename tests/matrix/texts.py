"""Texts by chance: what services say beside their codes, where no documentation gives the words.

A verdict that hangs on such a text would be right in the lab alone.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from azext_iotdiag.lab.hub.amqp import event_hub, port, readers
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.wire.amqp.performatives import AmqpError

# What stays as it is, with who documents it.
DOCUMENTED = {
    r"ErrorCode:[A-Za-z0-9]+;": "the hub's REST API, Azure/azure-iot-sdk-c#246",
    r"Tracking ID:.*": "the same",
    r".* does not have authorization to perform action .*": "AuthorizationFailed of the resource manager, learn",
    r".*ErrorCode:IotHubUnauthorizedAccess.*": "a linked hub that refuses, in a registration of DPS",
    r"Exceeded the maximum number of allowed receivers.*": "Event Hubs, MicrosoftDocs/azure-docs#24985",
}
_TEXTS = frozenset({"Message", "ExceptionMessage", "message", "lastKnownError", "errorMessage", "statusReason"})
WORDS = ("quux", "frob", "zzyzx", "blorb", "xyzzy", "plugh", "wibble", "flarp")


@contextmanager
def by_chance(dice: random.Random) -> Iterator[None]:
    """Let the lab say undocumented texts by chance."""
    content = Answer.content

    def said(answer: Answer) -> tuple[bytes, str]:
        data, kind = content(answer)
        if answer.status < 400 or not kind.startswith("application/json"):
            return data, kind
        return json.dumps(_other(json.loads(data), dice, "")).encode(), kind

    def error(condition: Any, description: str = "", *more: Any) -> AmqpError:
        return AmqpError(condition, _text(description or "", dice), *more)

    with ExitStack() as patched:
        patched.enter_context(mock.patch.object(Answer, "content", said))
        for module in (event_hub, port, readers):
            patched.enter_context(mock.patch.object(module, "AmqpError", error))
        yield


def _other(value: Any, dice: random.Random, field: str) -> Any:
    if isinstance(value, dict):
        return {name: _other(each, dice, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_other(each, dice, field) for each in value]
    if field in _TEXTS and isinstance(value, str):
        if value.lstrip().startswith("{"):  # JSON within a text, as direct methods are refused
            return json.dumps(_other(json.loads(value), dice, ""))
        return _text(value, dice)
    return value


def _text(text: str, dice: random.Random) -> str:
    """Words by chance, behind what is documented."""
    if any(re.fullmatch(each, text, re.DOTALL) for each in DOCUMENTED):
        return text
    begins = re.match(r"ErrorCode:[A-Za-z0-9]+;", text)
    return (begins[0] if begins else "") + " ".join(dice.choices(WORDS, k=dice.randint(2, 6)))

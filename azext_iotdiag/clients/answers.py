"""The answers of services over HTTP, read into the types that they are documented to have, and refused otherwise.

What answers in the place of a service, such as a portal of the network, is recognised here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from azext_iotdiag.clients.http import Http, HttpAnswer
from azext_iotdiag.credential import sas
from azext_iotdiag.model import json_depth
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.target import Secret


class AnswerReader:
    """Reads the answers of one server to the request that `step` names. Everything raises StepFailed, NOT_HTTP.

    `secret`: the answers hold keys or tokens, so no word of them is shown.
    """

    def __init__(self, http: Http, step: str, *, secret: bool = False):
        self._http = http
        self._step = step
        self._secret = secret

    def value(self, answer: HttpAnswer) -> Any:
        """What the JSON of an answer is."""
        try:
            return json_depth.loads(answer.body)
        except ValueError:
            pass
        raise self.wrong("the answer is no JSON" + self._beginning(answer))

    def object(self, answer: HttpAnswer) -> dict[str, Any]:
        """The JSON object that an answer is."""
        data = self.value(answer)
        if not isinstance(data, dict):
            raise self.wrong("the answer is no object" + self._beginning(answer))
        return data

    def rows(self, data: Any) -> list[dict[str, Any]]:
        """The objects in a list."""
        if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
            raise self.wrong("the rows of the answer are no objects")
        return data

    def text(self, told: Mapping[str, Any], name: str) -> str:
        """The text, and not the empty one, that an object must have under a name."""
        value = told.get(name)
        if not isinstance(value, str) or not value:
            raise self.wrong(f"the answer has no text for {name!r}")
        return value

    def key(self, told: Mapping[str, Any], name: str) -> Secret:
        """The key that an object must have under a name."""
        text = self.text(told, name)
        try:
            sas.iothub_key(text)
        except sas.MalformedKey:
            raise self.wrong(f"what the answer has for {name!r} cannot be a key") from None
        return Secret(text)

    def judge_keys(self, told: Mapping[str, Any]) -> None:
        """Raise StepFailed where one of the pair of keys in an object is there, and cannot be a key."""
        for name in ("primaryKey", "secondaryKey"):
            if isinstance(told.get(name), str) and told[name]:
                self.key(told, name)

    def refuse_redirect(self, answer: HttpAnswer) -> None:
        """Raise StepFailed for an answer that leads elsewhere: no service asked here redirects, so it is none."""
        if not 300 <= answer.status < 400:
            return
        host = _host(answer.headers.get("location", ""))
        where = f" to {host}" if host else ""
        raise self.wrong(f"the answer HTTP {answer.status} leads{where or ' elsewhere'}, and is not followed")

    def wrong(self, description: str) -> Exception:
        """The exception for an answer that is of no use."""
        return self._http.failed(Kind.NOT_HTTP, self._step, description)

    def _beginning(self, answer: HttpAnswer) -> str:
        return "" if self._secret or not answer.words else f"; it begins with {answer.words!r}"


def part(told: Any, *names: str) -> Mapping[str, Any]:
    """The object within an object, however deep; empty where there is none."""
    for name in names:
        told = told.get(name) if isinstance(told, dict) else None
    return told if isinstance(told, dict) else {}


def _host(link: str) -> str:
    """The host that a link names, for people; empty where it names none."""
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""

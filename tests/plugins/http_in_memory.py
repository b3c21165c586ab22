"""A client's HTTP without any connection: requests go to a function, or to the services of a lab in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from azext_iotdiag.clients.http import Http, HttpAnswer
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net.http_types import Request
from tests.plugins.lab_requests import ask_request

# The method, the host, the path with its query, and the body. Returns the status and what becomes JSON, or an Answer.
Serve = Callable[[str, str, str, bytes], Any]


class InMemory(Http):
    """What `serve` answers; `asked` gets a line for each request."""

    def __init__(self, host: str, serve: Serve, asked: list[str], **options: Any):
        super().__init__(host, **options)
        self._serve = serve
        self._asked = asked
        self.headers: dict[str, str] = {}

    def request(self, method: str, target: str, step: str, **more: Any) -> HttpAnswer:
        self._asked.append(f"{method} {target}")
        self.headers = dict(more.get("headers") or {})
        answer = self._serve(method, self.host, target, more.get("body") or b"")
        if isinstance(answer, HttpAnswer):
            return answer
        status, data = answer
        return HttpAnswer(status, {}, data if isinstance(data, bytes) else json.dumps(data).encode())


def to(serve: Serve, asked: list[str] | None = None) -> Callable[..., Http]:
    """What makes clients of a host, for `http` of an account or a client."""
    seen = [] if asked is None else asked
    return lambda host, **options: InMemory(host, serve, seen, **options)


class LabHttp(Http):
    """What the services of a lab answer, asked in memory."""

    def __init__(self, host: str, state: Lab, **options: Any):
        super().__init__(host, **options)
        self._state = state

    def request(self, method: str, target: str, step: str, **more: Any) -> HttpAnswer:
        headers = {name.lower(): text for name, text in (more.get("headers") or {}).items()}
        answer = ask_request(self._state, Request(method, target, self.host, headers, more.get("body") or b""))
        content, *_ = answer.content()
        return HttpAnswer(answer.status, {name.lower(): text for name, text in answer.headers.items()}, content)


def to_lab(state: Lab) -> Callable[..., Http]:
    """What makes clients that ask a lab in memory."""
    return lambda host, **options: LabHttp(host, state, **options)

"""Microsoft Graph, as far as it is asked here: who the caller is.

https://learn.microsoft.com/graph/api/user-get
https://learn.microsoft.com/graph/api/serviceprincipal-get
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from azext_iotdiag.clients import answers
from azext_iotdiag.clients.answers import part
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.http import Http
from azext_iotdiag.model import json_depth
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.rights import Caller, CallerKind
from azext_iotdiag.model.target import Secret

_KINDS = {401: Kind.UNAUTHORIZED, 403: Kind.UNAUTHORIZED, 404: Kind.MISSING, 429: Kind.BUSY}
_STEP = "who the caller is"


class Graph:
    """Microsoft Graph at an endpoint (a URL). Its methods raise StepFailed; `http` makes the client of its host.

    `authorization` makes the header of that name, and is asked before each request.
    """

    def __init__(
        self,
        endpoint: str,
        authorization: Callable[[], Secret],
        deadlines: Deadlines | None = None,
        http: Callable[..., Http] = Http,
    ):
        self._authorization = authorization
        self._http = http(urlsplit(endpoint).hostname or "", deadlines=deadlines)

    def me(self) -> Caller:
        """The user who is signed in. An application has no such answer."""
        told = self._object("/v1.0/me?$select=id,userPrincipalName")
        name = told.get("userPrincipalName")
        return Caller(self._reader.text(told, "id"), CallerKind.USER, name if isinstance(name, str) else "")

    def service_principal(self, client_id: str) -> Caller:
        """The service principal, or managed identity, of a client id."""
        name = quote(client_id, safe="")
        told = self._object(f"/v1.0/servicePrincipals(appId='{name}')?$select=id,displayName")
        shown = told.get("displayName")
        id_ = self._reader.text(told, "id")
        return Caller(id_, CallerKind.SERVICE_PRINCIPAL, shown if isinstance(shown, str) else "")

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    @property
    def _reader(self) -> answers.AnswerReader:
        return answers.AnswerReader(self._http, _STEP)

    def _object(self, target: str) -> dict[str, Any]:
        answer = self._http.request("GET", target, _STEP, headers={"Authorization": self._authorization().reveal()})
        self._reader.refuse_redirect(answer)
        if answer.status >= 400:
            code, said = _error(answer.body)
            busy = Kind.BUSY if answer.status >= 500 else Kind.REFUSED
            kind = _KINDS.get(answer.status, busy)
            raise self._http.failed(kind, _STEP, said or answer.words, code or f"http:{answer.status}")
        return self._reader.object(answer)


def _error(body: bytes) -> tuple[str, str]:
    """The code and the message of an error; empty where the answer has another shape."""
    try:
        error = part(json_depth.loads(body), "error")
    except ValueError:
        return "", ""
    code, said = error.get("code"), error.get("message")
    return code if isinstance(code, str) else "", said if isinstance(said, str) else ""

"""The service API of a Device Provisioning Service: enrollments and registrations, read with a policy's key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from azext_iotdiag.clients import answers
from azext_iotdiag.clients.connections import Connections
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.http import Http, HttpAnswer
from azext_iotdiag.clients.hub import TOKEN_SECONDS, read_error
from azext_iotdiag.clients.paging import Pages
from azext_iotdiag.clients.paths import segment
from azext_iotdiag.credential import sas
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.target import Target

# https://learn.microsoft.com/rest/api/iot-dps/service
API_VERSION = "2021-10-01"
PAGE = 1000  # rows; the service has the last word

_KINDS = {400: Kind.REFUSED, 401: Kind.UNAUTHORIZED, 403: Kind.UNAUTHORIZED, 404: Kind.MISSING}
_EVERYTHING = {"query": "SELECT *"}


class Dps:
    """A provisioning service, as `target.dps` and the policy of `target`, or az's login, open it. Everything may
    raise StepFailed. Where the service refuses the target, `target.instead` is asked once for another, as by Hub.

    `now` gives seconds since 1970, `said` hears of pauses, as for Hub. `before` is called before each request, and
    `deadlines` are those of each. `connections` are what other clients left.
    """

    def __init__(
        self,
        target: Target,
        now: Callable[[], float],
        said: Callable[[str, float], None] = lambda why, seconds: None,
        patience: float | None = None,
        before: Callable[[], None] = lambda: None,
        deadlines: Deadlines | None = None,
        connections: Connections | None = None,
    ):
        self._before = before
        self._target = target
        self._now = now
        self._patience = patience
        self._http = Http(target.dps, said=said, deadlines=deadlines, connections=connections)

    def registration(self, registration_id: str) -> dict[str, Any]:
        """What became of a registration. Needs RegistrationStatusRead."""
        return self._object(f"/registrations/{segment(registration_id)}", "the registration")

    def enrollment(self, registration_id: str) -> dict[str, Any]:
        """An individual enrollment. Needs EnrollmentRead."""
        return self._object(f"/enrollments/{segment(registration_id)}", "the enrollment")

    def group(self, group_id: str) -> dict[str, Any]:
        """An enrollment group. Needs EnrollmentRead."""
        return self._object(f"/enrollmentGroups/{segment(group_id)}", "the enrollment group")

    def attestation(self, id_: str, *, group: bool) -> dict[str, Any]:
        """How the devices of an enrollment, or of a group, prove who they are. Its keys are in it: not to be shown.

        Needs EnrollmentRead, or of an Entra token the data action attestationmechanism/details/action.
        """
        kind = "enrollmentGroups" if group else "enrollments"
        path, step = f"/{kind}/{segment(id_)}/attestationmechanism", "the keys of the enrollment"
        reader = answers.AnswerReader(self._http, step, secret=True)
        told = reader.object(self._ask("POST", path, step, b"", {}))
        reader.judge_keys(answers.part(told, "symmetricKey"))
        return told

    def enrollments(self) -> Iterator[list[dict[str, Any]]]:
        """All individual enrollments, page by page."""
        return self._pages("/enrollments/query", "the list of enrollments")

    def groups(self) -> Iterator[list[dict[str, Any]]]:
        """All enrollment groups, page by page."""
        return self._pages("/enrollmentGroups/query", "the list of enrollment groups")

    def registrations(self, group_id: str) -> Iterator[list[dict[str, Any]]]:
        """What became of all registrations of a group, page by page."""
        return self._pages(f"/registrations/{segment(group_id)}/query", "the list of registrations")

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _object(self, path: str, step: str) -> dict[str, Any]:
        return answers.AnswerReader(self._http, step).object(self._ask("GET", path, step, b"", {}))

    def _pages(self, path: str, step: str) -> Iterator[list[dict[str, Any]]]:
        token, pages, reader = "", Pages(self._http, step), answers.AnswerReader(self._http, step)
        while True:
            headers = {"x-ms-max-item-count": str(PAGE), **({"x-ms-continuation": token} if token else {})}
            answer = self._ask("POST", path, step, json.dumps(_EVERYTHING).encode(), headers)
            rows = reader.rows(reader.value(answer))
            yield rows
            token = pages.continuation(answer.headers.get("x-ms-continuation", ""), len(rows))
            if not token:
                return

    def _ask(self, method: str, path: str, step: str, body: bytes, headers: dict[str, str]) -> HttpAnswer:
        answer = self._send(method, path, step, body, headers)
        if answer.status in (401, 403) and self._target.instead is not None:
            other = self._target.instead()
            self._target = other or replace(self._target, instead=None)
            answer = self._send(method, path, step, body, headers) if other else answer
        answers.AnswerReader(self._http, step).refuse_redirect(answer)
        if answer.status >= 300:
            refused = read_error(answer)
            busy = Kind.BUSY if answer.status in (408, 429) or answer.status >= 500 else Kind.REFUSED
            code = answer.headers.get("x-ms-error-code", "") or refused.code or f"http:{answer.status}"
            raise self._http.failed(_KINDS.get(answer.status, busy), step, str(refused), code)
        return answer

    def _send(self, method: str, path: str, step: str, body: bytes, headers: dict[str, str]) -> HttpAnswer:
        self._before()
        sent = {
            "Authorization": self._authorization(),
            "Content-Type": "application/json; charset=utf-8",
            **headers,
        }
        return self._http.request(
            method, f"{path}?api-version={API_VERSION}", step, headers=sent, body=body, patience=self._patience
        )

    def _authorization(self) -> str:
        target = self._target
        if target.authorization is not None:
            return target.authorization().reveal()
        assert target.credential is not None
        key = sas.iothub_key(target.credential.reveal())
        return sas.sign(target.dps, key, int(self._now()) + TOKEN_SECONDS, target.policy)

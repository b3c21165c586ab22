"""Who the caller is, as Microsoft Graph tells it."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.graph import Graph
from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.rights import CallerKind
from azext_iotdiag.model.target import Secret
from tests.plugins.http_in_memory import to, to_lab
from tests.plugins.lab_requests import token

GRAPH = "https://graph.microsoft.com"


def of_lab(state: Lab, principal) -> Graph:
    text = token(state, principal, GRAPH)
    return Graph(GRAPH, lambda: Secret(f"Bearer {text}"), http=to_lab(state))


def test_a_user() -> None:
    state = new_lab()
    alice = state.tenant.named("user", "Owner")
    found = of_lab(state, alice).me()
    assert (found.object_id, found.kind, found.name) == (alice.object_id, CallerKind.USER, alice.name)


@pytest.mark.parametrize("kind", ["servicePrincipal", "managedIdentity"])
def test_an_application(kind: str) -> None:
    state = new_lab()
    mine = state.tenant.named(kind, "Owner")
    found = of_lab(state, mine).service_principal(mine.client_id)
    assert (found.object_id, found.kind) == (mine.object_id, CallerKind.SERVICE_PRINCIPAL)
    with pytest.raises(StepFailed, match="only valid with delegated"):
        of_lab(state, mine).me()
    with pytest.raises(StepFailed) as failed:
        of_lab(state, mine).service_principal("none'")
    assert failed.value.failure.kind is Kind.MISSING


@pytest.mark.parametrize(("status", "data", "kind"), [
    (401, {"error": {"code": "InvalidAuthenticationToken", "message": "no"}}, Kind.UNAUTHORIZED),
    (403, {"error": 7}, Kind.UNAUTHORIZED), (503, b"<html>", Kind.BUSY), (400, {}, Kind.REFUSED),
    (200, b"<html>", Kind.NOT_HTTP), (200, {"id": 7}, Kind.NOT_HTTP), (302, {}, Kind.NOT_HTTP),
])  # fmt: skip
def test_answers_that_are_of_no_use(status: int, data: object, kind: Kind) -> None:
    graph = Graph(GRAPH, lambda: Secret("Bearer t"), http=to(lambda *_: (status, data)))
    with pytest.raises(StepFailed) as failed:
        graph.me()
    assert failed.value.failure.kind is kind

"""What is asked of the resource manager: each api-version has a source, and bodies of questions are pinned.

The bodies of changes are pinned where they are planned: `log_settings.txt` and `alerts_sent.txt`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from azext_iotdiag.clients import resource_graph
from azext_iotdiag.clients.arm import DPS_TYPE, HUB_TYPE
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.model.changes import ChangesAsked, Source
from azext_iotdiag.model.routing import Tracing, TriedMessage
from azext_iotdiag.probes import changes, hub_settings, manager, route_trace
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes.context import Context, Resource, Typed
from tests.plugins import http_in_memory
from tests.plugins.lab_requests import token
from tests.plugins.source_tree import PACKAGE

DATED = re.compile(r"20\d\d-\d\d-\d\d(-preview)?")
SOURCES = ("https://", "Azure/azure-rest-api-specs")
LAYERS = ("clients", "probes", "insights", "sessions", "simulate", "login")


def versions(path: Path) -> Iterator[tuple[int, str]]:
    """The constants of a module that hold an api-version: their lines and their values."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and "VERSION" in ast.unparse(node.targets[0]):
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and DATED.fullmatch(str(part.value)):
                    yield node.lineno, str(part.value)


def source(path: Path, line: int) -> str:
    """The words that may name where a constant is from: its line, the comment above it, and the module's opening."""
    lines = path.read_text(encoding="utf-8").splitlines()
    above = line - 2
    while above >= 0 and lines[above].startswith("#"):
        above -= 1
    opening = ast.get_docstring(ast.parse("\n".join(lines))) or ""
    return "\n".join([*lines[above + 1 : line], opening])


def test_each_api_version_has_a_source() -> None:
    files = [path for layer in LAYERS for path in sorted((PACKAGE / layer).rglob("*.py"))]
    found = [(path, line, value) for path in files for line, value in versions(path)]
    assert len(found) >= 20
    without = [
        f"{path.relative_to(PACKAGE)}:{line} {value}"
        for path, line, value in found
        if not any(each in source(path, line) for each in SOURCES)
    ]
    assert without == []


def test_an_api_version_without_a_source_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "some.py"
    file.write_text('"""Words."""\n# why\nX_VERSION = "2021-04-01"\n# https://example.com\nY_VERSION = "2022-01-01"\n')
    told = [(value, any(each in source(file, line) for each in SOURCES)) for line, value in versions(file)]
    assert told == [("2021-04-01", False), ("2022-01-01", True)]


def test_what_is_asked_by_post(monkeypatch: pytest.MonkeyPatch, golden: Callable[[str, str], None]) -> None:
    state, sent = new_lab(clock=lambda: 1_800_000_000.0), []
    made = http_in_memory.to_lab(state)

    def recorded(host: str, connections, **options):
        http = made(host, **options)
        ask = http.request

        def request(method: str, target: str, step: str, **more):
            if method == "POST":
                sent.append(f"{method} {target}\n{(more.get('body') or b'').decode()}\n")
            return ask(method, target, step, **more)

        http.request = request
        return http

    monkeypatch.setattr(context_module, "Http", recorded)
    hub, subscription = state.tenant.path_of(state.hub), state.tenant.subscriptions[0]
    rule = {"name": "hot", "source": "DeviceMessages", "condition": "$body.t > 30", "endpointNames": ["events"],
            "isEnabled": True}  # fmt: skip
    routing = {"routes": [rule], "fallbackRoute": {**rule, "name": "$fallback", "condition": "true"}}
    state.hub.settings.update({"routing": routing})
    owner = state.tenant.named("servicePrincipal", "Owner")
    message = TriedMessage('{"t": 21.5}', {"contentType": "application/json", "contentEncoding": "utf-8"}, {"a": "b"})
    context = Context(
        Typed(tracing=Tracing(message), changes=ChangesAsked(0, (Source.SETTINGS,))),
        resource=Resource(hub, state.hub.host, "https://management.azure.com", partial(token, state, owner)),
    )
    settings = hub_settings.measure(context, context.clock() + 10, {})
    route_trace.try_routes(context, context.clock() + 10, settings, context.typed.tracing)
    changes.measure(context, context.clock() + 10, {})
    with manager.asked(context, "the services") as (arm, _):
        list(resource_graph.services(arm, [subscription.id], [HUB_TYPE, DPS_TYPE]))
    golden("arm_questions.txt", "".join(sent).replace(subscription.id, "SUBSCRIPTION"))

"""The forms of a call of a device's method."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import Fact, given, typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.method import MethodAnswer, MethodCall
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.pinging import Calling, Narrowing, Pinged
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.render import method as render
from azext_iotdiag.render import results
from azext_iotdiag.render.commands import Known
from azext_iotdiag.sessions.method_ping import MethodPing

NOW = 1_796_040_000.0  # 2026-11-30T12:00:00Z
AT = datetime.fromtimestamp(NOW, timezone.utc)
HOST = "hub.azure-devices.net"
KNOWN = Known("hub", "pump-7", login="--hub-name hub")
NAMED = MethodCall("reboot", connect_seconds=60, named=True)
REACHED = MethodAnswer(HOST, "pump-7", "", MethodCall(), 200, 0.112, 0.0341, 501, "null")
OFFLINE = MethodAnswer(
    HOST, "pump-7", "", MethodCall(), 404, 0.112, 0.0341, code="DeviceNotOnline",
    said="Timed out waiting for device to connect.", tracking="Tracking ID:1-G:0",
)  # fmt: skip
CONNECTED = Identity(HOST, "pump-7", status="enabled", connected=True, last_activity=int(NOW * 1000))
SAMPLES: dict[str, dict[str, Any]] = {
    "reached": {"method_answer": REACHED},
    "a method that was named": {"method_answer": replace(REACHED, call=NAMED, status=200, payload='{"a": 1}')},
    "a method that failed": {"method_answer": replace(REACHED, call=NAMED, status=500, payload='"no \\u001b[31m"')},
    "a long payload of a module": {
        "method_answer": replace(REACHED, module="m", status=200, payload=json.dumps("x" * 2000))
    },
    "offline, or no handler": {"method_answer": OFFLINE},
    "connected, and sends": {
        "method_answer": OFFLINE, "identity": CONNECTED,
        "newest_messages": NewestMessages("pump-7", came=int(NOW * 1000)),
    },
    "disabled": {"method_answer": OFFLINE, "identity": replace(CONNECTED, status="disabled", connected=False)},
    "left": {"method_answer": replace(OFFLINE, said="Device unavailable")},
    "silent": {"method_answer": replace(OFFLINE, http=504, answering=30.0, code="GatewayTimeout", said="timed out")},
    "refused": {"method_answer": replace(OFFLINE, http=401, code="IotHubUnauthorizedAccess", said="Unauthorized")},
    "not known": {"method_answer": replace(OFFLINE, http=418, code="", said="<html>short and stout</html>")},
    "no answer": {"method_answer": Failure(Kind.SILENT, "the answer to the call of the method", HOST, 443, seconds=40)},
    "interrupted": {},
}  # fmt: skip


def ended(values: dict[str, Any]) -> Pinged:
    def fact(value: Any) -> Fact[Any]:
        return Fact(None, AT, "s", failure=value) if isinstance(value, Failure) else typed(value, AT)

    context = Context(Typed(device="pump-7", method=MethodCall()), hub=Target(hub=HOST, credential=Secret("a2V5")))
    known = {**given(NOW), **{name: fact(value) for name, value in values.items()}}
    (end,) = MethodPing(context, known).end(None if values else End.INTERRUPTED)
    assert isinstance(end, Pinged)
    return end


def test_golden(golden: Callable[[str, str], None]) -> None:
    shown = [
        "== as it goes on",
        *render.event_lines(Calling(HOST, "pump-7", NAMED)),
        *render.event_lines(Narrowing("pump-7")),
    ]
    for name, values in SAMPLES.items():
        end = ended(values)
        shown += [f"== {name}: {end.exit_code}", *render.event_lines(end), *render.lines(end, KNOWN)]
    golden("method.txt", "\n".join(shown) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    shown = {}
    for name in ("a method that was named", "offline, or no handler", "interrupted"):
        shown[name] = render.data(ended(SAMPLES[name]), KNOWN)
        for check in shown[name]["checks"]:
            for found in check["findings"]:
                found["causes"] = len(found["causes"])  # they are pinned with their entries
    golden("method.json", json.dumps(shown, indent=2) + "\n")


def test_a_table_holds_the_verdict_first() -> None:
    rows = results.table(render.data(ended(SAMPLES["left"]), KNOWN))
    assert [row["Status"] for row in rows][:1] == ["broken"]
    assert rows[0]["Device"] == "pump-7" and rows[0]["Code"] == "hub-404104"


def test_a_device_chooses_its_payload_and_steers_no_terminal() -> None:
    lines = "\n".join(render.lines(ended(SAMPLES["a method that failed"]), KNOWN))
    raw = replace(REACHED, payload='"\x1b[31m"')
    assert "\x1b" not in lines and "\x1b" not in "\n".join(render.lines(ended({"method_answer": raw}), KNOWN))

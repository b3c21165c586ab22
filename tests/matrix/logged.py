"""Faults that the hub's resource log shows, and devices that are well by it. The logs are on for all of these rows."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from azext_iotdiag.lab.audit.endings import CLEAN, KILLED
from azext_iotdiag.lab.audit.log import Record
from azext_iotdiag.lab.lab import Lab
from tests.matrix import faults
from tests.matrix.accesses import Access
from tests.matrix.provoking import connects, device, heard, logs_on, misbehaves, missed, sends, sent, settings
from tests.matrix.row import HEALTHY, NONE, Provoke, Row
from tests.matrix.stage import DAY, HOUR, MINUTE, Stage

LATE = 12 * MINUTE  # rows may come that late, so that a silence begins before
FIELD, OFFICE = "192.0.2.7:40000", "198.51.100.9:40000"
MANY = 10
TOO_LARGE, THROTTLED, LOST, NOT_ONLINE, EXPIRED, TAKEN_OVER = 413001, 429001, 404104, 404103, 401003, 400027


def log(*steps: Step, until: float = LATE) -> Provoke:
    """Rows that the hub wrote: each step begins so many seconds after the one before, and the last `until` ago."""

    def provoke(stage: Stage) -> None:
        begun = time.time() - until - sum(step.after for step in steps)
        if stage.dice is not None:
            begun -= stage.dice.uniform(0, MINUTE)

        def write(state: Lab) -> None:
            at = begun
            for step in steps:
                at += step.after
                state.logs.keep(step.record(state, stage.device.device_id, at), at)

        stage.change(write)

    return provoke


class Step:
    """One thing that happened: a record of the audit, `after` so many seconds."""

    def __init__(self, after: float, service: str, action: str, outcome: str, peer: str = FIELD, **details: Any):
        self.after = after
        self._of, self._peer, self._details = (service, action, outcome), peer, details

    def record(self, state: Lab, device: str, at: float) -> Record:
        """The record of this device at a time."""
        details = {"hub": state.hub.name, **self._details}
        if "path" in details:
            details["path"] = details["path"].format(device=device)
        return Record(0, at, *self._of, self._peer, device, "", details)


def on(after: float = 0, peer: str = FIELD, **details: Any) -> Step:
    """The device was let in."""
    return Step(after, "mqtt", "connect", "accepted", peer, **{"tls": "TLSv1.2", **details})


def off(after: float, code: int = 0, **more: Any) -> Step:
    """A connection ended, with a code where the hub logged an error."""
    ending = {"ending": KILLED, "code": code} if code else {"ending": CLEAN}
    return Step(after, "mqtt", "close", "ended", published=1, **ending, **more)


def refused(after: float, code: int = EXPIRED, auth: str = "sas") -> Step:
    """The device was not let in."""
    return Step(after, "mqtt", "connect", "refused", log=code, auth=auth)


def reports(after: float, code: int = 0) -> Step:
    """It wrote reported properties."""
    return Step(after, "mqtt", "twin", "refused" if code else "accepted", operation="report", code=code)


def message(after: float, code: int) -> Step:
    """A message of the device was refused."""
    return Step(after, "mqtt", "publish", "refused", code=code)


def called(after: float, code: int = 0) -> Step:
    """A method of it was called."""
    path = "/twins/{device}/methods"
    return Step(after, "https", "request", "refused" if code else "accepted", path=path, method="POST", code=code)


def uploaded(after: float, code: int = 0) -> Step:
    """It asked for a place to upload a file to."""
    return Step(after, "hub", "upload", "refused" if code else "accepted", code=code)


def of_route(after: float, operation: str) -> Step:
    """The routes did this with a message of it."""
    return Step(after, "hub", "route", "refused", log=operation)


def sessions(number: int, lasting: float, pause: float, code: int = 0) -> tuple[Step, ...]:
    """So many connections of this length, each of which ends with the code."""
    return tuple(step for _ in range(number) for step in (on(pause), off(lasting, code)))


_ACCOUNT = "DefaultEndpointsProtocol=https;AccountName=files;AccountKey=AAAA;EndpointSuffix=core.windows.net"
stored = settings(
    storageEndpoints={"$default": {"sasTtlAsIso8601": "PT1H", "connectionString": _ACCOUNT, "containerName": "files"}}
)


def last_at(seconds_ago: float) -> Provoke:
    """The hub heard of it at this time, and it has not come since."""
    return heard(seconds_ago)


def with_logs(keys: str, reader: str | None = None) -> dict[Access, str]:
    """What is said with az's login, with keys and without."""
    if reader is None:
        reader = f"{NONE} messages-not-readable" if keys == NONE else keys
    return {Access.KEYS: keys, Access.READER: reader}


def row(name: str, truth: str, provoke: tuple[Provoke, ...], says: dict[Access, str], number: str = "", *,
        sample: bool = False) -> Row:  # fmt: skip
    """A row with the logs on."""
    return Row(f"{name}, logged", truth, (logs_on, *provoke), says, number, sample)


RIVALS = tuple(
    step for each in range(MANY) for step in (on(25, (FIELD, OFFICE)[each % 2]), off(5, TAKEN_OVER))
)  # fmt: skip
ROWS = (
    row("two clients of one identity", "identity-shared", (heard(MINUTE, connected=True), log(*RIVALS, until=MINUTE)),
        with_logs("connection identity-shared"), "I3", sample=True),
    row("two programs of one address", "identity-shared", (heard(MINUTE, connected=True), log(
        *(step for _ in range(MANY) for step in (on(25), off(5, TAKEN_OVER))), until=MINUTE)),
        with_logs("connection identity-shared"), "I3"),
    row("renewal that does not come back", "token-renewal-failed", (last_at(2 * HOUR), log(
        *sessions(4, 65 * MINUTE, 2, EXPIRED), until=2 * HOUR)),
        with_logs("connection token-renewal-failed"), "C1, C2, C5", sample=True),
    row("one session, and no renewal", "token-renewal-failed", (last_at(HOUR), log(
        on(), off(66 * MINUTE, EXPIRED), until=HOUR)), with_logs("connection token-renewal-failed"), "C5"),
    row("idle connections are cut", "idle-connection-cut", (last_at(LATE), log(*sessions(8, 240, 3, LOST))),
        with_logs("connection idle-connection-cut"), "N4", sample=True),
    row("keep-alive beyond the cap", "idle-connection-cut", (last_at(LATE), log(*sessions(8, 2700, 3, LOST))),
        with_logs("connection idle-connection-cut"), "C3"),
    row("bad network", "connection-lost-often", (last_at(LATE), log(*(
        step for each in (40, 900, 300, 5000, 1500, 90, 2500, 450) for step in (
            on(20), reports(each / 3), off(each, LOST))))), with_logs("connection connection-lost-often")),
    row("ended after each report", "dropped-after-operation", (last_at(LATE), log(*(
        step for each in (300, 700, 200, 900, 400, 650) for step in (on(each), reports(2, TOO_LARGE), off(1, LOST))))),
        with_logs("connection dropped-after-operation"), "T8"),
    row("tokens without life", "token-without-life", (last_at(LATE), log(*(
        step for each in (330, 320, 345, 338, 325, 341) for step in (on(4), off(each, EXPIRED))))),
        with_logs("connection token-without-life"), "M1"),
    row("key changed while it was up", "key-refused-since", (last_at(3 * HOUR), log(
        on(), off(20 * MINUTE, EXPIRED), *(refused(60) for _ in range(30)))),
        with_logs("admission key-refused-since"), "I4", sample=True),
    row("certificate has ended", "certificate-refused-since", (
        device(authentication="selfSigned", thumbprints=("A" * 40, "B" * 40)), last_at(3 * HOUR), log(
            on(auth="x509"), off(20 * MINUTE), *(refused(60, auth="x509") for _ in range(30)))),
        with_logs("admission certificate-refused-since"), "I5"),
    row("speaks TLS 1.0", "device-tls-too-old", (settings(minTlsVersion="1.2"), last_at(5 * HOUR), log(
        on(tls="TLSv1"), off(HOUR), until=5 * HOUR)), with_logs("admission device-tls-too-old")),
    row("refused from the start", "hub-401003", (misbehaves("expired-token"),), with_logs("admission hub-401003"),
        "M1, P9"),
    row("twin writes refused", "hub-400004", (missed("twin"), misbehaves("dot-in-key")),
        with_logs("commands hub-400004"), "T5, T6", sample=True),
    row("no api-version, and the twin is missed", "hub-400001", (missed("twin"), misbehaves("no-api-version")),
        with_logs("commands hub-400001"), "L2"),
    row("calls of methods fail while it sends", "hub-404103", (missed("methods"), sends, log(
        called(0, NOT_ONLINE), called(HOUR, NOT_ONLINE))), with_logs("commands hub-404103"), "L1, C6"),
    row("messages too large", "hub-413001", (last_at(LATE), log(
        on(), message(60, TOO_LARGE), message(600, TOO_LARGE))), with_logs("ingress hub-413001"), sample=True),
    row("messages throttled", "devices-throttled", (last_at(LATE), log(
        on(), *(message(20, THROTTLED) for _ in range(20)))), with_logs("ingress devices-throttled")),
    row("route lacks a property", "route-undefined", (last_at(LATE), log(
        on(), of_route(60, "undefinedRouteEvaluation"), of_route(0, "orphanedMessage"))),
        with_logs("routing route-undefined"), "R3"),
    row("no route takes its messages", "route-orphaned", (last_at(LATE), log(on(), of_route(60, "orphanedMessage"))),
        with_logs("routing route-orphaned")),
    row("uploads refused", "hub-403006", (missed("file-upload"), stored, connects, log(uploaded(0, 403006))),
        with_logs("commands hub-403006")),
)  # fmt: skip


def again(played: Row) -> Row:
    """A row that is played without the logs, now with the logs on. It has both accesses that may read them."""
    keys = played.logged or played.says[Access.KEYS]
    says = with_logs(keys, played.says.get(Access.READER) if not played.logged else None)
    return replace(
        played, name=f"{played.name}, and logs", provoke=(logs_on, *played.provoke),
        says={access: words for access, words in says.items() if access in played.says},
    )  # fmt: skip


def named_better() -> list[Row]:
    """The faults without logs that the log names better, with the logs on."""
    return [again(row) for row in faults.ROWS if row.logged]


def well(name: str, *provoke: Provoke, says: str = NONE) -> Row:
    """A device that is well by its log, too."""
    return row(name, HEALTHY, provoke, with_logs(says))


HEALTHY_ROWS = (
    well("sends", sends),
    well("renews over MQTT", sends, log(*sessions(8, 3300, 2))),
    well("renews at the token's end", sends, log(*sessions(8, 3900, 3, EXPIRED), on(3))),
    well("reconnects in order", sends, log(*sessions(5, 1000, 100), *sessions(4, 5000, 900))),
    well("lost once and back", sends, log(on(), off(HOUR, LOST), on(30))),
    well("lost the hub at night, and sends once a day", sent(20 * HOUR), log(on(), off(60, LOST), until=20 * HOUR)),
    well("refused for a while, and came back", sends, log(on(), off(60, EXPIRED), *(refused(60) for _ in range(9)),
                                                        on(60))),
    well("reports were refused once", sends, log(on(), reports(60, 400004), reports(60))),
    well("took itself over after a lost connection", sends, log(
        on(), off(5000, LOST), on(40), off(9000, TAKEN_OVER), on(1))),
    well("one long day", sends, log(on(), until=DAY - HOUR)),
)  # fmt: skip

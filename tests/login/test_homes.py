"""A device is looked for on every service that an account sees: all are asked, and those that cannot be are named."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from azext_iotdiag.clients.resource_graph import FoundService
from azext_iotdiag.login.account import Account
from azext_iotdiag.login.errors import NotAllowed
from azext_iotdiag.login.homes import Search, service_of
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.homes import Home, Where
from tests.plugins.http_in_memory import to

TYPES = {
    Where.HUB: "microsoft.devices/iothubs",
    Where.DPS: "microsoft.devices/provisioningservices",
    Where.APP: "microsoft.iotcentral/iotapps",
}


def row(where: Where, name: str, subscription: str = "s1") -> dict[str, Any]:
    hosts = {Where.HUB: {"hostName": f"{name}.azure-devices.net"},
             Where.DPS: {"serviceOperationsHostName": f"{name}.azure-devices-provisioning.net"},
             Where.APP: {"subdomain": name}}  # fmt: skip
    return {"type": TYPES[where], "id": f"/subscriptions/{subscription}/{name}", "name": name, "resourceGroup": "g",
            "subscriptionId": subscription, "properties": {**hosts[where], "disableLocalAuth": True}}  # fmt: skip


def account(*rows: dict[str, Any], graph: int = 200) -> Account:
    def serve(method: str, host: str, target: str, body: bytes) -> tuple[int, Any]:
        if "ResourceGraph" in target:
            assert json.loads(body)["subscriptions"] == ["s1", "s2"]
            refused = {"error": {"code": "AuthorizationFailed", "message": "no"}}
            return (graph, {"data": list(rows)}) if graph == 200 else (graph, refused)
        wanted = Where.DPS if "provisioningServices" in target else Where.HUB
        return 200, {"value": [each for each in rows if each["type"] == TYPES[wanted]]}

    return Account("https://management.example", lambda: "t", "s1", "one", {"s2": "two"}, http=to(serve))


def missing(service: FoundService, device: str) -> None:
    return None


def has(state: str = "enabled", leads_to: str = ""):
    def ask(service: FoundService, device: str) -> Home:
        where = next(where for where, type_ in TYPES.items() if type_ == service.type)
        return Home(where, service.host, service.name, state=state, leads_to=leads_to)

    return ask


def refuses(service: FoundService, device: str) -> None:
    raise StepFailed(Failure(Kind.UNAUTHORIZED, "the device's identity", service.host, 443, description="no role"))


def asks(hub=missing, dps=missing, app=missing) -> dict[Where, Any]:
    return {Where.HUB: hub, Where.DPS: dps, Where.APP: app}


def test_the_one_hub_that_knows_it() -> None:
    def ask(service: FoundService, device: str) -> Home | None:
        return has()(service, device) if service.name == "b" else None

    rows = [row(Where.HUB, "a"), row(Where.HUB, "b", "s2"), row(Where.DPS, "d"), row(Where.APP, "p")]
    searched = Search(account(*rows), asks=asks(ask)).find("pump")
    homes = searched.homes
    assert (homes.asked, homes.subscriptions, homes.listed, homes.unseen) == (4, 2, "Resource Graph", ())
    assert [each.host for each in homes.holding] == ["b.azure-devices.net"]
    service = service_of(searched.services[0])
    assert (service.id, service.group, service.local_auth) == ("/subscriptions/s2/b", "g", False)


def test_several_homes_are_all_listed_in_the_order_of_the_list() -> None:
    rows = [row(Where.HUB, "b"), row(Where.HUB, "a"), row(Where.DPS, "d"), row(Where.APP, "p")]
    searched = Search(account(*rows), asks=asks(has(), has("assigned", "a.azure-devices.net"), has())).find("pump")
    assert [each.name for each in searched.homes.found] == ["b", "a", "d", "p"]
    assert [each.name for each in searched.homes.holding] == ["b", "a", "p"]
    assert searched.homes.found[2].leads_to == "a.azure-devices.net"


def test_a_service_that_refuses_is_named_and_the_others_are_asked() -> None:
    rows = [row(Where.HUB, "a"), row(Where.APP, "p")]
    homes = Search(account(*rows), asks=asks(refuses, app=has())).find("pump").homes
    assert [each.name for each in homes.found] == ["p"]
    assert [(each.host, "no role" in each.why) for each in homes.unseen] == [("a.azure-devices.net", True)]


@pytest.mark.parametrize(
    ("where", "condition", "seen"),
    [
        (Where.HUB, "DeviceNotFound", True),
        (Where.HUB, "http:404", False),  # so answers what is no hub any more
        (Where.DPS, "404204", True),
        (Where.APP, "http:404", True),
    ],
)
def test_only_a_service_that_is_there_can_say_that_it_does_not_know_it(where, condition, *, seen) -> None:
    def ask(service: FoundService, device: str) -> None:
        raise StepFailed(Failure(Kind.MISSING, "s", service.host, 443, condition=condition))

    homes = Search(account(row(where, "a")), asks=dict.fromkeys(Where, ask)).find("pump").homes
    assert not homes.found and bool(homes.unseen) is not seen


@pytest.mark.parametrize("error", [NotAllowed("You may not list keys."), RuntimeError("broken")])
def test_whatever_goes_wrong_at_one_service_is_its_own_reason(error: Exception) -> None:
    def ask(service: FoundService, device: str) -> None:
        raise error

    homes = Search(account(row(Where.HUB, "a")), asks=asks(ask)).find("pump").homes
    assert str(error) in homes.unseen[0].why


def test_a_silent_service_does_not_hold_up_the_others() -> None:
    over = threading.Event()

    def ask(service: FoundService, device: str) -> Home | None:
        if service.name == "silent":
            over.wait(30)
            return None
        return has()(service, device)

    rows = [row(Where.HUB, "silent"), row(Where.HUB, "a")]
    began = time.monotonic()
    try:
        homes = Search(account(*rows), seconds=0.3, asks=asks(ask)).find("pump").homes
    finally:
        over.set()
    assert time.monotonic() - began < 10
    assert [each.name for each in homes.found] == ["a"]
    assert [each.why for each in homes.unseen] == ["no answer within 0.3 s"]


def test_many_are_asked_at_the_same_time() -> None:
    together, most, lock = 0, 0, threading.Lock()
    full = threading.Event()

    def ask(service: FoundService, device: str) -> None:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
            if most >= 8:
                full.set()
        full.wait(10)
        with lock:
            together -= 1

    homes = Search(account(*(row(Where.HUB, f"h{number}") for number in range(50))), asks=asks(ask)).find("pump").homes
    assert homes.asked == 50 and not homes.unseen and most >= 8


def test_without_resource_graph_the_subscription_in_use_is_listed() -> None:
    made = account(row(Where.HUB, "a"), row(Where.DPS, "d"), graph=403)
    homes = Search(made, asks=asks(has(), has("assigned"))).find("pump").homes
    assert homes.listed == "the resource manager" and [each.name for each in homes.found] == ["a", "d"]


def test_an_account_without_services() -> None:
    homes = Search(account(), asks=asks()).find("pump").homes
    assert (homes.asked, homes.found, homes.unseen) == (0, (), ())

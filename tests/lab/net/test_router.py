"""Which route a request takes."""

from __future__ import annotations

import asyncio

import pytest

from azext_iotdiag.lab.net import router
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.router import ANY, HttpRoute


def show(*ids):
    return Answer(200, list(ids))


async def wait(*ids):
    return Answer(202, list(ids))


ROUTES = (
    HttpRoute("GET", ("devices", ANY), show, ("read",)),
    HttpRoute("PUT", ("devices", ANY), wait, ("write",)),
    HttpRoute("POST", ("devices", "query"), show),
    HttpRoute("GET", ("devices", ANY, "modules", ANY), show),
)


def find(method, target, **options):
    return router.find(ROUTES, Request(method, target, "x", {}), **options)


@pytest.mark.parametrize(("method", "target", "status", "ids"), [
    ("GET", "/devices/a", 200, ["first", "a"]),
    ("PUT", "/devices/a?x=1", 202, ["first", "a"]),
    ("GET", "/devices/a%2Fb/modules/m/", 200, ["first", "a/b", "m"]),
    ("POST", "/devices/query", 200, ["first"]),
    ("GET", "/devices/query", 200, ["first", "query"]),
])  # fmt: skip
def test_a_request_finds_its_route(method, target, status, ids):
    answered = asyncio.run(find(method, target).answer("first"))
    assert (answered.status, answered.body) == (status, ids)


@pytest.mark.parametrize(
    "target", ["/", "/devices", "/devices//modules/m", "/Devices/a", "/devices/a/b", "/x/devices/a"]
)
def test_a_path_that_is_not_known(target):
    assert find("GET", target) is None


def test_a_method_that_is_not_known():
    found = find("DELETE", "/devices/a")
    assert (found.route, found.ids) == (None, ("a",))


def test_the_case_of_words_and_what_stands_before_them():
    assert find("GET", "/Devices/A", cased=False).ids == ("A",)
    assert find("GET", "/api/devices/a", below=1).route is ROUTES[0]
    assert find("GET", "/devices/a", below=1) is None

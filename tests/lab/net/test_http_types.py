"""Requests and answers as the lab's services see them."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.net.http_types import Answer, BadBody, Request


def asked(target="/", body=b""):
    return Request("GET", target, "x", {}, body)


def test_a_path_is_taken_apart_before_it_is_decoded():
    request = asked("/a%2Fb/%C3%BC//c/?x=1&y=%26&x=2&z")
    assert request.segments == ("a/b", "ü", "c")
    assert request.path == "/a/b/ü//c"
    assert request.query == {"x": "2", "y": "&", "z": ""}


def test_the_path_of_nothing():
    assert (asked("/?a").path, asked("/").segments) == ("/", ())


def test_bodies():
    assert asked(body=b"a=1&b=%20+").form == {"a": "1", "b": "  "}
    assert asked(body=b'{"a": 1}').data() == {"a": 1}
    for body in (b"", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(BadBody):
            asked(body=body).data()
    with pytest.raises(BadBody):
        _ = asked(body=b"\xff").form


def test_an_answer_is_json_unless_it_is_bytes():
    assert Answer().content() == (b"", "")
    assert Answer(body={"a": "ü"}).content() == ('{"a": "ü"}'.encode(), "application/json; charset=utf-8")
    assert Answer(body=b"<html>").content() == (b"<html>", "application/octet-stream")

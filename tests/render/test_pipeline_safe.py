"""No text starts a command of a build server, whatever it holds and however its writes are cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.render import pipeline_safe
from azext_iotdiag.render.pipeline_safe import Lines
from tests.plugins.agents import FILLERS, commands
from tests.plugins.effort import cases

EXAMPLES = cases(400, 5_000)
PIECES = [
    "##vso[task.setvariable variable=a]b", "##[error]x", "::set-env name=a::b", "#", "##", ":", "::", "[", "vso[", "V",
    "\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029", " ", "\t", "\xa0", "\ufeff", "\xad", "\u200b", "\x00",
    "\x1f", "\x7f", "\x9b", "\x1b", "\x1b[", "\x1b[31m", "31m", "\\", '"', "a", "ü", "\U0001f600", *sorted(FILLERS),
]  # fmt: skip
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.characters(codec="utf-8")), max_size=12).map("".join)
VALUES = st.recursive(
    HOSTILE | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("written", [
    "##vso[task.x]y", "a ##VSO[task.x]y", "##[error]y", "a ##[set-env name=a;]b", "::error::x", "  ::error::x",
    "\ufeff::e::",
    "a\r::e::x", "a\u2028::e::", "\x1b[31m::e::x", "#\xad#[error]", "##\u200bvso[a.b]", ":\xad:e::", "#\x00#vso[a.b]",
])  # fmt: skip
def test_the_model_of_the_agents_sees_commands(written: str) -> None:
    assert commands(written.encode())


@pytest.mark.parametrize("written", ["a::b::c", "fe80::1 is an address", "# [x]", "## A heading", "#vso[a.b]", ": :"])
def test_what_is_no_command_stays(written: str) -> None:
    assert not commands(written.encode())
    assert Lines()(f"{written}\n") == f"{written}\n"


@pytest.mark.parametrize(("text", "safe"), [
    ("##vso[task.complete]done\n", "#\\x23vso[task.complete]done\n"), ("x ##[group]y\n", "x #\\x23[group]y\n"),
    (" ::error::x\n", " :\\x3aerror::x\n"), ("###[\n", "##\\x23[\n"), ("a\r::b::\n", "a\r:\\x3ab::\n"),
])  # fmt: skip
def test_a_command_is_broken_where_it_can_be_seen(text: str, safe: str) -> None:
    assert Lines()(text) == safe


@pytest.mark.parametrize("writes", [
    ("#", "#vso[a.b]"), ("##", "vso[a.b]"), ("##vso", "[a.b]"), (":", ":e::"), ("\n", "::e::"),
    ("a\n ", ":", "", ":e::"),
    ("\x1b[3", "1m::e::"), ("#\x1b[3", "1m#[e]"), ("#\xad", "\xad#[e]"), ("\ufeff", "::e::"),
])  # fmt: skip
def test_no_command_is_put_together_from_two_writes(writes: tuple[str, ...]) -> None:
    lines = Lines()
    assert commands("".join(writes).encode())
    assert not commands("".join(map(lines, writes)).encode())


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(HOSTILE, max_size=6))
def test_no_text_starts_a_command(writes: list[str]) -> None:
    lines = Lines()
    written = [lines(write) for write in writes]
    assert not commands("".join(written).encode("utf-8", "replace"))
    if not commands("".join(writes).encode()) and not any(mark in "".join(writes) for mark in ("#", ":")):
        assert written == writes


@settings(max_examples=EXAMPLES, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_safe_json_starts_no_command_and_says_the_same(value, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent) + "\n"
    chunk = pipeline_safe.json_chunk(text.encode("utf-8", "surrogateescape"))
    assert pipeline_safe.json_text(text).encode("utf-8", "surrogateescape") == chunk
    assert not commands(chunk)
    assert json.loads(chunk) == json.loads(text)


def test_a_backslash_before_a_hash_stays_what_it_is() -> None:
    text = json.dumps({"a\\##[": "\\\\##vso[x]::"})
    assert json.loads(pipeline_safe.json_text(text)) == json.loads(text)


def test_a_harmless_chunk_is_not_copied() -> None:
    chunk = b'{"temperature":21.5,"note":"a # and a : b"}\n'
    assert pipeline_safe.json_chunk(chunk) is chunk


@pytest.mark.parametrize(("environment", "expected"), [
    ({"TF_BUILD": "True"}, True), ({"GITHUB_ACTIONS": "true"}, True), ({}, False), ({"TF_BUILD": ""}, False),
])  # fmt: skip
def test_is_pipeline(environment: dict[str, str], expected: bool) -> None:
    assert pipeline_safe.is_pipeline(environment) is expected

"""What is done to a stream and to texts, by where they go."""

from __future__ import annotations

import base64
import itertools
import json

import pytest

from azext_iotdiag.render import pipeline_safe
from azext_iotdiag.render.safety import Safety
from azext_iotdiag.render.typed_secrets import TypedSecrets

KEY = base64.b64encode(bytes(range(100, 132))).decode()
IN_PLACE, MISPLACED = TypedSecrets(["--key", KEY]), TypedSecrets(["-d", KEY])
COMMAND, STEERS = "##vso[task.complete]x", "a\x9b31mb"


@pytest.mark.parametrize("form", ["json", "yaml", "table", "tsv", "text"])
def test_a_stream_to_a_file_stays_as_it_is(form: str) -> None:
    for secrets in (TypedSecrets(()), IN_PLACE):
        assert Safety(secrets).chunks(form, terminal=False, encoding="ascii") is None


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "utf8"])
def test_text_for_a_person_is_safe_to_show_already(encoding: str) -> None:
    assert Safety().chunks("text", terminal=True, encoding=encoding) is None
    assert Safety().chunks("json", terminal=True, encoding=encoding) is not None


def test_a_terminal_is_not_steered() -> None:
    made = Safety().chunks("tsv", terminal=True, encoding="utf-8")
    assert made is not None and made(f"{STEERS}\u00fc\n".encode()) == "a\\x9b31mb\u00fc\n".encode()


def test_a_terminal_gets_its_own_encoding_and_escapes_for_the_rest() -> None:
    for form in ("text", "tsv"):
        made = Safety().chunks(form, terminal=True, encoding="latin-1")
        assert made is not None and made("\u00fc\u20ac\n".encode()) == b"\xfc\\u20ac\n"


@pytest.mark.parametrize("form", ["json", "tsv"])
def test_a_secret_that_stands_in_a_wrong_place_is_searched_for(form: str) -> None:
    made = Safety(MISPLACED).chunks(form, terminal=False, encoding="utf-8")
    assert made is not None and made(f'{{"a":"{KEY}"}}\n'.encode()) == b'{"a":"***"}\n'


def test_in_a_pipeline_json_has_a_way_of_its_own() -> None:
    safety = Safety(pipeline=True)
    assert safety.chunks("json", terminal=False, encoding="utf-8") is pipeline_safe.json_chunk
    made = safety.chunks("tsv", terminal=False, encoding="utf-8")
    assert made is not None and b"##vso[" not in made(f"{COMMAND}\n".encode())


def test_bytes_that_are_no_text_stay() -> None:
    made = Safety(MISPLACED).chunks("text", terminal=False, encoding="utf-8")
    assert made is not None and made(b"a\xffb\n") == b"a\xffb\n"


@pytest.mark.parametrize(("pipeline", "terminal", "hides"), [*itertools.product((False, True), repeat=3)])
def test_each_rule_has_its_condition(pipeline: bool, terminal: bool, hides: bool) -> None:
    """Wherever a secret was typed: in its own place, too, since an error may repeat it."""
    safe = Safety(IN_PLACE if hides else TypedSecrets(()), pipeline).text("text", terminal=terminal)
    assert ("##vso[" in safe(f"{COMMAND}\n")) is not pipeline
    assert ("\x9b" in safe(f"{STEERS}\n")) is not terminal
    assert (KEY in safe(f"{KEY}\n")) is not hides


@pytest.mark.parametrize("form", ["json", "jsonc", "text"])
def test_a_result_in_a_pipeline_gives_no_command_and_json_stays_json(form: str) -> None:
    safe = Safety(pipeline=True).text(form, terminal=False)
    told = safe(json.dumps({"a": COMMAND}))
    assert "##vso[" not in told
    assert form == "text" or json.loads(told) == {"a": COMMAND}

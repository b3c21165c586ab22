"""What a terminal shows cannot steer it, in any of az's forms, and nothing is lost where it has no letter for it."""

from __future__ import annotations

import itertools
import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.render.terminal_safe import encodable, shown
from tests.plugins.effort import cases
from tests.plugins.rows import all_rows

HOSTILE = "a\x9b31mb\u202ec\u2066d\x7fe\x85f\u2028g"
STEERS = [chr(code) for code in (*range(9), *range(11, 32), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x202E, 0x2069)]


@pytest.mark.parametrize("form", ["json", "jsonc"])
def test_json_says_the_same(form: str) -> None:
    text = json.dumps({HOSTILE: HOSTILE}, ensure_ascii=False, indent=2)
    safe = shown(text, form)
    assert json.loads(safe) == json.loads(text)
    assert not any(each in safe for each in STEERS) and r"\u202e" in safe and r"\u009b" in safe


@all_rows(("form", "character"), itertools.product(("table", "tsv", "text"), STEERS))
def test_text_shows_an_escape(form: str, character: str) -> None:
    safe = shown(f"a{character}b\tc\n", form)
    assert character not in safe and safe.startswith("a\\") and safe.endswith("b\tc\n")


@pytest.mark.parametrize("form", ["yaml", "yamlc", "jsonc"])
def test_colours_stay_in_forms_that_have_them(form: str) -> None:
    assert shown("\x1b[34ma\x1b[39m: \u202eb\n", form) == "\x1b[34ma\x1b[39m: \\u202eb\n"


def test_az_writes_c0_in_yaml_as_escapes_itself() -> None:
    """Which is why an ESC in YAML can only be the start of a colour."""
    assert "\x1b" not in yaml.safe_dump({"a": "\x1b[2J"}, allow_unicode=True)


@pytest.mark.parametrize(("encoding", "expected"), [
    ("utf-8", "ü€\U0001f600"), ("latin-1", "ü\\u20ac\\U0001f600"), ("ascii", "\\xfc\\u20ac\\U0001f600"),
])  # fmt: skip
def test_what_an_encoding_lacks_is_escaped(encoding: str, expected: str) -> None:
    assert encodable("ü€\U0001f600", encoding) == expected


@settings(max_examples=cases(200), deadline=None)
@given(st.text(), st.sampled_from(["ascii", "latin-1", "utf-8", "cp1252"]))
def test_json_says_the_same_in_every_encoding(text: str, encoding: str) -> None:
    written = encodable(json.dumps({text: text}, ensure_ascii=False), encoding, "json")
    assert json.loads(written.encode(encoding).decode(encoding)) == {text: text}
    assert encodable(text, encoding).encode(encoding) == encodable(text, encoding).encode(encoding, "ignore")


def test_a_lone_surrogate_is_escaped() -> None:
    assert json.loads(encodable('"\ud800"', "utf-8", "json")) == "\ud800"
    assert encodable("a\ud800", "utf-8") == "a\\ud800"

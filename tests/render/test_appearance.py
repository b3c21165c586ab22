"""How lines look: what the settings and the environment say, and what is made of one line."""

from __future__ import annotations

import configparser
from types import SimpleNamespace

import pytest

from azext_iotdiag.render.appearance import Appearance, wanted


def az(no_color: bool = False, only_errors: bool = False) -> SimpleNamespace:
    config = configparser.ConfigParser()
    config.read_dict({"core": {"no_color": str(no_color)}})
    return SimpleNamespace(config=config, only_show_errors=only_errors, enable_color=True)


@pytest.mark.parametrize(("no_color", "environment", "colours", "dumb"), [
    (False, {}, True, False), (False, {"TERM": "xterm"}, True, False), (True, {}, False, False),
    (False, {"NO_COLOR": "1"}, False, False), (False, {"NO_COLOR": ""}, True, False),
    (False, {"TERM": "dumb"}, False, True),
])  # fmt: skip
def test_colours(no_color: bool, environment: dict[str, str], colours: bool, dumb: bool) -> None:
    made = wanted(az(no_color), environment)
    assert (made.colours, made.dumb, made.plain, made.only_errors) == (colours, dumb, False, False)


def test_only_errors() -> None:
    assert wanted(az(only_errors=True), {}).only_errors


def test_only_the_first_part_of_a_line_has_a_mark() -> None:
    line = "√ " + "word " * 10 + "! " + "word " * 10
    parts = list(Appearance(colours=True).shown(line, encoding="utf-8", width=53))
    assert parts[0].startswith("\x1b[32m√\x1b[0m word") and not any("\x1b" in part for part in parts[1:])
    assert list(Appearance(colours=True).shown(line, encoding="utf-8", width=None)) == [line]
    assert list(Appearance().shown("→ a", encoding="ascii", width=None)) == ["-> a"]

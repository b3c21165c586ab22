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


@pytest.mark.parametrize("line", ["plain", "√ marked"])
def test_a_line_for_a_pipe_is_not_broken_and_one_for_a_terminal_is(line: str) -> None:
    long = f"{line} " + "word " * 30
    assert len(list(Appearance().shown(long, encoding="utf-8", width=None))) == 1
    assert len(list(Appearance().shown(long, encoding="utf-8", width=60))) > 1


def test_nothing_is_coloured_unless_it_is_wanted() -> None:
    assert Appearance() == Appearance(plain=False, only_errors=False, colours=False, dumb=False)
    assert list(Appearance().shown("√ a", encoding="utf-8", width=60)) == ["√ a"]


def test_az_without_a_setting_wants_colours() -> None:
    az_of_new_user = az()
    az_of_new_user.config.remove_option("core", "no_color")
    assert wanted(az_of_new_user, {}).colours

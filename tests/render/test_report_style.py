"""The colours of a report: each text has the contrast that WCAG 2.2 asks of small text, in light, dark and print.

axe-core does not judge a single character, such as the mark of a link.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from azext_iotdiag.render import report_html

STYLE = Path(report_html.__file__).with_name("report.css").read_text(encoding="utf-8")
ENOUGH = 4.5  # https://www.w3.org/TR/WCAG22/#contrast-minimum
STATES = ("pass", "warn", "fail", "error", "skip")


def palettes() -> dict[str, dict[str, str]]:
    """The variables of each form. Those of dark and print replace the ones of light."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    light, dark, paper = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks)
    assert set(dark) == set(light) == set(paper)
    return {"light": light, "dark": dark, "print": paper}


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("form", ["light", "dark", "print"])
def test_every_text_can_be_read(form: str) -> None:
    colours = palettes()[form]
    pairs = [(text, ground) for text in ("ink", "muted", "accent") for ground in ("page", "card")]
    pairs += [(text, "code") for text in ("ink", "muted")]
    pairs += [(state, ground) for state in STATES for ground in (f"{state}-soft", "card")]
    pairs += [(text, "fail-soft") for text in ("ink", "muted")]  # the row of the first broken link
    weak = {pair: round(contrast(*(colours[each] for each in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < ENOUGH} == {}


def test_each_colour_is_a_variable() -> None:
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    assert not re.search(r"#[0-9a-f]{3,8}\b", rules)


def test_nothing_is_fetched() -> None:
    assert "url(" not in STYLE and "@import" not in STYLE and "</" not in STYLE and "<" not in STYLE

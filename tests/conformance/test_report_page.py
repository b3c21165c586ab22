"""The page of a report in Debian's Chromium: at three widths, light, dark and printed, judged by axe-core.

IOTDIAG_SCREENSHOTS=FOLDER keeps the pictures, to be looked at.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.render import report, report_html
from azext_iotdiag.render.commands import Known
from tests.conformance.conftest import absent
from tests.render.test_check import HOST, WELL
from tests.render.test_report import FILES, MADE, MARKUP, TICKET, everywhere, made, of
from tests.test_forms_of_check import facts as broken_facts

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
SECONDS = 180
WIDTHS, SCHEMES = (360, 800, 1400), ("light", "dark")
PAPER = 690  # A4 without its margins, in the pixels of a browser
ATTACK = "<script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>" + " ".join(MARKUP)


class View(NamedTuple):
    """A page in one form. axe-core takes longer than all else, so that it is `judged` in some."""

    page: str
    width: int
    scheme: str
    judged: bool = False
    media: str = "screen"

    @property
    def name(self) -> str:
        return f"{self.page}-{self.width}-{self.scheme}{'-print' if self.media == 'print' else ''}"


VIEWS = (
    *(View("broken", width, scheme, judged=width != 800) for width, scheme in product(WIDTHS, SCHEMES)),
    *(View("well", 800, scheme, judged=True) for scheme in SCHEMES),
    *(View("open", 360, scheme, judged=True) for scheme in SCHEMES),
    View("attack", 360, "light"),
    *(View(page, PAPER, "dark", media="print") for page in ("broken", "well")),
)


def pages() -> Iterator[tuple[str, bytes]]:
    """Pages of two verdicts, of one that is open, and of a device whose every text is markup."""
    refused = Failure(Kind.UNAUTHORIZED, "the device", HOST, 443, description="Unauthorized")
    for name, values in {"broken": broken_facts(), "well": WELL, "open": {"identity": refused}}.items():
        yield name, report_html.page(made(of(values), TICKET))
    ended, ticket = everywhere(ATTACK)
    yield "attack", report_html.page(report.document(ATTACK, ended, Known("hub", ATTACK), ticket, FILES, MADE))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages and their pictures are."""
    kept = os.environ.get("IOTDIAG_SCREENSHOTS")
    path = Path(kept).absolute() if kept else tmp_path_factory.mktemp("pages")
    path.mkdir(exist_ok=True)
    for name, text in pages():
        (path / f"{name}.html").write_bytes(text)
    return path


@pytest.fixture(scope="module")
def seen(folder: Path, clients_python: str, node_modules: str) -> dict[View, dict[str, Any]]:
    """What the browser saw of each view."""
    browser = os.environ.get("IOTDIAG_CHROMIUM") or shutil.which("chromium")
    if browser is None:
        absent("no chromium")
    axe = Path(node_modules, "axe-core", "axe.min.js")
    if not axe.exists():
        absent(f"no axe-core: {axe}")
    looked = subprocess.run([clients_python, "-c", "import playwright"], capture_output=True, timeout=60, check=False)
    if looked.returncode:
        absent(f"no playwright in {clients_python}")
    views = [
        view._asdict() | {"url": (folder / f"{view.page}.html").as_uri(), "picture": str(folder / f"{view.name}.png")}
        for view in VIEWS
    ]
    task = {"browser": browser, "axe": str(axe), "views": views}
    done = subprocess.run(
        [clients_python, str(HERE / "clients" / "browser.py")], input=json.dumps(task), capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(VIEWS, json.loads(done.stdout), strict=True))


def size(picture: Path) -> tuple[int, int]:
    """The width and the height of a PNG."""
    head = picture.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def test_axe_finds_nothing(seen: dict[View, dict[str, Any]]) -> None:
    judged = {view: told for view, told in seen.items() if view.judged}
    assert {(view.page, view.scheme) for view in judged} == {*product(("broken", "well", "open"), SCHEMES)}
    for view, told in judged.items():
        assert told["violations"] == [], view.name
        assert told["rules"] > 20, view.name  # it did look


def test_no_page_is_wider_than_its_window(seen: dict[View, dict[str, Any]]) -> None:
    assert {view.name: told["beyond"] for view, told in seen.items() if told["beyond"] > 0} == {}


def test_a_page_asks_for_nothing_and_runs_nothing(seen: dict[View, dict[str, Any]], folder: Path) -> None:
    for view, told in seen.items():
        assert told["asked"] == [(folder / f"{view.page}.html").as_uri()], view.name
        assert told["said"] == [], view.name


def test_light_and_dark_and_paper(seen: dict[View, dict[str, Any]]) -> None:
    grounds = {(view.scheme, view.media): told["background"] for view, told in seen.items()}
    assert len({*grounds.values()}) == 3
    assert grounds["dark", "print"] == "rgb(255, 255, 255)"
    for view, told in seen.items():
        assert told["navigation"] is (view.media == "screen"), view.name


def test_each_form_holds_the_whole_text(seen: dict[View, dict[str, Any]]) -> None:
    for view, told in seen.items():
        for title in ("What support asks first", "Verdict", "The way of the data", "What to do next"):
            assert title in told["text"], view.name
    shown = {view.scheme: told["text"] for view, told in seen.items() if view.page == "attack"}
    assert "<script>alert(1)</script>" in shown["light"]


def test_the_pictures_have_their_widths(seen: dict[View, dict[str, Any]], folder: Path) -> None:
    for view in seen:
        width, height = size(folder / f"{view.name}.png")
        assert width == view.width and height > 900, view.name

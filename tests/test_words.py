"""The guard for words: every text that users or contributors read keeps the rules."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOP = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def words() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("words", str(TOP / ".ci/words"))
    spec = importlib.util.spec_from_loader("words", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.modules["words"] = module
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
        del sys.modules["words"]
    return module


@pytest.mark.slow  # it reads all of the package, as `make lint` does
def test_every_text_keeps_the_rules(words: ModuleType) -> None:
    assert list(words.judged(words.texts())) == []


@pytest.mark.parametrize(("text", "said"), [
    ("Ask whoever runs the network.", "whoever"),
    ("Nobody reads it.", "Nobody"),
    ("It shows one that cannot be read.", "one that"),
    ("Only the ones which failed.", "ones which"),
    ("The name leads nowhere.", "leads nowhere"),
    ("No connection comes about.", "comes about"),
    ("All but for two.", "but for"),
    ("Nothing is wrong, as far as it was compared.", "as far as"),
    ("The rest is left away.", "left away"),
    ("You may see no hub.", "may see"),
    ("Someone else changed it.", "Someone"),
    ("The hub was not told.", "told"),
    ("The model is not at hand.", "at hand"),
    ("The answers go on without end.", "without end"),
    ("The hub says no more than 401.", "no more than 401"),
    ("The gateway waited in vain.", "in vain"),
    ("It may work all the same.", "all the same"),
    ("It ends quickly.", "quickly"),
])  # fmt: skip
def test_words_that_are_refused(words: ModuleType, text: str, said: str) -> None:
    faults = list(words.broken(words.Text("a.py", 1, text)))
    assert len(faults) == 1 and faults[0].startswith(f'"{said}": ')


@pytest.mark.parametrize("text", [
    "Ask the owner of the network.", "Run `whoever --quickly`.", "See <https://a.example/one-that>.", "the sooner",
])  # fmt: skip
def test_words_that_are_fine(words: ModuleType, text: str) -> None:
    assert list(words.broken(words.Text("a.py", 1, text, short=True))) == []


def test_sentences_are_judged_in_all_strings_but_those_of_others(words: ModuleType) -> None:
    long = f'SAID = "The {"word " * 25}ends."'
    short = {path: text.short for path in ("render/a", "lab/hub/a", "wire/a")
             for text in words.of_module(f"azext_iotdiag/{path}.py", long)}  # fmt: skip
    assert short == {"render/a": True, "lab/hub/a": False, "wire/a": False}
    assert list(words.broken(words.Text("a.py", 1, "Which device? --device-id is missing.", short=True))) == []


def test_long_sentences_and_titles(words: ModuleType) -> None:
    long = "The " + "word " * 25 + "ends."
    assert list(words.broken(words.Text("a.py", 1, long))) == []  # of any other string
    assert "27 words" in next(words.broken(words.Text("a.py", 1, f"Short. {long}", short=True)))
    # A command counts as one word.
    assert list(words.broken(words.Text("a.md", 1, "Run `" + "a " * 40 + "` now.", short=True))) == []
    assert list(words.broken(words.Text("a.py", 1, "x" * 60, title=True))) == []
    assert "61 characters" in next(words.broken(words.Text("a.py", 1, "x" * 61, title=True)))
    assert "begins with" in next(words.broken(words.Text("a.py", 1, "First this. Which is so.", short=True)))


MODULE = '''
"""A docstring that nobody sees."""
ENTRY = Entry("a", title="The title", meaning="Nobody "
    "knows that.")
def f(x):
    """One more that nobody sees."""
    return f"Of {x} somebody said nothing."
@check("The check passes")
def g():
    """What a page says of it."""
'''


def test_what_is_read_of_a_module(words: ModuleType) -> None:
    found = {text.words: text for text in words.of_module("azext_iotdiag/checks/a.py", MODULE)}
    assert set(found) == {
        "The title", "Nobody knows that.", "Of X somebody said nothing.", "The check passes", "What a page says of it.",
    }  # fmt: skip
    assert found["The title"].title and found["The check passes"].title and found["Nobody knows that."].short
    elsewhere = words.of_module("azext_iotdiag/render/a.py", MODULE)
    assert all(text.words != "What a page says of it." for text in elsewhere)


def test_what_is_read_of_help_and_pages(words: ModuleType) -> None:
    source = (
        'helps["a"] = """\ntype: command\nshort-summary: Do it.\nlong-summary: >\n    One\n    two.\nexamples:\n'
        '  - name: An example.\n    text: az a\n"""\n'
    )
    assert [each.words for each in words.of_module("azext_iotdiag/_help.py", source)] == [
        "Do it.", "One two.", "An example.",
    ]  # fmt: skip
    page = "# Title\n\nA line.\n\n```sh\nnobody\n```\n| a | b |\n- an item\n"
    assert [(each.line, each.words) for each in words.of_page("a.md", page)] == [
        (1, "Title"), (3, "A line."), (8, "a"), (8, "b"), (9, "an item"),
    ]  # fmt: skip


def test_what_is_wrong_is_named_with_its_place(words: ModuleType, monkeypatch, capsys) -> None:
    monkeypatch.setattr(
        words, "texts", lambda: [words.Text("a.py", 7, "Nobody knows."), words.Text("b.py", 1, "Good.")]
    )
    monkeypatch.setattr(sys, "argv", ["words"])
    assert words.main() == 1
    assert capsys.readouterr().out.startswith('a.py:7: "Nobody": name who it is')
    monkeypatch.setattr(words, "texts", lambda: [words.Text("b.py", 1, "Good.")])
    assert words.main() == 0 and capsys.readouterr().out == ""

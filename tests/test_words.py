"""The guard for words: new and changed texts keep the rules, and the list of older ones shrinks."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOP = Path(__file__).parents[1]
MOST_STANDING = 310  # only ever lower this: a text that breaks a rule is written anew, not listed


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
def test_every_text_keeps_the_rules_or_stood_before_them(words: ModuleType) -> None:
    wrong, gone = words.judged(words.texts(), words.standing())
    assert [f"{text.path}:{text.line}: {fault}" for text, faults in wrong for fault in faults] == []
    assert not gone, "run .ci/words --shrink"


def test_the_list_only_shrinks(words: ModuleType) -> None:
    assert len(words.standing()) <= MOST_STANDING


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
    assert all(not text.short and text.words != "What a page says of it." for text in elsewhere)


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


def test_a_changed_text_leaves_the_list_and_a_moved_one_does_not(words: ModuleType) -> None:
    old = words.Text("a.py", 1, "Nobody knows.")
    listed = [old.key]
    assert words.judged([old._replace(path="b.py", line=9)], listed) == ([], set())
    wrong, gone = words.judged([old._replace(words="Nobody knows it.")], listed)
    assert len(wrong) == 1 and gone == {old.key}
    assert words.judged([old._replace(words="The hub knows.")], listed) == ([], {old.key})

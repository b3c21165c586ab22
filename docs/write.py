"""Writes docs/: a page for each check and each code, from the catalogues that the program uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from azext_iotdiag.checks import catalogue as checks  # noqa: E402
from azext_iotdiag.knowledge import catalogue as knowledge  # noqa: E402
from azext_iotdiag.model.check import Check  # noqa: E402
from azext_iotdiag.model.finding import Entry  # noqa: E402

FOLDERS = ("checks", "codes")


def pages() -> dict[str, str]:
    """Every page under its path in docs/."""
    written = {f"checks/{check.name}.md": _lines(_check(check)) for check in checks.ALL}
    written |= {f"codes/{entry.code}.md": _lines(_code(entry)) for entry in knowledge.ALL}
    written["README.md"] = _lines(_contents())
    return written


def _contents() -> Iterator[str]:
    yield "# What the tool checks, and what its codes mean"
    yield "These pages are written by `make docs` from the code; a change made here is lost."
    yield "## Checks"
    for group, members in checks.GROUPS.items():
        yield f"### {group}"
        yield "\n".join(f"- [{check.name}](checks/{check.name}.md): {check.title}" for check in members)
    yield "## Codes"
    yield "\n".join(f"- [{entry.code}](codes/{entry.code}.md): {entry.title}" for entry in knowledge.ALL)


def _check(check: Check) -> Iterator[str]:
    yield f"# {check.name}"
    yield f"{check.title}."
    if check.after:
        links = ", ".join(f"[{name}]({name}.md)" for name in check.after)
        yield f"Skipped where one of these failed: {links}."


def _code(entry: Entry) -> Iterator[str]:
    yield f"# {entry.code}"
    yield f"{entry.title}."
    if entry.aliases:
        yield "Also reported as: " + ", ".join(f"`{alias}`" for alias in entry.aliases) + "."
    for cause in entry.causes:
        yield f"## {cause.why}"
        yield "\n".join(f"- {step}" for step in cause.mitigation)
        if cause.check:
            yield f"Decided by the check [{cause.check}](../checks/{cause.check}.md)."
    if entry.links:
        yield "## Links"
        yield "\n".join(f"- <{link}>" for link in entry.links)


def _lines(paragraphs: Iterator[str]) -> str:
    return "\n\n".join(paragraphs) + "\n"


def main() -> None:
    written = pages()
    for path in [path for folder in FOLDERS for path in (HERE / folder).glob("*.md")]:
        if str(path.relative_to(HERE)) not in written:
            path.unlink()
    for name, text in written.items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Writes what follows from the code: the pages of checks and codes, the index of names, the picture of the layers."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from azext_iotdiag.checks import catalogue as checks  # noqa: E402
from azext_iotdiag.checks.failures import TABLE, Service  # noqa: E402
from azext_iotdiag.knowledge import catalogue as knowledge  # noqa: E402
from azext_iotdiag.model.check import Check  # noqa: E402
from azext_iotdiag.model.facts import FACTS  # noqa: E402
from azext_iotdiag.model.finding import Entry  # noqa: E402
from tests.plugins.source_tree import PACKAGE, imports, layer_of, sources  # noqa: E402

FOLDERS = ("checks", "codes")
BY_HAND = {  # pages that are not written here
    "pipelines.md": "use it in Azure DevOps, GitHub Actions, any shell, and Cloud Shell",
    "tutorials/missing-data.md": "data from your devices is missing in IoT Central, step by step",
    "tutorials/connectivity.md": "troubleshoot device connectivity to IoT Hub, step by step",
    "tutorials/disconnects.md": "detect and troubleshoot disconnects, step by step",
    "checking.md": "where a device's data stops, and why",
    "reporting.md": "a report for a support ticket",
    "telemetry.md": "watch telemetry",
    "scale.md": "judge more messages than one process can",
    "validation.md": "judge what devices send",
    "explaining.md": "what a code means",
    "devices.md": "devices, keys and tokens",
    "routes.md": "where the routes of a hub take a message",
    "changes.md": "what changed around a hub and a device",
    "logs.md": "why connections ended, and where messages went",
    "matrix.md": "what check says of each fault that the lab can provoke, with each access",
    "network.md": "test the network, here and on the device",
    "simulating.md": "simulate a device",
    "lab.md": "an IoT Hub on your laptop, to develop a device's program with",
    "lab-reference.md": "each part of the lab",
    "folders.md": "for contributors: the folders of the code",
    "decisions/README.md": "for contributors: decisions and their reasons",
}
DECISIONS = sorted((HERE / "decisions").glob("[0-9]*.md"))
ARCHITECTURE = HERE.parent / "ARCHITECTURE.md"
PICTURE = ("<!-- picture -->\n", "<!-- end of picture -->\n")  # what stands between is drawn
INDEX = HERE.parent / "azext_iotdiag" / "knowledge" / "index.py"


def pages() -> dict[str, str]:
    """Every page under its path in docs/."""
    written = {f"checks/{check.name}.md": _lines(_check(check)) for check in checks.ALL}
    written |= {f"codes/{entry.code}.md": _lines(_code(entry)) for entry in knowledge.ALL}
    written["README.md"] = _lines(_contents())
    written["decisions/README.md"] = _lines(_decisions())
    return written


def by_hand() -> set[str]:
    """The paths of the pages that are not written here."""
    return {*BY_HAND, *(f"decisions/{path.name}" for path in DECISIONS)} - {"decisions/README.md"}


def architecture() -> str:
    """ARCHITECTURE.md with the picture of the layers as they import each other now."""
    before, _, rest = ARCHITECTURE.read_text(encoding="utf-8").partition(PICTURE[0])
    _, _, after = rest.partition(PICTURE[1])
    return before + PICTURE[0] + _picture() + PICTURE[1] + after


def _picture() -> str:
    """A flowchart in Mermaid: an arrow from each layer to those that it imports, without those that follow."""
    drawn = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()} | {"output", "boundary"}
    needs: dict[str, set[str]] = {layer: set() for layer in drawn}
    for path, tree in sources(PACKAGE):
        layer = layer_of(PACKAGE, path)
        found = {module.split(".")[1] for _, module in imports(PACKAGE, path, tree) if module.startswith(PACKAGE.name)}
        needs.get(layer, set()).update(found & drawn - {layer})
    reached = {layer: _reached(layer, needs) for layer in drawn}
    arrows = sorted(
        f"    {layer} --> {other}"
        for layer in drawn
        for other in needs[layer]
        if not any(other in reached[between] for between in needs[layer] - {other})
    )
    return "```mermaid\nflowchart TD\n" + "\n".join(arrows) + "\n```\n"


def _reached(layer: str, needs: dict[str, set[str]]) -> set[str]:
    """The layers that a layer imports, and all that these import."""
    found: set[str] = set()
    ahead = [*needs[layer]]
    while ahead:
        other = ahead.pop()
        if other not in found:
            found.add(other)
            ahead += needs[other]
    return found


def _decisions() -> Iterator[str]:
    yield "# Decisions"
    yield "Each page says why a decision was needed, what was decided, and what follows from it."
    titles = [(path.name, path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")) for path in DECISIONS]
    yield "\n".join(f"- [{title}]({name})" for name, title in titles)


def index() -> str:
    """The text of knowledge/index.py: every name of every entry, with the module that holds it."""
    areas = []
    for area in knowledge.AREAS:
        names = [name for entry in _entries(area) for name in (entry.code, *entry.aliases)]
        if any("|" in name or "\n" in name or "\\" in name for name in names):
            raise ValueError(f"a name in {area.__name__} holds what separates names")
        areas.append("@" + area.__name__.partition(".knowledge.")[2] + "\n" + "\n".join(_folded(names)))
    return (
        '"""Where each name of the knowledge base stands. Written by `make docs`; a change made here is lost."""\n\n'
        '# Modules behind @, their names between bars.\nINDEX = """\n' + "\n".join(areas) + '\n"""\n'
    )


def _folded(names: list[str]) -> Iterator[str]:
    """The names between bars, in lines of bearable length that end with a bar unless they are the last."""
    line = ""
    for name in names:
        if line and len(line) + len(name) > 116:
            yield line
            line = ""
        line += name + ("" if name is names[-1] else "|")
    yield line


def _contents() -> Iterator[str]:
    yield "# What the tool checks, and what its codes mean"
    yield "These pages are written by `make docs` from the code; a change made here is lost."
    yield "`az iot diag explain CODE` says the same, and finds the codes in a log."
    yield "The guides are written by hand:"
    yield "\n".join(f"- [{path.removesuffix('.md')}]({path}): {about}" for path, about in BY_HAND.items())
    yield "## Checks"
    for link, members in checks.CHECKS.items():
        yield f"### {link.value.capitalize()}"
        yield "\n".join(f"- [{check.name}](checks/{check.name}.md): {check.title}" for check in members)
    yield "## Codes"
    for area in knowledge.AREAS:
        yield f"### {inspect.getdoc(area).partition(chr(10))[0]}"
        yield "\n".join(f"- [{entry.code}](codes/{entry.code}.md): {_named(entry)}" for entry in _entries(area))


def _check(check: Check) -> Iterator[str]:
    yield f"# {check.name}"
    yield f"{check.title}."
    if text := inspect.getdoc(check.run):
        yield text
    if check.after:
        links = ", ".join(f"[{name}]({name}.md)" for name in check.after)
        yield f"Skipped where one of these failed: {links}."
    facts = list(inspect.signature(check.run).parameters)
    if facts:
        yield "It judges: " + "; ".join(f"`{name}`, {FACTS[name].title}" for name in facts) + "."
    if reported := _reported(check):
        yield "## Codes that it reports"
        yield "\n".join(f"- [{entry.code}](../codes/{entry.code}.md): {entry.title}" for entry in reported)
    deciding = [(entry, cause) for entry in knowledge.ALL for cause in entry.causes if cause.check == check.name]
    if deciding:
        yield "## Causes that it decides"
        yield "\n".join(f"- [{entry.code}](../codes/{entry.code}.md): {cause.why}" for entry, cause in deciding)


def _reported(check: Check) -> list[Entry]:
    """The entries that the check's module names, and those of the services whose failures it tells."""
    module = sys.modules[check.run.__module__]
    named, services = set(), set()
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(module)))):
        if isinstance(node, ast.Name):
            named.add(id(vars(module).get(node.id)))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            value = getattr(vars(module).get(node.value.id), node.attr, None)
            services.add(value) if isinstance(value, Service) else named.add(id(value))
    told = {id(row.entry) for row in TABLE if services and (row.services is None or services & set(row.services))}
    return [entry for entry in knowledge.ALL if id(entry) in named | told]


def _code(entry: Entry) -> Iterator[str]:
    yield f"# {entry.code}"
    yield f"{entry.title}."
    yield entry.meaning
    if entry.aliases:
        yield "Also reported as: " + ", ".join(f"`{alias}`" for alias in entry.aliases) + "."
    yield "\n".join(
        (
            f"- A retry {entry.retry.value}.",
            "- Who can remove the cause: " + ", ".join(fixer.value for fixer in entry.fixers) + ".",
            "- Where it is seen: " + ", ".join(place.value for place in entry.places) + ".",
        )
    )
    for cause in entry.causes:
        yield f"## {cause.why}"
        yield "\n".join(f"- {step}" for step in cause.mitigation)
        if cause.only_if:
            yield f"Ruled out where the facts say that `{cause.only_if}` is false."
        if cause.proven_by:
            yield f"Proven where the facts say that `{cause.proven_by}` is true."
        if cause.check:
            yield f"Decided by the check [{cause.check}](../checks/{cause.check}.md)."
        if cause.confirm:
            yield f"How to tell: {cause.confirm}"
    if entry.links:
        yield "## Links"
        yield "\n".join(f"- <{link}>" for link in entry.links)


def _named(entry: Entry) -> str:
    """The title, behind the number and name that a service gives it."""
    service = [alias for alias in entry.aliases[:2] if alias.isdigit() or alias.isalpha()]
    return f"{' '.join(service)}: {entry.title}" if service else entry.title


def _entries(area: ModuleType) -> list[Entry]:
    return [value for value in vars(area).values() if isinstance(value, Entry)]


def _lines(paragraphs: Iterator[str]) -> str:
    return "\n\n".join(paragraphs) + "\n"


def main() -> None:
    INDEX.write_text(index(), encoding="utf-8")
    ARCHITECTURE.write_text(architecture(), encoding="utf-8")
    written = pages()
    for path in [path for folder in FOLDERS for path in (HERE / folder).glob("*.md")]:
        if str(path.relative_to(HERE)) not in written:
            path.unlink()
    for name, text in written.items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

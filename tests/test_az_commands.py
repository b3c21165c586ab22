"""Every az command that a text of ours shows is one that az has, with arguments that it takes."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from azure.cli.core import get_default_cli
from knack.help_files import helps

from azext_iotdiag import _help  # noqa: F401
from azext_iotdiag._params import WITHOUT_READABLE_FORM
from azext_iotdiag.knowledge import catalogue
from tests.plugins import azure_iot
from tests.plugins.az import install

CHECKOUT = Path(__file__).parent.parent
PACKAGE = CHECKOUT / "azext_iotdiag"
GUIDES = sorted(
    str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "docs").glob("*.md") if path.name != "README.md"
)
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "demo/run", *GUIDES)
QUOTED = re.compile(r"`(az [a-z][^`…]*)`")
# A command in running text or in a shell line ends where the text goes on; there only those of `az iot` are sure ones.
BARE = re.compile(r"(?<![\w`/.-])(az iot [a-z][^`…]*?)(?=\.(?: |$)|$)")
IN_SHELL = re.compile(r"(?:^|[|;(]\s*)((?:\./)?az(?:-dev)? [a-z][^…]*)")
# Words of a sentence or of the shell, behind which no argument follows.
STOPS = {"|", ">", "<", ">>", ";", "&&", "||", "&", ")"}


def in_knowledge() -> Iterator[tuple[str, str]]:
    for entry in catalogue.ALL:
        for cause in entry.causes:
            for text in (cause.why, cause.confirm, *cause.mitigation, entry.meaning):
                yield from ((entry.code, command) for command in QUOTED.findall(text))


def in_help() -> Iterator[tuple[str, str]]:
    for name, text in helps.items():
        if name.startswith("iot diag"):
            told = yaml.safe_load(text)
            yield from ((name, example["text"]) for example in told.get("examples", ()))
            yield from ((name, command) for command in QUOTED.findall(told.get("long-summary", "")))


def in_sources() -> Iterator[tuple[str, str]]:
    for name, text in texts_in_sources():
        commands = QUOTED.findall(text) + BARE.findall(QUOTED.sub("", text))
        yield from ((name, command.rstrip(".")) for command in commands)


def texts_in_sources() -> Iterator[tuple[str, str]]:
    """The texts that the program prints; a part that is filled in stands as X."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "knowledge" not in path.relative_to(PACKAGE).parts and "_help" not in path.relative_to(PACKAGE).parts:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in ast.walk(tree):
                if id(node) not in quiet | inner and isinstance(node, ast.Constant | ast.JoinedStr):
                    yield path.name, written(node)


def written(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)


def in_documents() -> Iterator[tuple[str, str]]:
    for name in DOCUMENTS:
        text = (CHECKOUT / name).read_text(encoding="utf-8")
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        yield from ((name, command) for block in blocks for line in joined(block) for command in shell(line))
        yield from ((name, command) for command in QUOTED.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)))


def joined(block: str) -> list[str]:
    return block.replace("\\\n", " ").splitlines()


def shell(line: str) -> list[str]:
    return [command.replace("./az-dev", "az") for command in IN_SHELL.findall(line)]


# Each command once, with the first place that shows it.
SHOWN = {command: where for source in (in_documents, in_sources, in_help, in_knowledge) for where, command in source()}


def words(command: str) -> list[str]:
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|<>;&()")
    lexer.whitespace_split = True
    found: list[str] = []
    for word in lexer:
        if word in STOPS:
            break
        found.append(word)
    return found[1:]


class Az:
    """az's own table of commands and its parser, with this extension in it."""

    def __init__(self) -> None:
        install()
        self._cli = cli = get_default_cli()
        self._invoker = cli.invocation = cli.invocation_cls(
            cli_ctx=cli, parser_cls=cli.parser_cls, commands_loader_cls=cli.commands_loader_cls, help_cls=cli.help_cls
        )
        self._loader = self._invoker.commands_loader
        self._loader.load_command_table(None)
        self._table = dict(self._loader.command_table)

    def refusal(self, arguments: list[str]) -> str:
        """Why az would not run these arguments; "" where it would. Mere names need only exist, as a group, too."""
        named = [word for word in arguments if re.fullmatch(r"[a-z][a-z0-9-]*", word)]
        starts = [" ".join(named[:count]) for count in range(len(named), 0, -1)]
        known = {*self._table, *azure_iot.COMMANDS}
        if named == [word for word in arguments if word != "--help"] and any(
            f"{name} ".startswith(f"{starts[0]} ") for name in known
        ):
            return ""
        command = next((start for start in starts if start in self._table), None)
        if command is None:
            theirs = next((start for start in starts if start in azure_iot.COMMANDS), None)
            return self._refusal_of_theirs(theirs, arguments) if theirs else "no such command"
        self._invoker.data["command_string"] = " ".join(arguments)
        self._invoker.data["command"] = self._loader.command_name = command
        self._loader.command_table = dict(self._table)
        self._loader.load_arguments(command)
        self._loader.command_table = {command: self._table[command]}
        parser = self._cli.parser_cls(cli_ctx=self._cli, prog="az", parents=[self._invoker._global_parser])
        parser.load_command_table(self._loader)
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said):
                parser.parse_args(arguments)
        except SystemExit:
            return said.getvalue() or "refused"
        return ""

    @staticmethod
    def _refusal_of_theirs(command: str, arguments: list[str]) -> str:
        try:
            azure_iot.parse(command, arguments[len(command.split()) :])
        except azure_iot.Refused as refused:
            return str(refused)
        return ""


@pytest.fixture(scope="module")
def az() -> Az:
    return Az()


@pytest.mark.parametrize("command", sorted(SHOWN))
def test_a_command_that_is_shown_parses(az: Az, command: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in re.findall(r"@([\w.]+)", command):  # az reads the files of arguments before it parses them
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert az.refusal(words(command)) == "", SHOWN[command]


def texts_of_help() -> Iterator[tuple[str, str]]:
    for name, text in helps.items():
        if name.startswith("iot diag"):
            told = yaml.safe_load(text)
            yield name, f"{told.get('short-summary')} {told.get('long-summary')}"


# What prints a key, unless a query picks something else.
SHOWS_KEYS = re.compile(
    r"az iot (?:hub|dps) connection-string show|az iot hub (?:device|module)-identity (?:\S+ )?show"
)


def test_a_foreign_command_names_its_extension_and_says_that_it_prints_a_key() -> None:
    """Those in the knowledge base have a test of their own, `tests/knowledge/test_advice.py`."""
    foreign = 0
    for where, text in (*texts_in_sources(), *texts_of_help()):
        for command in QUOTED.findall(text) + BARE.findall(QUOTED.sub("", text)):
            if any(f"{command} ".startswith(f"az {name} ") for name in azure_iot.COMMANDS):
                foreign += 1
                assert "azure-iot" in text, (where, command)
                assert not SHOWS_KEYS.match(command) or "prints a key" in text, (where, command)
    assert foreign >= 5


@pytest.mark.parametrize("source", [in_knowledge, in_help, in_sources, in_documents])
def test_commands_are_found_everywhere(source) -> None:
    assert len(list(source())) > 3


@pytest.mark.parametrize(
    "command",
    [
        "az iot hub shw -n HUB",
        "az iot hub show --hubname HUB",
        "az iot hub show -n HUB --query a[",
        "az iot hub device-identity show -n HUB",
        "az iot hub device-identity shows",
        "az iot hub device-identity show -n HUB -d DEVICE --kind x",
        "az iot diag monitor events --logn x",
        "az iot diag check --deviceid x",
        "az iot diag no-such-command",
    ],
)
def test_a_wrong_command_is_refused(az: Az, command: str) -> None:
    assert az.refusal(words(command)) != ""


def test_what_belongs_to_the_shell_is_left_out() -> None:
    assert words("az iot diag monitor events --login @hub.txt -o json | jq .payload") == [
        "iot", "diag", "monitor", "events", "--login", "@hub.txt", "-o", "json"
    ]  # fmt: skip
    assert words("az iot hub list --query [].properties.hostName") == [
        "iot", "hub", "list", "--query", "[].properties.hostName"
    ]  # fmt: skip


def test_every_command_with_a_readable_form_has_the_option_for_it(az: Az) -> None:
    ours = [name for name in az._table if name.startswith("iot diag ")]
    assert len(ours) > 20 and set(WITHOUT_READABLE_FORM) < set(ours)
    for name in ours:
        arguments = [*name.split(), *REQUIRED.get(name, ())]
        assert az.refusal(arguments) == ""
        assert (az.refusal([*arguments, "--plain"]) == "") is (name not in WITHOUT_READABLE_FORM), name


# What a command cannot do without, so that az's parser looks at what else is there.
REQUIRED = {
    "iot diag template show": ("--model", "m"), "iot diag template lint": ("--model", "m"),
    "iot diag template to-kql": ("--model", "m"), "iot diag template to-spark": ("--model", "m"),
    "iot diag template infer": ("--file", "f"), "iot diag logs errors": ("--file", "f"),
    "iot diag lab break": ("--fault", "f"), "iot diag tally merge": ("f",),
    "iot diag monitor properties": ("-d", "d"), "iot diag key renew": ("-d", "d", "--key-type", "primary"),
}  # fmt: skip

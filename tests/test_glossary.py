"""A name stands for one thing. Where two layers share the name of a class or a function, it is listed with a reason.

The reasons are groups, because one reason mostly holds for many names. The lists only shrink.
"""

from __future__ import annotations

import ast
import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.plugins.source_tree import PACKAGE, layer_of, sources

# az asks for one command in several places. So these layers count as one where functions are compared.
OF_COMMANDS = {"custom", "_validators", "_params", "_help", "commands"}

Kinds = type[ast.AST] | tuple[type[ast.AST], ...]
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)

# Words of the glossary that mean something in these layers only. "commands" are OF_COMMANDS.
TERMS = {"fault": {"lab", "commands", *OF_COMMANDS}, "violation": {"payload", "model"}}

# Names of classes that several layers share, by the reason.
CLASSES: Mapping[str, str] = {
    "the lab plays, in a class of its own, what the other layer knows of the real one": """
        Authority Central CloudMessage Dps Enrollment Hub HubSettings LinkedHub MethodAnswer MethodCall Partition Policy
        Registration Resource""",
    "AMQP's own term in `wire`, where its document names it; a term of the tool elsewhere": """
        Array End Ended Endpoint Link Source Target""",
    "the field's word, always read with the module that it is imported from": """
        Kind Place Reason Row Service Way""",
}

# Names of public functions that several layers share, by the reason.
FUNCTIONS: Mapping[str, str] = {
    "a verb, called with its module, as in `sas.read`, `proxy.find` or `twin_change.planned`": """
        ask carry_out connect count decide decode emit encode end find find_dps find_hub inspect judge leave lint load
        lock look look_up mend note read refuse renew report restore run send show sign start stop watch write""",
    "what came of a verb, called with its module, as in `registry.opened`": """
        asked carried_out changes chosen counts covers damaged derived expected failed found holds inferred interrupted
        judged known left listed made named opened planned renewed said same saved shared shown signed_in stopped
        unwrapped verified wanted written wrong""",
    "makes its subject from the thing in its name, called with its module: `statuses.of_identity`": """
        entry_of folder_of kind_of name_of of of_central of_device of_identity of_json of_resource of_twin path_of
        place_of rows_of service_of state_of status_of to_disable to_enable""",
    "the part of a form or a document that its module writes or reads": """
        answer chunks columns commands document errors facts faults form group host hub identity issues keys length line
        lines login model names number owner page part place plain properties query question reason rows scenarios
        service shell status statuses stream summary table terms text version way where whole words""",
    "a name of one command, or of one step of it, in the layers that it passes": """
        break_ check create device query_selection""",
    "a small function of one module, not imported with its bare name elsewhere": """
        after difference failure iso issuer judge_name moment near nearest read_json rule""",
}


def classes_have_one_layer(package: Path) -> Iterator[str]:
    """No class has the name of a class of another layer, unless it is listed."""
    yield from _shared(package, ast.ClassDef, CLASSES)


def functions_have_one_layer(package: Path) -> Iterator[str]:
    """No public function has the name of one of another layer, unless it is listed."""
    yield from _shared(package, FUNCTION, FUNCTIONS)


def terms_keep_their_layers(package: Path) -> Iterator[str]:
    """A word of the glossary that has its meaning in some layers only is in no class and no function of others."""
    for kind in (ast.ClassDef, FUNCTION):
        for name, layers in sorted(_layers(package, kind).items()):
            for term, owners in TERMS.items():
                if term in name.lower() and (strange := layers - owners):
                    yield f"{name}: {term} is no word of {', '.join(sorted(strange))}"


RULES = [classes_have_one_layer, functions_have_one_layer, terms_keep_their_layers]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps_the_rules(rule) -> None:
    assert list(rule(PACKAGE)) == []


@pytest.mark.parametrize(("kind", "listed"), [(ast.ClassDef, CLASSES), (FUNCTION, FUNCTIONS)], ids=["class", "def"])
def test_the_lists_only_shrink(kind: Kinds, listed: Mapping[str, str]) -> None:
    names = [name for each in listed.values() for name in each.split()]
    assert len(names) == len(set(names)), "a name is listed once"
    assert [name for name in names if len(_layers(PACKAGE, kind).get(name, ())) < 2] == [], (
        "no longer shared: remove it"
    )


BROKEN = [
    (classes_have_one_layer, {"model/a.py": "class A: ...", "wire/b.py": "class A: ..."}, ["A: model, wire"]),
    (classes_have_one_layer, {"custom/a.py": "class A: ...", "_params/b.py": "class A: ..."}, ["A: _params, custom"]),
    (functions_have_one_layer, {"model/a.py": "def f(): ...", "wire/b.py": "async def f(): ..."}, ["f: model, wire"]),
    (functions_have_one_layer, {"custom/a.py": "def f(): ...", "lab/b/c.py": "def f(): ..."}, ["f: commands, lab"]),
    (terms_keep_their_layers, {"checks/a.py": "class KeyFault: ..."}, ["KeyFault: fault is no word of checks"]),
    (terms_keep_their_layers, {"lab/a.py": "def violations(): ..."}, ["violations: violation is no word of lab"]),
    (functions_have_one_layer, {"output.py": "def f(): ...", "model/b.py": "def f(): ..."}, ["f: model, output"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "files", "complaints"), BROKEN)
def test_a_broken_rule_is_reported(rule, files: dict[str, str], complaints: list[str], tmp_path: Path) -> None:
    assert list(rule(_tree(tmp_path, files))) == complaints


def test_what_is_allowed_is_not_reported(tmp_path: Path) -> None:
    files = {
        "custom/a.py": "def f(): ...",  # the command
        "_validators/a.py": "def f(): ...",
        "_params/a.py": "def f(): ...",
        "payload/a.py": "class Violation: ...\ndef violations(): ...",
        "lab/a.py": "class Fault: ...\ndef is_fault(): ...",
        "model/a.py": "def _g(): ...\nclass _A: ...\nclass Hub: ...\ndef read(): ...",
        "model/b.py": "class B: ...",
        "model/c.py": "class B: ...\nclass C:\n    def h(self): ...",
        "wire/a.py": "def _g(): ...\nclass _A: ...\nclass Hub: ...\ndef read(): ...\ndef h(): ...",
    }
    package = _tree(tmp_path, files)
    assert [complaint for rule in RULES for complaint in rule(package)] == []


def _shared(package: Path, kind: Kinds, listed: Mapping[str, str]) -> Iterator[str]:
    allowed = {name for each in listed.values() for name in each.split()}
    for name, layers in sorted(_layers(package, kind).items()):
        if len(layers) > 1 and name not in allowed:
            yield f"{name}: {', '.join(sorted(layers))}"


@functools.cache
def _layers(package: Path, kind: Kinds) -> dict[str, set[str]]:
    """The layers in which a public class or function of a name stands at the top of a module."""
    functions = kind is not ast.ClassDef
    found: dict[str, set[str]] = defaultdict(set)
    for path, tree in sources(package):
        layer = layer_of(package, path)
        for node in tree.body:
            if isinstance(node, kind) and not node.name.startswith("_"):
                found[node.name].add("commands" if functions and layer in OF_COMMANDS else layer)
    return found


def _tree(folder: Path, files: Mapping[str, str]) -> Path:
    package = folder / "azext_iotdiag"
    for name, source in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return package

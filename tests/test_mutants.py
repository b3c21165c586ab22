"""How `make mutants` takes its faults: the same for the same seed, one at a place, none where nothing runs."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci/mutants"


@pytest.fixture(scope="module")
def mutants() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("mutants", str(SCRIPT))
    spec = importlib.util.spec_from_loader("mutants", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


def test_the_same_seed_takes_the_same_faults(mutants: ModuleType) -> None:
    found = [mutants.Mutant(f"azext_iotdiag/wire/{at % 7}.py", (at, 1), "AddNot", at) for at in range(100)]
    assert mutants.chosen(found, 20, random.Random(5)) == mutants.chosen(found[::-1], 20, random.Random(5))
    assert mutants.chosen(found, 20, random.Random(5)) != mutants.chosen(found, 20, random.Random(6))
    assert len(mutants.chosen(found, 500, random.Random(5))) == 100


def test_one_fault_is_taken_at_a_place(mutants: ModuleType) -> None:
    found = [
        mutants.Mutant("azext_iotdiag/wire/a.py", (1, 1), operator, 0) for operator in ("AddNot", "NumberReplacer")
    ]
    assert len(mutants.chosen(found, 2, random.Random(1))) == 1


def test_a_fault_belongs_to_the_tests_of_its_folder(mutants: ModuleType) -> None:
    mutant = mutants.Mutant("azext_iotdiag/wire/amqp/frames.py", (1, 1), "AddNot", 0)
    assert mutant.layer == "wire"
    assert list(mutants._tests(mutant)) == [
        ["tests/wire/amqp/test_frames.py"], ["tests/wire", "--ignore=tests/wire/amqp/test_frames.py"],
    ]  # fmt: skip


SOURCE = """\
import re
if TYPE_CHECKING:
    x = 1
@dataclass(frozen=True)
class A:
    a: int | None = 1
def f(b: int | str = 2, /, *, c: int = 4 * 5) -> int | None:
    return 3
    zip(b, c, strict=True)
"""


def test_what_never_runs_gets_no_fault(mutants: ModuleType) -> None:
    never = list(mutants._never_run(ast.parse(SOURCE)))
    numbers = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Constant | ast.BinOp)]
    assert "True" in map(ast.unparse, numbers)
    left = [
        ast.unparse(node)
        for node in numbers
        if not any(start <= (node.lineno, node.col_offset) < end for start, end in never)
    ]
    assert sorted(left) == ["1", "2", "3", "4", "4 * 5", "5"]
    head = SOURCE.splitlines()[6]
    line, markers = 7, [head.index("/"), head.index("*")]
    assert all(any(start <= (line, column) < end for start, end in never) for column in markers)


LIMITS = """\
MOST = 100
FEW: int = 99
BYTES = 256 << 20
CODE = 0x75
@lru_cache(maxsize=1024)
def f(text):
    return text[:200] + text[:20] + str(200)
"""


def test_a_large_limit_gets_no_fault_of_one(mutants: ModuleType) -> None:
    lines = LIMITS.splitlines()
    spans = [lines[start[0] - 1][start[1] : end[1]] for start, end in mutants._large_limits(ast.parse(LIMITS), LIMITS)]
    assert sorted(spans) == ["100", "1024", "20", "200", "256"]


def test_of_several_exceptions_one_with_a_dot_gets_no_fault(mutants: ModuleType) -> None:
    source = "try: f()\nexcept (OSError, zlib.error, a.b.C): g()\nexcept zlib.error: h()\n"
    line = source.splitlines()[1]
    spans = [line[start[1] : end[1]] for start, end in mutants._dotted_exceptions(ast.parse(source))]
    assert spans == ["zlib.error", "a.b.C"]

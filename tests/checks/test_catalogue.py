"""Every check on disk is listed, in an order in which it can run, and is named the same everywhere."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.conditions import CONDITIONS
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.facts import FACTS, Origin
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.probes.catalogue import PROBES
from tests.plugins.rows import all_rows

FOLDER = Path(catalogue.__file__).parent
every_check = all_rows("check", catalogue.ALL, ids=lambda check: check.name)


def test_every_file_is_listed_at_its_link() -> None:
    on_disk = {(path.parent.name, path.stem) for path in FOLDER.glob("*/*.py") if path.stem != "__init__"}
    listed = {
        (link.value, check.name.replace("-", "_")) for link, checks in catalogue.CHECKS.items() for check in checks
    }
    assert listed == on_disk
    assert len(catalogue.ALL) == len(listed)


def test_the_links_stand_in_the_order_of_the_way() -> None:
    assert list(catalogue.CHECKS) == [link for link in Link if link in catalogue.CHECKS]


@every_check
def test_a_parameter_names_a_fact_and_has_its_type(check) -> None:
    """A misspelt fact is a failing test, never a check that is skipped for ever."""
    hints = typing.get_type_hints(check.run)
    for need in check.needs:
        assert need.name in FACTS
        value = typing.get_args(hints[need.name])[0] if need.whole else hints[need.name]
        optional = typing.get_origin(value) in (typing.Union, types.UnionType)
        kinds = [each for each in typing.get_args(value) if each is not type(None)] if optional else [value]
        assert kinds == [FACTS[need.name].type]
    assert hints["return"] == Iterator[Finding]


def test_every_fact_is_judged_or_decides_a_cause() -> None:
    asked = {need.name for check in catalogue.ALL for need in check.needs}
    deciding = {name for condition in CONDITIONS.values() for name in condition.all_facts}
    # Shown, judged by `checks/ends.py`, or what decides which facts are missed.
    assert set(FACTS) - asked - deciding == {"central_proof", "ended", "judged", "device_named"}


def test_a_probe_measures_each_fact_that_is_measured() -> None:
    measured = {name for name, kind in FACTS.items() if kind.origin is Origin.PROBE}
    assert set(PROBES) == measured
    for name in PROBES:
        module = import_module(f"azext_iotdiag.probes.{name}")
        assert list(inspect.signature(module.measure).parameters) == ["context", "end", "facts"]


@every_check
def test_one_name_in_every_place(check) -> None:
    stem = check.name.replace("-", "_")
    assert (check.run.__name__, Path(inspect.getfile(check.run)).stem) == (stem, stem)
    assert list((Path(__file__).parent).glob(f"*/test_{stem}.py")), "a check has a test of its own"
    assert check.title[0].isupper() and not check.title.endswith((".", "?"))


@every_check
def test_what_comes_before_is_a_check(check) -> None:
    assert set(check.after) <= {other.name for other in catalogue.ALL}

"""Measures the facts that are wanted, each once, at the same time, and yields each as soon as it is known."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, NamedTuple

from azext_iotdiag.model.facts import Fact, Facts, given
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.probes.catalogue import PROBES, Probe
from azext_iotdiag.probes.context import Context

AT_ONCE = 8  # more bring nothing on two processors


class _Done(NamedTuple):
    """What a probe's thread leaves: a value, or the failure of its step."""

    name: str
    value: Any
    failure: Failure | None
    seconds: float


def gather(  # pylint: disable=dangerous-default-value  # the catalogue, which is not written to
    wanted: Iterable[str],
    context: Context,
    *,
    known: Facts | None = None,
    seconds: float = 60.0,
    probes: Mapping[str, Probe] = PROBES,
) -> Iterator[tuple[str, Fact[Any]]]:
    """Measure what is wanted and what that needs, and yield each fact by name.

    What the context cannot ask is left out. `known` are facts that need no measuring; probes get them, too. `seconds`
    is the time for all together: what takes longer becomes a fact with a failure, and its thread is not waited for.
    A probe gets the facts that it needs whether they could be measured or not. How services were opened comes last.
    """
    facts: dict[str, Fact[Any]] = dict(known or {})
    waiting = _with_needs(wanted, context, facts, probes)
    running: dict[str, float] = {}  # when each was begun
    done: queue.SimpleQueue[_Done] = queue.SimpleQueue()
    end = context.clock() + seconds
    try:
        while waiting or running:
            for name in [name for name in waiting if _ready(probes[name].needed(context), waiting, running)]:
                if len(running) >= AT_ONCE:
                    break
                waiting.remove(name)
                if not probes[name].worth(facts):
                    continue
                running[name] = context.clock()
                _begin(name, probes[name], context, min(end, running[name] + probes[name].seconds), dict(facts), done)
            for name, fact in _ended(running, probes, context, end, done) if running else ():
                facts[name] = fact
                yield name, fact
        opened = given(context.now(), **context.access())
        yield from ((name, fact) for name, fact in opened.items() if name not in facts and name != "now")
    finally:
        context.stop.set()
        context.connections.close()


def planned(  # pylint: disable=dangerous-default-value  # the catalogue, which is not written to
    wanted: Iterable[str], context: Context, known: Facts, probes: Mapping[str, Probe] = PROBES
) -> tuple[str, ...]:
    """The names of the facts that `gather` would measure, each before those that need it."""
    return tuple(_with_needs(wanted, context, known, probes))


def left(  # pylint: disable=dangerous-default-value  # the catalogue, which is not written to
    names: Iterable[str], context: Context, facts: Facts, probes: Mapping[str, Probe] = PROBES
) -> tuple[str, ...]:
    """Those of `planned` that are not yet known, and may still be measured by what they need."""
    open_ = [name for name in names if name not in facts]
    return tuple(name for name in open_ if set(probes[name].needed(context)) & set(open_) or probes[name].worth(facts))


def _with_needs(wanted: Iterable[str], context: Context, known: Facts, probes: Mapping[str, Probe]) -> list[str]:
    """What has to be measured, in the order in which it was asked for, with what it needs before it."""
    chosen: list[str] = []

    def add(name: str) -> None:
        probe = probes.get(name)
        if probe is None or name in known or name in chosen or not probe.allowed(context, known):
            return
        for need in probe.needed(context):
            add(need)
        chosen.append(name)

    for name in wanted:
        add(name)
    return chosen


def _ready(needs: Iterable[str], waiting: Iterable[str], running: Iterable[str]) -> bool:
    return not {*waiting, *running} & set(needs)


def _begin(name: str, probe: Probe, context: Context, end: float, facts: Facts, done: queue.SimpleQueue[_Done]) -> None:
    """Measure in a thread that keeps no process alive."""

    def work() -> None:
        started = context.clock()
        try:
            value, failure = probe.measure(context, end, facts), None
        except StepFailed as failed:
            value, failure = None, failed.failure
        except Exception as crash:  # a crashed probe is a fact that is missing, never the end of the diagnosis
            said = f"{type(crash).__name__}: {crash}"
            value, failure = None, Failure(Kind.CRASHED, probe.step, context.host(probe.access), 0, description=said)
        done.put(_Done(name, value, failure, context.clock() - started))

    threading.Thread(target=work, name=f"probe {name}", daemon=True).start()


def _ended(
    running: dict[str, float],
    probes: Mapping[str, Probe],
    context: Context,
    end: float,
    done: queue.SimpleQueue[_Done],
) -> Iterator[tuple[str, Fact[Any]]]:
    """The facts of the next probe that ends, or of those whose time is over."""
    due = {name: min(end, began + probes[name].seconds) for name, began in running.items()}
    try:
        result = done.get(timeout=max(min(due.values()) - context.clock(), 0.001))
    except queue.Empty:
        late = [name for name in due if due[name] <= context.clock()]
        for name in late:
            waited = context.clock() - running.pop(name)
            probe = probes[name]
            failure = Failure(Kind.SILENT, probe.step, context.host(probe.access), probe.port, seconds=waited)
            yield name, _fact(probe, context, None, failure, waited)
        return
    if result.name in running:  # else it came after its time
        del running[result.name]
        yield result.name, _fact(probes[result.name], context, result.value, result.failure, result.seconds)


def _fact(probe: Probe, context: Context, value: Any, failure: Failure | None, seconds: float) -> Fact[Any]:
    measured = datetime.fromtimestamp(context.now(), timezone.utc)
    if isinstance(value, Fact):  # the probe knows more of it: a window, an age
        return replace(value, measured=measured, seconds=seconds)
    return Fact(value, measured, probe.source, probe.place, failure, seconds)

"""What the tool knows of one kind of value: a `Kind`, which a module of this folder makes, and what that is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from azext_iotdiag.payload.schema import Schema
from azext_iotdiag.payload.violations import Rule

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

S = TypeVar("S", bound=Schema)
DEEPEST = 8  # levels of a made-up value; what a schema holds below them is left out
# Handed to a kind whose values hold others: the rule, or the JSON Schema, of a schema inside.
Compile = Callable[[Schema], Rule]
Emit = Callable[[Schema], dict[str, Any]]


@dataclass(frozen=True)
class Members:
    """Values are objects. `of` gives the regular expression for the value of a member, or the member's schema."""

    of: Callable[[str], str | Schema]


@dataclass(frozen=True)
class Elements:
    """Values are lists of values of one schema."""

    schema: Schema


# A regular expression, or what the values hold. None: such values are always read.
Pattern = str | Members | Elements | None


class ValueSource(Protocol):
    """Where a made-up value comes from: chance, and what goes on from value to value."""

    dice: Random
    level: int  # of the value that is being made: 0 for a whole one

    def value(self, schema: Schema) -> Any:
        """A value inside the one that is being made."""

    def number(self) -> float:
        """Rises and falls about 20, as most measured values do."""

    def moment(self) -> datetime:
        """A time in UTC, one second later for each value."""


@dataclass(frozen=True)
class Kind(Generic[S]):
    """One kind of value.

    Attributes:
        schema: The class of its schemas.
        rule: Makes the rule that judges values. Called once for each schema of a model.
        pattern: How JSON text looks that the rule certainly finds right. Other text is read and judged.
        json_schema: The same in JSON Schema, draft 4.
        value: Makes up a value that fits. The same chance gives the same value.
        term: The name in DTDL. Kinds that DTDL defines in place, such as Object, have none.
        since: The first version of DTDL with this term.
        of_central: IoT Central added the term to DTDL.
        inferred_from: The JSON type, "text" or "object", of observed values for which `template infer` tries this term.
    """

    schema: type[S]
    rule: Callable[[S, Compile], Rule]
    pattern: Callable[[S], Pattern]
    json_schema: Callable[[S, Emit], dict[str, Any]]
    value: Callable[[S, ValueSource], Any]
    term: str = ""
    since: int = 1
    of_central: bool = False
    inferred_from: str = ""

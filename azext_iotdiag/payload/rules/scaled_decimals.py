"""The rule for decimal numbers with a power of ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azext_iotdiag.payload.faults import Rule
from azext_iotdiag.payload.rules.objects import object_of
from azext_iotdiag.payload.schema import Scalar

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler


def scaled_decimal(_schema: Scalar, compiler: Compiler) -> Rule:
    """A decimal number and the power of ten that it is multiplied with, both optional."""
    fields = {"scale": compiler.rule(Scalar("short")), "value": compiler.rule(Scalar("decimal"))}
    return object_of(fields, frozenset())

"""All dialects by name. Their modules are loaded when a log is read, and not before."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from azext_iotdiag.insights.dialects.table import Dialect

# What several families print: it counts in every log.
SHARED = ("services", "tls", "sockets")
FAMILIES = (
    "c_sdk",
    "embedded",
    "freertos",
    "netxduo",
    "esp_idf",
    "arduino",
    "zephyr",
    "python_sdk",
    "node",
    "dotnet",
    "java",
    "community",
    "edge",
    "mosquitto",
    "tasmota",
    "esphome",
)


@cache
def load(module: str) -> Dialect:
    """The dialect of a module."""
    dialect: Dialect = import_module(f"azext_iotdiag.insights.dialects.{module}").DIALECT
    return dialect


def names() -> tuple[str, ...]:
    """The names of all families, as `--sdk` takes them."""
    return tuple(module.replace("_", "-") for module in FAMILIES)


def chosen(sdk: str = "") -> Iterable[Dialect]:
    """The dialects that count in a log: all, or the shared ones and the one that was named."""
    families = (sdk.replace("-", "_"),) if sdk else FAMILIES
    return tuple(load(module) for module in (*families, *SHARED))

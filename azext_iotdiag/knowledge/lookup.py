"""Look-up by code, or by any name under which a service or client reports the same. Loads only where a name stands."""

from __future__ import annotations

from importlib import import_module

from azext_iotdiag.knowledge.index import INDEX
from azext_iotdiag.model.finding import Entry

# Where one name may mean different things, in the order in which they are told.
CONTEXTS = ("hub", "dps", "central", "mqtt", "amqp")

# Every name as it is written, with the module that holds its entry.
NAMES: dict[str, str] = {
    name: module.strip()
    for module, _, names in (area.partition("\n") for area in INDEX.strip().removeprefix("@").split("\n@"))
    for name in names.replace("\n", "").split("|")
}
_MODULES = {name.lower(): module for name, module in NAMES.items()}


def find(name: str, context: str = "") -> tuple[Entry, ...]:
    """The entries with this code or alias, in any case: none, one, or one for each context in which it has a meaning.

    With a context, what it means there; a name that is the same everywhere is found in any context.
    """
    plain = name.strip().lower()
    here = f"{context}:{plain}"
    if context and here in _MODULES:
        keys = [here]
    elif context:
        module = _MODULES.get(plain, "")
        place = module.partition(".")[0].partition("_")[0]
        keys = [plain] if place == context or place not in CONTEXTS else []
    else:
        keys = [plain, *(f"{other}:{plain}" for other in CONTEXTS)]
    found: dict[str, Entry] = {}
    for key in keys:
        if key in _MODULES:
            for entry in vars(import_module(f"azext_iotdiag.knowledge.{_MODULES[key]}")).values():
                if isinstance(entry, Entry) and key in {text.lower() for text in (entry.code, *entry.aliases)}:
                    found[entry.code] = entry
    return tuple(found.values())

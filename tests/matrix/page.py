"""The page docs/matrix.md: what `check` says of each fault with each access, and which faults an access confuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.matrix import logged
from tests.matrix.accesses import Access
from tests.matrix.row import HEALTHY, Row
from tests.matrix.sets import Played, mean_size, sets

PATH = Path(__file__).parents[2] / "docs" / "matrix.md"
_HEAD = """# What check says of each fault

`make matrix` writes this page. It provokes each fault in the lab, and runs `az iot diag check` with each access.

A cell holds the link and the code of the verdict. `-` means that no fault is seen: nothing that this access shows
differs from a device that is well. `?` means undetermined. An empty cell is an access that cannot be had there.
A number such as M1 is that of a publicly reported case.
"""


def text(played: Sequence[Played]) -> str:
    """The page of a whole run."""
    faults = [each for each in played if each.row.truth != HEALTHY]
    healthy = len(played) - len(faults)
    lines = [
        _HEAD,
        f"| fault | case | {' | '.join(each.value for each in Access)} |",
        f"| --- | --- |{' --- |' * len(Access)}",
        *(line for each in faults for line in row_of(each.row)),
        "",
        f"In the same runs, {healthy} devices that are well raised no alarm.",
        "",
        "## With the logs on",
        "",
        "The hub's resource log shows what no state of a device shows. In these rows it goes to a workspace, and the",
        f"login may read that. {len(logged.HEALTHY_ROWS)} devices that are well by their log raised no alarm.",
        "",
        f"| fault | case | {' | '.join(each.value for each in Access)} |",
        f"| --- | --- |{' --- |' * len(Access)}",
        *(line for row in logged.ROWS for line in row_of(row)),
        "",
        "The rows of the first table were played again with the logs on and with az's login. The log names these",
        "faults better, and changes no other verdict:",
        "",
        f"| fault | case | {' | '.join(each.value for each in Access)} |",
        f"| --- | --- |{' --- |' * len(Access)}",
        *(line for row in logged.named_better() for line in row_of(row)),
        "",
        "## Sets",
        "",
        "Two faults are in one set of an access where the facts that it yields differ in nothing but times, ids and",
        "lengths. The sets are derived from the recorded facts.",
        "",
        *(line for access in Access for line in _sets(played, access)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def row_of(row: Row) -> Iterator[str]:
    """The line of the table for one row."""
    cells = (f"`{row.says[access]}`" if access in row.says else "" for access in Access)
    yield f"| {row.name} | {row.number} | {' | '.join(cells)} |"


def _sets(played: Iterable[Played], access: Access) -> Iterator[str]:
    together = [_names(each) for each in sets(played, access)]
    yield f"### With {access.value}"
    yield ""
    yield f"A set holds {mean_size(played, access):.1f} faults on average."
    yield ""
    for names in together:
        if len(names) > 1:
            yield f"- {len(names)} look the same:"
            yield from (f"  - {name}" for name in names)
    yield ""


def _names(together: Iterable[Played]) -> list[str]:
    """The faults of a set, and once the devices that are well where some look the same."""
    names = [each.row.name for each in together if each.row.truth != HEALTHY]
    healthy = any(each.row.truth == HEALTHY for each in together)
    return [*names, *(["a device that is well"] if healthy and names else [])]

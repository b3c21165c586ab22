"""How lines for people look: as they are in a pipe or a file; wrapped, and with coloured marks, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Appearance:
    """What the user wants of one command.

    `plain` tells that lines for people were asked for, wherever stdout leads. `only_errors` leaves out on stderr all
    but problems. `colours` tells that colours are wanted, `dumb` that a terminal only shows characters.
    """

    plain: bool = False
    only_errors: bool = False
    colours: bool = False
    dumb: bool = False

    def shown(self, line: str, *, encoding: str, width: int | None) -> Iterator[str]:
        """The lines for one logical line. `width` is the terminal's in columns, None where no terminal shows them."""
        if width is None and line.isascii():
            yield line
            return
        from azext_iotdiag.render import marks, wrapping  # a command whose result is data needs neither

        fitting = marks.fitting(line, encoding)
        if width is None:
            yield fitting
            return
        first, *rest = wrapping.wrapped(fitting, width)
        yield marks.painted(first, ascii_too=fitting != line) if self.colours else first
        yield from rest


def wanted(cli_ctx: Any, environment: Mapping[str, str]) -> Appearance:
    """What az's settings, its command line and the environment say."""
    dumb = environment.get("TERM") == "dumb"
    refused = bool(environment.get("NO_COLOR")) or cli_ctx.config.getboolean("core", "no_color", fallback=False)
    # An old console of Windows shows colours only where az has switched them on.
    able = cli_ctx.enable_color if sys.platform == "win32" else not dumb
    return Appearance(only_errors=bool(cli_ctx.only_show_errors), colours=able and not refused, dumb=dumb)

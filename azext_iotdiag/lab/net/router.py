"""Which of a service's routes a request takes, by its method and its path."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from azext_iotdiag.lab.net.http_types import Answer, Request

ANY = "*"  # in the path of a route: an id


class HttpRoute(NamedTuple):
    """A request that is understood. `path` holds ANY where an id stands, which `handle` is given last.

    `needs` is what the service asks of the caller: the right of a policy, or one of several roles.
    """

    method: str
    path: tuple[str, ...]
    handle: Callable[..., Answer | Awaitable[Answer]]
    needs: tuple[str, ...] = ()


class RouteFound(NamedTuple):
    """A request whose path is known. `route` is None where its method is not; `ids` are those of the path."""

    route: HttpRoute | None
    ids: tuple[str, ...]

    async def answer(self, *first: Any) -> Answer:
        """What the route's function says, which is given `first` and the ids."""
        assert self.route is not None
        answered = self.route.handle(*first, *self.ids)
        return await answered if inspect.isawaitable(answered) else answered


def find(routes: Iterable[HttpRoute], request: Request, *, below: int = 0, cased: bool = True) -> RouteFound | None:
    """The route of a request, or None where its path is known to none.

    `below` is how many parts of the path come before those of the routes. Without `cased`, the case of what is no id
    does not matter.
    """
    parts = request.parts[below:]
    known = [route for route in routes if _fits(route.path, parts, cased)]
    if not known:
        return None
    route = next((route for route in known if route.method == request.method), None)
    path = known[0].path if route is None else route.path
    return RouteFound(route, tuple(part for part, wanted in zip(parts, path, strict=True) if wanted == ANY))


def _fits(path: tuple[str, ...], parts: tuple[str, ...], cased: bool) -> bool:
    return len(path) == len(parts) and all(
        bool(part) if wanted == ANY else part == wanted or (not cased and part.lower() == wanted.lower())
        for wanted, part in zip(path, parts, strict=True)
    )

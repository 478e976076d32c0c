"""The sandbox's page: a stand-in for Slack's own window, drawn on the server for one person at a time."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.core.prose import Prose

from . import facts
from .facts import Place

if TYPE_CHECKING:
    from bot.sandbox.world import World

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
THEMES = frozenset({"light", "dark"})


class HasWorld(Protocol):
    """All that the page needs of a sandbox."""

    @property
    def world(self) -> "World": ...


def routes(sandbox: HasWorld, prose: Prose | None = None) -> list[BaseRoute]:
    """The page's addresses: `/`, `/as/{user}/…` and its static files."""
    page = Page(sandbox.world, prose or Prose())
    return [
        Route("/", page.start),
        Route("/as/{user}", page.person),
        Route("/as/{user}/app/{app}/{tab}", page.app),
        Route("/as/{user}/{conversation}", page.conversation),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ]


class Page:
    """Draws the page for whoever is asked for."""

    def __init__(self, world: "World", prose: Prose) -> None:
        self._world = world
        self._prose = prose
        newest = max(int(path.stat().st_mtime) for path in STATIC.iterdir())
        self._version = f"{newest:x}"

    async def start(self, request: Request) -> Response:
        people = [person for person in self._world.people.values() if not person.is_bot]
        able = [person for person in people if not person.deactivated] or people
        if not able:
            return self._empty(request, "nobody", 200)
        return RedirectResponse(f"/as/{able[0].id}", headers=HEADERS)

    async def person(self, request: Request) -> Response:
        user_id = request.path_params["user"]
        if user_id not in self._world.people:
            return self._empty(request, "missing", 404)
        place = facts.first_place(facts.look(self._world, user_id))
        if place.conversation_id or place.app_id:
            return RedirectResponse(facts.address(place), headers=HEADERS)
        return self._draw(request, place)

    async def conversation(self, request: Request) -> Response:
        found = request.path_params
        return self._draw(request, Place(found["user"], conversation_id=found["conversation"]))

    async def app(self, request: Request) -> Response:
        found = request.path_params
        place = Place(found["user"], app_id=found["app"], tab=found["tab"])
        return self._to_messages(place) or self._draw(request, place)

    def _to_messages(self, place: Place) -> Response | None:
        """An app's Messages tab is its direct conversation, which has an address of its own."""
        if place.tab != "messages" or place.user_id not in self._world.people:
            return None
        apps = [app for app in facts.look(self._world, place.user_id)["apps"] if app["id"] == place.app_id]
        there = [Place(place.user_id, conversation_id=app["dm"]) for app in apps]
        return RedirectResponse(facts.address(there[0]), headers=HEADERS) if there else None

    def _draw(self, request: Request, place: Place) -> Response:
        shown = facts.gathered(self._world, place) if place.user_id in self._world.people else None
        if shown is None:
            return self._empty(request, "missing", 404)
        return self._html(request, "page", 200, origin=_origin(request), **shown)

    def _empty(self, request: Request, why: str, status: int) -> Response:
        return self._html(request, "empty", status, why=why, origin=_origin(request))

    def _html(self, request: Request, name: str, status: int, **shown: object) -> Response:
        theme = request.cookies.get("theme", "")
        look_of_it = {"theme": theme if theme in THEMES else "", "version": self._version}
        html = self._prose.page(f"sandbox/{name}", **look_of_it, **shown)
        return HTMLResponse(html, status, headers=HEADERS)


def _origin(request: Request) -> str:
    return str(request.base_url).rstrip("/")

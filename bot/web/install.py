"""The pages of installing over OAuth: the way to Slack, and what a browser that comes back is told."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.core.errors import Busy
from bot.core.in_flight import InFlight
from bot.core.prose import Prose

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
COOKIE_SECONDS = 600
COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")

# What is told with which status; a browser shows the page all the same.
STATUS: Mapping[str, int] = {
    "installed": 200,
    "denied": 200,
    "unknown": 400,
    "expired": 400,
    "foreign": 400,
    "used": 400,
    "refused": 502,
    "rotating": 502,
    "silent": 503,
    "busy": 503,
}


class Landing(Protocol):
    """Where a way through OAuth ended: a word of STATUS, and the facts its page tells."""

    @property
    def outcome(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


class Installer(Protocol):
    """Whoever knows Slack: makes the way there, and installs what comes back."""

    def begin(self, browser: str) -> str: ...
    async def finish(self, answer: Mapping[str, str], browser: str) -> Landing: ...


class Pages:
    """The two addresses; `public_url` is what people reach them under, whatever a request says of itself."""

    def __init__(self, installer: Installer, public_url: str, prose: Prose, in_flight: InFlight) -> None:
        self._installer = installer
        self._secure = public_url.startswith("https:")
        self._prose = prose
        self._in_flight = in_flight
        # A browser takes a cookie of such a name from this host alone, and over https.
        self.cookie = "__Host-sayso_install" if self._secure else "sayso_install"

    def routes(self) -> Sequence[Route]:
        return [Route(INSTALL, self.start), Route(REDIRECT, self.land)]

    async def start(self, request: Request) -> Response:
        if request.method != "GET":
            return _only_get()
        browser = secrets.token_urlsafe(32)
        response = RedirectResponse(
            self._installer.begin(browser),
            303,
            {"cache-control": "no-store", "referrer-policy": "no-referrer"},
        )
        response.set_cookie(
            self.cookie,
            browser,
            max_age=COOKIE_SECONDS,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
        return response

    async def land(self, request: Request) -> Response:
        # What looks at an address before a person opens it asks with HEAD, and must not use anything up.
        if request.method != "GET":
            return _only_get()
        browser = request.cookies.get(self.cookie, "")
        try:
            with self._in_flight:
                landing = await self._installer.finish(
                    _once(request), browser if COOKIE.fullmatch(browser) else ""
                )
        except Busy:
            return self._page("busy", {})
        return self._page(landing.outcome, landing.facts)

    def _page(self, outcome: str, facts: Mapping[str, Any]) -> Response:
        words = self._prose.words("oauth/said", **{"name": "", "for_all": False, "missing": [], **facts})
        nonce = secrets.token_urlsafe(16)
        html = self._prose.page(
            "oauth/page",
            title=words.block(f"{outcome}_title").plain,
            said=[
                words.block(f"{outcome}_said").plain,
                *([words.scopes.plain] if facts.get("missing") else []),
            ],
            again=None if outcome == "installed" else words.again.plain,
            again_address=INSTALL,
            opens=words.opens.plain if facts.get("link") else None,
            link=facts.get("link"),
            nonce=nonce,
        )
        response = HTMLResponse(html, STATUS[outcome], _headers(nonce))
        if outcome in ("installed", "denied"):
            response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="lax")
        return response


def _once(request: Request) -> Mapping[str, str]:
    """The query's fields; one that is given twice is as good as none, since two readers may choose differently."""
    query = request.query_params
    return {name: query[name] for name in query if len(query.getlist(name)) == 1}


def _only_get() -> Response:
    return Response(status_code=405, headers={"allow": "GET"})


def _headers(nonce: str) -> dict[str, str]:
    """The page loads nothing, is shown in no frame, and its address, which holds the code, is told to nobody."""
    policy = f"default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return {
        "content-security-policy": policy,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
    }

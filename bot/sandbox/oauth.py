"""Installing over OAuth: the page that asks, and the codes it hands out."""

import html
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox import apps, names
from bot.sandbox.world import App, Org, World

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

CODE_LIFETIME = timedelta(minutes=10)
_BAD = 400
_SEE_OTHER = 303
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>Install {app}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;overflow-wrap:anywhere}}
button{{font:inherit;padding:.5rem 1rem;margin-right:.5rem}}</style>
<h1>{app} is requesting permission to access a workspace</h1>
<p>It asks for: <code>{scopes}</code></p>
<form method="post" action="/oauth/v2/authorize?{query}">
<p><label>Install as <select name="user">{people}</select></label></p>
{where}
<p><button name="answer" value="allow">Allow</button><button name="answer" value="deny">Cancel</button></p>
</form></html>"""
_WHERE = """<fieldset><legend>Install it for</legend>
<p><label><input type="radio" name="where" value="workspace" checked> This person’s workspace alone</label></p>
<p><label><input type="radio" name="where" value="org"> The whole organization ({orgs})</label></p></fieldset>"""


@dataclass(slots=True)
class Grant:
    """What a person allowed; its code works once, for ten minutes."""

    app: App
    team_id: str
    user_id: str
    scopes: list[str]
    redirect_uri: str
    expires_at: datetime
    # The org that it is installed for, with all of its workspaces.
    org: Org | None = None


def routes(sandbox: "Sandbox") -> list[Route]:
    world = sandbox.world

    async def ask(request: Request) -> Response:
        app = world.client_ids.get(request.query_params.get("client_id", ""))
        if app is None:
            return _error("invalid_client_id", "Slack does not know this client_id.")
        if not request.query_params.get("scope"):
            return _error("no_scopes", "The address needs a scope.")
        if _redirect(app, request) is None:
            return _error("bad_redirect_uri", "The redirect_uri is not one of the app's redirect URLs.")
        return HTMLResponse(_page(world, app, request))

    async def decide(request: Request) -> Response:
        app = world.client_ids.get(request.query_params.get("client_id", ""))
        redirect = _redirect(app, request) if app else None
        if app is None or redirect is None:
            return _error("invalid_client_id", "Slack does not know this client_id or its redirect_uri.")
        form = await request.form()
        answer = {"state": request.query_params.get("state", "")}
        if form.get("answer") != "allow":
            return _back(redirect, {"error": "access_denied", **answer})
        person = world.people.get(str(form.get("user")))
        if person is None:
            return _error("user_not_found", "Nobody has that id.")
        org = world.workspaces[person.team_id].org if form.get("where") == "org" else None
        if form.get("where") == "org" and not (org and app.is_org_ready and apps.without_their_own(app, org)):
            return _error("not_for_an_org", "No org of this person's can be given this app.")
        scopes = [each for each in request.query_params.get("scope", "").split(",") if each]
        code = f"{names.digits(12, person.team_id)}.{names.unguessable()}"
        expires_at = world.now() + CODE_LIFETIME
        sandbox.codes[code] = Grant(app, person.team_id, person.id, scopes, redirect, expires_at, org)
        return _back(redirect, {"code": code, **answer})

    return [
        Route("/oauth/v2/authorize", ask, methods=["GET"]),
        Route("/oauth/v2/authorize", decide, methods=["POST"]),
    ]


def _redirect(app: App, request: Request) -> str | None:
    """The address to go back to: one of the manifest's, or one below it."""
    listed = [str(each) for each in (app.manifest.get("oauth_config") or {}).get("redirect_urls") or []]
    asked = request.query_params.get("redirect_uri")
    if not asked:
        return listed[0] if listed else None
    return (
        asked if any(asked == each or asked.startswith(each.rstrip("/") + "/") for each in listed) else None
    )


def _page(world: World, app: App, request: Request) -> str:
    asked_team = request.query_params.get("team")
    options = [
        f'<option value="{person.id}">{html.escape(person.real_name)} · {html.escape(workspace.name)}</option>'
        for workspace in world.workspaces.values()
        if asked_team in (None, "", workspace.id)
        for person in workspace.people.values()
        if not person.flags & {"bot", "deactivated", "stranger", "guest"}
    ]
    return _PAGE.format(
        app=html.escape(app.name),
        scopes=html.escape(", ".join(request.query_params["scope"].split(","))),
        query=html.escape(request.url.query),
        people="".join(options),
        where=_where(world, app),
    )


def _where(world: World, app: App) -> str:
    """The choice between a workspace and its org, where there is one."""
    if not (world.orgs and app.is_org_ready):
        return ""
    named = "; ".join(
        f"{org.name}: {', '.join(one.name for one in org.workspaces)}" for org in world.orgs.values()
    )
    return _WHERE.format(orgs=html.escape(named))


def _back(redirect: str, answer: dict[str, str]) -> Response:
    joint = "&" if urlsplit(redirect).query else "?"
    return RedirectResponse(f"{redirect}{joint}{urlencode(answer)}", _SEE_OTHER)


def _error(word: str, sentence: str) -> Response:
    return HTMLResponse(f"<!doctype html><title>{word}</title><h1>{word}</h1><p>{sentence}</p>", _BAD)

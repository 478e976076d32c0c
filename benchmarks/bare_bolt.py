"""The peer: Bolt as its documentation starts it, with one empty acknowledgement, on uvicorn as it comes or as Sayso runs it."""

import argparse
import os

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def build(*, before_response: bool) -> Starlette:
    """An app that verifies, parses, authorizes once and acknowledges `/win`; nothing else."""
    bolt = AsyncApp(
        signing_secret=os.environ["BARE_SIGNING_SECRET"],
        client=AsyncWebClient(os.environ["BARE_BOT_TOKEN"], base_url=os.environ["BARE_API_URL"]),
        process_before_response=before_response,
    )
    bolt.command("/win")(acknowledge)
    handler = AsyncSlackRequestHandler(bolt)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


async def acknowledge(ack: AsyncAck) -> None:
    await ack()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--before-response", action="store_true", help="process_before_response=True")
    parser.add_argument("--fast", action="store_true", help="on uvloop and httptools, as Sayso")
    chosen = parser.parse_args()
    app = build(before_response=chosen.before_response)
    loop, http = ("uvloop", "httptools") if chosen.fast else ("asyncio", "h11")
    uvicorn.run(
        app, host="127.0.0.1", port=chosen.port, loop=loop, http=http, log_config=None, access_log=False
    )


if __name__ == "__main__":
    main()

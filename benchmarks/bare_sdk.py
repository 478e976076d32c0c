"""In a process of its own: a loop over the SDK's chat.postMessage, with the same words and nothing else."""

import asyncio
import time
from contextlib import AsyncExitStack
from itertools import zip_longest
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks import children


async def main() -> None:
    """Post to everybody, the workspaces in turn; reports when it began and ended."""
    job = children.job()
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession()) if job["shared"] else None
        clients = {
            team["id"]: AsyncWebClient(
                team["token"], base_url=f"{job['address']}/api/", session=session, retry_handlers=[]
            )
            for team in job["teams"]
        }
        waiting = _in_turn(job["teams"])
        children.ready()
        began, used = time.monotonic(), time.process_time()
        await asyncio.gather(*(_post(clients, waiting, job["message"]) for _ in range(job["at_once"])))
        children.report(began=began, ended=time.monotonic(), cpu_seconds=time.process_time() - used)


def _in_turn(teams: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(team, channel) of everybody, the first of each workspace before the second of any."""
    queues = [[(team["id"], channel) for _, channel in team["people"]] for team in teams]
    return [each for row in zip_longest(*queues) for each in row if each]


async def _post(
    clients: dict[str, AsyncWebClient], waiting: list[tuple[str, str]], message: dict[str, Any]
) -> None:
    while waiting:
        team, channel = waiting.pop()
        await clients[team].chat_postMessage(channel=channel, **message)


if __name__ == "__main__":
    asyncio.run(main())

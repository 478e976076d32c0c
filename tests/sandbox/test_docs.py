"""docs/sandbox.md keeps its word: every line of its examples runs, every control call and method is named."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from starlette.routing import Route

from bot.sandbox.api import METHODS
from tests.sandbox.driving import Slack, serving

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
STATEMENT = re.compile(
    r"^(?:(?P<name>[A-Z]+)=\$\()?(?P<curl>curl .*?)(?P<tail> \| tail -n 1)?(?: \| pick \"(?P<path>.*)\"\))?$",
    re.DOTALL,
)


def statements(block: str) -> list[str]:
    """A shell block's statements: a line, or several while a quote is open."""
    found: list[str] = []
    open_quote = False
    for line in block.splitlines():
        if open_quote:
            found[-1] += "\n" + line
        else:
            found.append(line)
        open_quote ^= line.count("'") % 2 == 1
    return [each for each in found if each.strip() and not each.startswith("pick()")]


@dataclass
class Shell:
    """As much of a shell and of curl as the page uses."""

    http: aiohttp.ClientSession
    names: dict[str, str] = field(default_factory=dict)
    ran: int = 0

    async def run(self, statement: str) -> None:
        assignment = re.fullmatch(r"([A-Z]+)=([^$\s]+)(?:\s+#.*)?", statement)
        if assignment:
            self.names.setdefault(assignment[1], assignment[2])
            return
        parts = STATEMENT.match(statement)
        assert parts, statement
        text = await self.curl(shlex.split(self.filled(parts["curl"])))
        self.ran += 1
        if parts["tail"]:
            text = text.strip().splitlines()[-1]
        if parts["name"]:
            value = json.loads(text)
            for key, index in re.findall(r"\['([^']+)'\]|\[(-?\d+)\]", self.filled(parts["path"])):
                value = value[key or int(index)]
            self.names[parts["name"]] = value

    def filled(self, text: str) -> str:
        return re.sub(r"\$([A-Z]+)", lambda name: self.names[name[1]], text)

    async def curl(self, words: list[str]) -> str:
        verb, url = "", ""
        body: list[str] = []
        headers: dict[str, str] = {}
        rest = iter(words[1:])
        for word in rest:
            match word:
                case "-s" | "-N":
                    pass
                case "-X":
                    verb = next(rest)
                case "-H":
                    name, _, value = next(rest).partition(": ")
                    headers[name] = value
                case "--json":
                    body, headers["Content-Type"] = [next(rest)], "application/json"
                    json.loads(body[0])
                case "-d" | "--data-urlencode":
                    name, _, value = next(rest).partition("=")
                    body.append(urlencode({name: value}) if name else "")
                    headers["Content-Type"] = "application/x-www-form-urlencoded"
                case "--max-time":
                    next(rest)
                case _:
                    url = word
        return await self.request(verb or ("POST" if body else "GET"), url, "&".join(body), headers)

    async def request(self, verb: str, url: str, body: str, headers: dict[str, str]) -> str:
        async with self.http.request(verb, url, data=body or None, headers=headers) as response:
            assert response.status == 200, (url, await response.text())
            if response.content_type == "text/event-stream":
                return (await response.content.readline()).decode()
            text = await response.text()
        if response.content_type == "application/json":
            assert json.loads(text)["ok"] is True, (url, text)
        return text


async def test_every_example_runs():
    async with serving() as slack, aiohttp.ClientSession() as http:
        shell = Shell(http, {"SLACK": slack.url})
        for block in BLOCKS:
            for statement in statements(block):
                await shell.run(statement)
    assert shell.ran >= 45
    assert shell.names["MAYA"] == slack.maya
    assert (shell.names["TEAM"], shell.names["HARBOR"]) == (slack.team, slack.other_team)


async def test_every_control_call_is_named_and_has_an_example(slack: Slack):
    examples = "\n".join(BLOCKS)
    for route in slack.sandbox.app.routes:
        if not isinstance(route, Route) or not route.path.startswith("/sandbox/"):
            continue
        last = route.path.split("/")[-1]
        if last == "{file}":
            continue
        words = [word for word in route.path.split("/") if word and not word.startswith("{")]
        assert all(word in PAGE for word in words), route.path
        pattern = re.sub(r"\{\w+\}", r"\\$[A-Z]+", route.path)
        assert re.search(pattern + r"(?![\w/])", examples), f"no example of {route.path}"


def test_every_method_is_named():
    missing = [method for method in METHODS if method not in PAGE]
    assert missing == []

"""The house rules for words: each template is used, each one asked for exists, and help, README and manifest agree."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

import pytest
import yaml
from jinja2 import Environment, meta

from bot.core.prose import Prose
from tests.house import ROOT, agree, nodes, text

TEMPLATES = ROOT / "templates"
README = ROOT / "README.md"
ENDS = {"words": ".j2", "still": ".j2", "page": ".html.j2", "document": ".j2"}
COMMAND = re.compile(r"`(/[a-z]+(?: [a-z]+)*)\b[^`]*`")
# A shorter f-string says too little about what it names.
LEAST_PATTERN = 3
Function = ast.FunctionDef | ast.AsyncFunctionDef


def read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def template_names() -> set[str]:
    return {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.j2")}


def joined(node: ast.JoinedStr) -> str:
    """An f-string with `*` for its holes."""
    return "".join(text(part) or "*" for part in node.values)


def asked(call: ast.AST) -> str | None:
    """The template that `.words("…")`, `.still("…")` or `.page("…")` asks for; an f-string's holes become `*`."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not call.args:
        return None
    name, end = call.args[0], ENDS.get(call.func.attr)
    said = (
        "".join(text(part) or "*" for part in name.values) if isinstance(name, ast.JoinedStr) else text(name)
    )
    return said + end if said and end else None


def all_asked() -> set[str]:
    return {name for _, node in nodes() if (name := asked(node))}


def constants() -> set[str]:
    """Every string that stands in the code: the names that travel through a table."""
    return {said for _, node in nodes() if (said := text(node))}


def mentioned_by_templates() -> set[str]:
    env = Environment(autoescape=True)
    found = (meta.find_referenced_templates(env.parse(read(name))) for name in template_names())
    return {other for others in found for other in others if other}


def test_a_template_that_is_asked_for_exists() -> None:
    names = template_names()
    agree(
        [
            f"templates/{wanted} is asked for and does not exist."
            for wanted in sorted(all_asked() | mentioned_by_templates())
            if not any(fnmatchcase(name, wanted) for name in names)
        ]
    )


def test_every_template_is_used() -> None:
    wanted, said = all_asked() | mentioned_by_templates(), constants()
    agree(
        [
            f"templates/{name} is not named anywhere: use it or delete it."
            for name in sorted(template_names())
            if not any(fnmatchcase(name, pattern) for pattern in wanted)
            if name.removesuffix(".j2").removesuffix(".html") not in said
        ]
    )


def test_every_word_list_is_used() -> None:
    said = constants()
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.txt")}
    agree(
        [
            f"templates/{name} is not named anywhere: use it or delete it."
            for name in sorted(names)
            if name.removesuffix(".txt") not in said
        ]
    )


@cache
def prose() -> Prose:
    """Prose with the filters that modules give it beside its own."""
    made = Prose()
    for _, node in nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "filter":
            for given in filter(None, map(text, node.args)):
                made.filter(given, str)
    return made


@pytest.mark.parametrize("name", sorted(template_names()))
def test_a_template_can_be_read(name: str) -> None:
    prose()._env.get_template(name)


def blocks(name: str) -> frozenset[str]:
    return prose().words(name.removesuffix(".j2")).names


def held(function: Function) -> dict[str, str]:
    """Which variable of a function holds the words of which template."""
    found: dict[str, str] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target, value in pairs(node.targets[0], node.value):
                name = asked(value)
                if isinstance(target, ast.Name) and name and (TEMPLATES / name).exists():
                    found[target.id] = name
    return found


def pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=False))
    return [(target, value)]


def uses() -> Iterator[tuple[str, str, str]]:
    """Each `words.sentence`: where it stands, the template and the sentence."""
    for path, function in nodes():
        words = held(function) if isinstance(function, Function) else {}
        for node in ast.walk(function) if words else ():
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in words
            ):
                yield f"{path}:{node.lineno}", words[node.value.id], node.attr


def test_a_sentence_that_is_asked_for_stands_in_its_template() -> None:
    agree(
        [
            f"{place} asks templates/{name} for {sentence!r}; it has no such block."
            for place, name, sentence in uses()
            if sentence not in blocks(name) | {"block", "names"}
        ]
    )


def names_in_code() -> set[str]:
    """Every name, attribute and string of the code; an f-string with its holes as `*`."""
    found = {*constants()}
    for _, node in nodes():
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.JoinedStr() if len(pattern := joined(node)) > LEAST_PATTERN:
                found.add(pattern)
    return found


def test_every_sentence_is_used() -> None:
    said = names_in_code()
    patterns = [name for name in said if "*" in name]
    written = "".join(map(read, template_names()))
    agree(
        [
            f"templates/{name}: nobody asks for the block {block!r}."
            for name in sorted(template_names())
            if name.count(".") == 1  # a document, such as page.html.j2, is used whole
            for block in sorted(blocks(name) - said)
            if f"self.{block}()" not in written
            and not any(fnmatchcase(block, pattern) for pattern in patterns)
        ]
    )


def commands_in(words: str) -> set[str]:
    """The commands that stand as code, up to what a person fills in: `/coach pause until …`."""
    return {match.group(1) for match in COMMAND.finditer(words)}


def readme_commands() -> set[str]:
    """The commands in the first column of README's tables."""
    lines = README.read_text(encoding="utf-8").splitlines()
    return {command for line in lines if line.startswith("|") for command in commands_in(line.split("|")[1])}


def help_commands() -> set[str]:
    """The commands that the help of each feature explains."""
    return {
        command
        for name in template_names()
        if name.endswith("help.j2")
        for command in commands_in(read(name))
    }


written = pytest.mark.skipif(not README.exists(), reason="there is no README yet")


@written
def test_readme_lists_the_commands_of_the_manifest() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    declared = {command["command"] for command in manifest["features"]["slash_commands"]}
    listed = {command.split()[0] for command in readme_commands()}
    agree(
        [f"README's table of commands does not list {command}." for command in sorted(declared - listed)]
        + [
            f"README lists {command}, which manifest.yml does not declare."
            for command in sorted(listed - declared)
        ]
    )


@written
def test_readme_lists_what_help_explains() -> None:
    listed, explained = readme_commands(), help_commands()
    agree(
        [f"README does not list `{command}`, which help explains." for command in sorted(explained - listed)]
        + [f"No help explains `{command}`, which README lists." for command in sorted(listed - explained)]
    )

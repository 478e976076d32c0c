"""The supply: what is installed is locked with hashes, and what the code asks for is what is locked."""

import re
import tomllib

import pytest

from tests.house import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt", "requirements-audit.txt")
LOCKED = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==[^\s;]+(?: ; [^\n]+?)?(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)$",
    re.MULTILINE,
)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_has_one_version_and_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert lines, "nothing is locked"
    assert len(LOCKED.findall(text)) == len(lines)


def test_what_we_ask_for_is_locked() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=!~; ]", one)[0].lower().replace("_", "-") for one in asked}
    locked = {
        found["name"] for found in LOCKED.finditer((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    }
    assert names <= locked
    assert len(names) < 27, "each one is somebody else's code that reads what people keep"


def test_nothing_is_installed_without_its_hash() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in makefile.splitlines() if "pip install" in line and "-r " in line]
    assert installs
    assert [line for line in installs if "--require-hashes" not in line] == []

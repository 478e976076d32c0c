"""Our own app manifest, as Slack, the sandbox and the doctor read it."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parents[1] / "manifest.yml"


def load() -> dict[str, Any]:
    return deepcopy(_read())


@cache
def _read() -> dict[str, Any]:
    return dict(yaml.safe_load(PATH.read_text(encoding="utf-8")))

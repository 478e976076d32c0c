"""Our own app manifest, as Slack, the sandbox and the doctor read it."""

from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parents[1] / "manifest.yml"


def load() -> dict[str, Any]:
    return dict(yaml.safe_load(PATH.read_text(encoding="utf-8")))

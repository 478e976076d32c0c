"""JSON answers as Slack writes them: every sign outside ASCII escaped, so that none can fail to be sent."""

import json
from typing import Any

from starlette.responses import JSONResponse


class Answered(JSONResponse):
    media_type = "application/json; charset=utf-8"

    def render(self, content: Any) -> bytes:
        self.content = content
        return json.dumps(content, separators=(",", ":")).encode()

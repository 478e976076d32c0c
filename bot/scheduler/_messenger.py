"""The port through which a worker speaks: whoever carries a claimed delivery to its member."""

from typing import Protocol

from bot.domain.nudges import Claim


class Messenger(Protocol):
    """Carries a claimed delivery to its member."""

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        """Send and give the channel and ts; raises Unsent or Uncertain."""
        ...

    async def find(self, claim: Claim) -> tuple[str, str] | None:
        """Look for a message with the claim's key; None when it is not there.

        Raises Unsent when the conversation cannot be read now, and Uncertain when it never can.
        """
        ...

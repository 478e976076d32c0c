"""How many examples Hypothesis tries: as many as a test asks for, or in the quick run a tenth of them."""

from typing import Any

from hypothesis import settings

# Profiles of Hypothesis (`--hypothesis-profile=quick`), and how many of a hundred examples each tries.
_OF_A_HUNDRED = {"thorough": 100, "quick": 10}
# Fewer would find nothing.
_LEAST = 5


def profiles() -> None:
    """Make the profiles known, and load the thorough one; pytest loads another where it is told to."""
    for name, tried in _OF_A_HUNDRED.items():
        # An example that takes long on a busy machine is not wrong for that.
        settings.register_profile(name, max_examples=tried, deadline=None)
    settings.load_profile("thorough")


def examples(most: int, **more: Any) -> settings:
    """Try at most so many; the profile that is loaded says how many of them."""
    share = _OF_A_HUNDRED.get(settings.get_current_profile_name(), 100)
    return settings(max_examples=min(most, max(_LEAST, most * share // 100)), **more)

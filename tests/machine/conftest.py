"""The longer run: `pytest tests/machine --hypothesis-profile=long`."""

from hypothesis import settings

settings.register_profile(
    "long", settings.get_profile("house"), max_examples=2000, stateful_step_count=60, derandomize=False
)

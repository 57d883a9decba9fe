"""Settings of hypothesis for every unit test: new examples each time, no limit on one example's time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("quick", deadline=None, max_examples=60)
settings.load_profile("quick")

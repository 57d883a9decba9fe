"""A clock of seconds that moves when a test says so, or when the tested code sleeps."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Stopwatch:
    """Tells seconds, and remembers how long was slept."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """Return the time, in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.slept.append(seconds)
        self.now += seconds

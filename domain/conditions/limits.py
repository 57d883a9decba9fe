"""How long the text of a condition may be, by itself: documents say it, and need not load what reads a condition."""

from __future__ import annotations

LONGEST_CONDITION = 1000

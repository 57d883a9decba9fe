"""The machine that the program runs on: clock, random ids, targets, log."""

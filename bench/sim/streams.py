"""Named streams of chance: each part of the world draws from its own, so that one more draw in one part moves no other."""

from random import Random


class Stream(Random):
    """A reproducible stream, seeded by a text such as "7:ajar"; the same on every machine (no hash of the interpreter)."""

"""Bits on the wire, counted 64 frames at a time: whatever the way, the same as bit by bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.bus_bits import frame_bits
from bench.analysis.bus_counter import BitCounter
from bench.analysis.bus_slices import ones, ones_by_sums, stuff_bits
from bench.model.can_frame import EXTENDED


@given(size=st.integers(0, 8), seed=st.integers(0, 2**32 - 1), dull=st.booleans())
def test_planes_count_the_stuff_bits_that_single_frames_have(size: int, seed: int, dull: bool) -> None:
    """Random payloads, and those with long runs of equal bits, where nearly every stuff bit arises."""
    source = np.random.default_rng(seed)
    ids = source.integers(0, 0x800, 128)
    octets = source.choice(np.array([0, 0xFF, 0x1F, 0x83], np.uint8), (128, 8)) if dull else source.integers(0, 256, (128, 8), np.uint8)
    octets[:, size:] = 0
    payloads = np.ascontiguousarray(octets).view("<u8").ravel()
    whole = sum(frame_bits(int(n), row[:size].tobytes()) for n, row in zip(ids, octets, strict=True))
    assert stuff_bits(ids, size, payloads) == whole - 128 * (19 + 15 + 13 + 8 * size)


def test_a_counter_is_exact_whatever_way_a_frame_takes() -> None:
    """Single frames by planes, repeated and extended ones by tables, lengths with few frames by tables: one sum."""
    source = np.random.default_rng(5)
    count = 70_000
    extended = source.random(count) < 0.05
    ids = np.where(extended, source.integers(0, 1 << 29, count), source.integers(0, 1 << 11, count))
    sizes = np.where(source.random(count) < 0.9, 8, source.integers(0, 8, count))
    octets = source.integers(0, 256, (count, 8), np.uint8) & source.choice(np.array([0, 0xFF], np.uint8), (count, 8))
    octets[np.arange(8)[None, :] >= sizes[:, None]] = 0
    payloads, times = octets.view("<u8").ravel(), source.choice(np.array([1, 1, 1, 640]), count)
    counter = BitCounter()
    for part in np.array_split(np.arange(count), 9):
        counter.add(ids[part], extended[part], sizes[part], payloads[part], times[part])
    expected = sum(
        frame_bits(int(n), row[:size].tobytes(), EXTENDED if far else 0) * int(often)
        for n, row, size, far, often in zip(ids, octets, sizes, extended, times, strict=True)
    )
    assert counter.total() == expected
    assert counter.total() == expected, "asking twice changes nothing"


@given(st.lists(st.integers(0, 2**64 - 1), max_size=20))
def test_set_bits_are_counted(words: list[int]) -> None:
    """Whichever numpy is there."""
    planes, expected = np.array(words, np.uint64), sum(word.bit_count() for word in words)
    assert (ones(planes), ones_by_sums(planes)) == (expected, expected)

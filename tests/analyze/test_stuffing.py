"""Many frames measured at once are as long as each of them measured by itself."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.analysis.bus_bits import frame_bits
from bench.analysis.bus_stuffing import plain_bits
from bench.model.can_frame import EXTENDED

OCTETS = st.sampled_from([0, 255, 0xF0, 0x1F, 0x07, 0xA5, 0x84])
ROWS = st.tuples(st.booleans(), st.integers(0, 2**29 - 1), st.lists(OCTETS | st.integers(0, 255), max_size=8))


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=60), st.booleans())
def test_lengths_by_table_are_the_lengths_by_bit(rows: list[tuple[bool, int, list[int]]], is_all_standard: bool) -> None:
    extended = np.array([is_long and not is_all_standard for is_long, _, _ in rows])
    ids = np.array([number if is_long else number & 0x7FF for is_long, (_, number, _) in zip(extended, rows, strict=True)], np.int64)
    data = [bytes(octets) for _, _, octets in rows]
    payloads = np.array([int.from_bytes(d, "little") for d in data], np.uint64)
    sizes = np.array([len(d) for d in data], np.int64)
    found = plain_bits(ids, extended, sizes, payloads)
    wanted = [frame_bits(n, d, EXTENDED * is_long) for n, d, is_long in zip(ids.tolist(), data, extended.tolist(), strict=True)]
    assert found.tolist() == wanted
    if is_all_standard:
        assert plain_bits(ids, None, sizes, payloads).tolist() == wanted

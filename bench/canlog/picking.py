"""A few ids out of candump text: of all other lines only the form is looked at, which is quicker than reading them.

The form: the channel of the chunk's first line, an id, `#`, and an even number of at most sixteen characters up to the line's
end. Whether those are hex digits, and the time stamp, is looked at in the lines that are picked.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.plain_frames import Ints, PickedFrames, Words
from bench.canlog.lines import line_breaks, padded, starts_of, windows
from bench.canlog.plain import Layout, columns_at, hex_digits, short_ids

_SHOWN: Final = 16  # characters before the data: a channel name of up to ten, the id and the #
_ID_AT: Final = 64 + 32  # bit where the id begins in them
_PAUSE_NS: Final = 5_000_000_000  # of silence, which only reading every line would place


def pick_chunk(text: bytes, layout: Layout, wanted: NDArray[np.bool_]) -> PickedFrames | None:
    """Return the frames whose 11-bit id is `wanted` (4096 entries), the first and the last of the chunk and all with longer ids.

    None where a line has another form, or where more than five seconds lie between two of them: such a chunk must be read whole.
    """
    octets = padded(text)
    breaks = line_breaks(octets)
    starts = starts_of(breaks)
    shown = windows(octets, starts + (layout.digits + layout.name + 15 - _SHOWN), _SHOWN).view("<u8").reshape(-1, 2)
    is_odd, ids, is_long = _forms(shown, layout)
    lengths = breaks - starts - (layout.digits + layout.name + 15 + 2 * layout.is_marked + layout.has_return)
    is_odd |= (lengths & 1 != 0) & ~is_long
    is_odd |= (lengths < 0) | (lengths > 16 + 5 * is_long)
    if is_odd.any():
        return None
    picked = wanted.take(ids)
    picked |= is_long
    picked[[0, -1]] = True
    rows = np.flatnonzero(picked)
    found = columns_at(octets, starts.take(rows), breaks.take(rows), layout)
    times = found.frames.t_ns
    if len(found.odd) or found.frames.channel_of is not None or (np.diff(times) > _PAUSE_NS).any():
        return None
    return PickedFrames(found.frames, rows, len(breaks))


def _forms(shown: Words, layout: Layout) -> tuple[NDArray[np.bool_], Ints, NDArray[np.bool_]]:
    """Return which lines have another form, the id of each as a number, and which have no # behind three digits."""
    first = int.from_bytes(shown[0].tobytes(), "little")
    before = _ID_AT // 8 - min(layout.name + 2, _ID_AT // 8)  # characters that belong to the time stamp
    kept = ((1 << _ID_AT) - 1) >> 8 * before << 8 * before
    low, high = shown[:, 0], shown[:, 1]
    is_odd = (low ^ np.uint64(first & (1 << 64) - 1)) & np.uint64(kept & (1 << 64) - 1) != 0
    is_odd |= (high ^ np.uint64(first >> 64)) & np.uint64(kept >> 64) != 0
    marks = high.copy()
    is_long = marks >> np.uint64(56) != 0x23
    ids, wrong = short_ids(*hex_digits(marks))
    is_odd |= wrong & ~is_long
    return is_odd, ids, is_long

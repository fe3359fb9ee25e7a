"""A chunk of python-can's CSV read as one table is what its lines are one by one, or is left to them."""

from base64 import b64encode
from itertools import chain

from canlog_samples import EPOCH_NS
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.canlog import can_csv


def line_of(t: float, number: int, is_long: bool, data: bytes) -> str:
    """As python-can writes it."""
    number &= 0x1FFF_FFFF if is_long else 0x7FF
    return f"{t},0x{number:x},{int(is_long)},0,0,{len(data)},{b64encode(data).decode()}\n"


row = st.builds(
    line_of,
    st.integers(0, 10**10).map(lambda us: (EPOCH_NS / 1e3 + us) / 1e6),
    st.integers(0, 0x1FFF_FFFF), st.booleans(), st.binary(max_size=8),
)  # fmt: skip
ROW = "1632509059.0004,0x60d,0,0,0,8,AAYAAAAAAAA=\n"


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Some rows with a few characters put in, taken away or doubled."""
    text = "".join(draw(st.lists(row, min_size=1, max_size=5)))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text) - 1))
        text = (
            text[:at]
            + draw(st.sampled_from(["", ",", "\n", "0", ".", "1", "x", "=", " ", "_", "\r", "e", "-", "\xb2"]))
            + text[at + draw(st.integers(0, 2)) :]
        )
    return text if text.endswith("\n") else text + "\n"


@given(damaged())
@example(ROW + ROW.replace("\n", ",") + ROW + "\n")
@example("\n" + ROW.replace("\n", ",") + ROW)
@example(ROW.replace("9.0004", "9."))
@example(ROW.replace("9.0004", "9.0_04"))
@example(ROW.replace("1632509059", "01632509059"))
@example(ROW.replace("0004", "0" * 18))
@example(ROW.replace("0x60d", "0x6_d"))
@example(ROW.replace("0x60d", "0x00000060d"))
@settings(max_examples=300, deadline=None)
def test_a_table_is_the_same_as_its_lines(text: str) -> None:
    table = can_csv.whole(text)
    if table is not None:
        assert list(table.frames()) == [can_csv.parse(line) for line in text.splitlines()]


@given(st.lists(row, min_size=1, max_size=9))
@settings(max_examples=50, deadline=None)
def test_plain_rows_are_always_one_table(rows: list[str]) -> None:
    for end in ("\n", "\r\n"):
        table = can_csv.whole("".join(chain.from_iterable(line.replace("\n", end) for line in rows)))
        assert table is not None
        assert len(table.t_ns) == len(rows)

"""Fault codes: bytes to names in both dialects, and no bytes that make it fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.app.dtc_codes import Code, code_name, kwp_codes, refusal, uds_codes


@pytest.mark.parametrize(
    ("raw", "name"),
    [("A60200", "B2602-00"), ("C10000", "U0100-00"), ("D00000", "U1000-00"), ("A60046", "B2600-46"), ("0123", "P0123"), ("4ABC", "C0ABC")],
)
def test_bytes_are_named_as_the_manual_names_them(raw: str, name: str) -> None:
    assert code_name(bytes.fromhex(raw)) == name


def test_a_uds_answer_gives_codes_status_words_and_meaning() -> None:
    codes = uds_codes(bytes.fromhex("5902FFA6020009") + bytes(4))
    assert codes == (Code("B2602-00", "A60200", 9),)
    assert codes is not None
    assert codes[0].states("uds") == ("failed now", "confirmed")
    assert codes[0].meaning == "shift position"


def test_the_zoe_answer_of_the_facts_is_read() -> None:
    codes = uds_codes(bytes.fromhex("5902B9957C1429"))
    assert codes is not None
    assert [(c.name, c.status) for c in codes] == [("B157C-14", 0x29)]


def test_a_kwp_answer_gives_two_byte_codes_and_a_bare_status() -> None:
    codes = kwp_codes(bytes.fromhex("5802A602E0D00020"))
    assert codes == (Code("B2602", "A602", 0xE0), Code("U1000", "D000", 0x20))
    assert codes is not None
    assert codes[0].states("kwp") == ("0xE0",)


@pytest.mark.parametrize("answer", ["", "59", "5801A602", "7F1911", "1902FF", "198702", "5802A602E0"])
def test_what_is_no_list_of_codes_is_none_and_not_an_empty_list(answer: str) -> None:
    raw = bytes.fromhex(answer)
    assert kwp_codes(raw) is None
    assert uds_codes(raw) is None


@given(st.binary(max_size=60))
def test_no_answer_makes_the_reader_fail(raw: bytes) -> None:
    for codes in (uds_codes(raw), kwp_codes(raw)):
        assert codes is None or all(0 <= c.status <= 255 for c in codes)


def test_a_refusal_is_told_in_words() -> None:
    assert refusal(b"\x7f\x19\x11") == "refused with 0x11 ServiceNotSupported"
    assert refusal(b"\x7f\x19") == "refused without a reason"

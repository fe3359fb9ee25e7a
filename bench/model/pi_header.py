"""The 40-pin header of a Raspberry Pi: where each GPIO (BCM number) comes out. The same on every model since the B+."""

from typing import Final

HEADER_PIN: Final = {
    0: 27, 1: 28, 2: 3, 3: 5, 4: 7, 5: 29, 6: 31, 7: 26, 8: 24, 9: 21, 10: 19, 11: 23, 12: 32, 13: 33, 14: 8, 15: 10, 16: 36, 17: 11,
    18: 12, 19: 35, 20: 38, 21: 40, 22: 15, 23: 16, 24: 18, 25: 22, 26: 37, 27: 13,
}  # fmt: skip
"""Physical pin by BCM number (Raspberry Pi documentation, GPIO header)."""
GROUND_PINS: Final = (6, 9, 14, 20, 25, 30, 34, 39)


def nearest_ground(bcm: int) -> int:
    """Return the ground pin of the header that lies nearest to a GPIO: rows of two, five grounds a side at most."""
    row = (HEADER_PIN[bcm] - 1) // 2
    return min(GROUND_PINS, key=lambda pin: (abs((pin - 1) // 2 - row), pin))

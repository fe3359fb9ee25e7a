"""When a lock is to be cleaned and greased next."""

import calendar
import re
from typing import Final

MONTHS: Final = 6
"""Every six months (source: article)."""


def next_care_due(utc: str | None) -> str | None:
    """Return the day, `YYYY-MM-DD`, six months after a UTC stamp; None where there is no such stamp.

    The last day of a shorter month stands for a day that it lacks: 31 August is followed by the last day of February.
    """
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", utc or "")
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1 <= year <= 9998):
        return None
    year, month = year + (month + MONTHS - 1) // 12, (month + MONTHS - 1) % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return f"{year:04d}-{month:02d}-{min(day, last):02d}"

"""The border: what a library raises becomes ours here, once, with its cause, and in words that a person can act on."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.errors import PortError

MEANINGS: Final[dict[int, str]] = {
    errno.EAFNOSUPPORT: "the kernel of this machine has no CAN",
    errno.ENOENT: "it is not there",
    errno.ENODEV: "it is not there",
    errno.ENXIO: "it is not there",
    errno.ENETDOWN: "the interface is down",
    errno.ENOBUFS: "nothing is taken any more, as when nobody acknowledges",
    errno.EREMOTEIO: "nothing answers there",
    errno.EACCES: "this user may not open it",
    errno.EPERM: "this user may not open it",
    errno.EBUSY: "somebody else has it",
}
"""What the kernel's own words mean at a rig; of all others its words are shown alone."""
_NUMBER: Final = re.compile(r"\s*\[(?:Errno|Error Code) -?\d+\]\s*")


def in_words(exc: Exception) -> str:
    """Return what an error says, without its number: first what that means at a rig, then the kernel's or the library's own words."""
    number = exc.errno if isinstance(exc, OSError) else getattr(exc, "error_code", None)
    text = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    text = _NUMBER.sub(" ", text).strip() or type(exc).__name__
    if isinstance(exc, OSError) and isinstance(exc.filename, str):
        text = f"{text}: {exc.filename}"
    meaning = MEANINGS.get(number) if isinstance(number, int) else None
    return f"{meaning} ({text})" if meaning else text


@contextmanager
def as_port_error(port: str, *foreign: type[Exception]) -> Iterator[None]:
    """Turn the named foreign exceptions into PortError that begins with `port`; what is ours already passes unchanged."""
    try:
        yield
    except PortError:
        raise
    except foreign as exc:
        raise PortError(f"{port}: {in_words(exc)}") from exc

"""The border: what a library raises becomes ours here, once, with its cause."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.errors import PortError


@contextmanager
def as_port_error(port: str, *foreign: type[Exception]) -> Iterator[None]:
    """Turn the named foreign exceptions into PortError that begins with `port`; what is ours already passes unchanged."""
    try:
        yield
    except PortError:
        raise
    except foreign as exc:
        raise PortError(f"{port}: {exc}") from exc

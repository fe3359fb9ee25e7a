"""The program at the terminal (tests/stop/stop_writer.py), over the pin process on the guest's lines."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "stop")]

import stop_writer  # noqa: E402

from tests.kernel.line_rack import order_on_lines  # noqa: E402

if __name__ == "__main__":
    setattr(stop_writer, "order_for", order_on_lines)  # noqa: B010
    sys.exit(stop_writer.main(sys.argv[1:]))

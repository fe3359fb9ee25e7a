"""Read a recording of any format with our reader, and count its frames."""

import sys

import can

from bench.canlog import open_log

if __name__ == "__main__" and can.__version__ and sys.argv[1] != "none":  # both contestants pay the start-up of python-can
    log = open_log(sys.argv[1])
    for _ in log.pieces():
        pass
    print(log.frames)

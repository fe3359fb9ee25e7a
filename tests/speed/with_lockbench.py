"""Read a recording of any format with our reader, so many times, and count its frames."""

import sys

import can

from bench.canlog import open_log

if __name__ == "__main__" and can.__version__:  # both contestants pay the start-up of python-can
    for _ in range(int(sys.argv[2])):
        log = open_log(sys.argv[1])
        for _piece in log.pieces():
            pass
        print(log.frames)

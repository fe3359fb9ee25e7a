"""Ask the kernel to run a loop before everything else, as far as it allows; what it refused is said once."""

import ctypes
import os
from typing import Final

PRIORITY: Final = 20
"""SCHED_FIFO priority: above all ordinary programs, below the kernel's own interrupt threads (50)."""
NICE: Final = -15
MCL_CURRENT_AND_FUTURE: Final = 1 | 2
REMEDY: Final = "LimitRTPRIO and LimitMEMLOCK, or `setcap cap_sys_nice,cap_ipc_lock+ep`, allow it"


def become_urgent() -> tuple[str, ...]:
    """Take real-time priority and lock this process's memory; return a sentence for each that was refused."""
    notes = []
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except OSError as exc:
        gained = _nicer()
        notes.append(f"no real-time priority ({exc.strerror}): {gained}; {REMEDY}")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlockall(MCL_CURRENT_AND_FUTURE) != 0:
        notes.append(f"memory is not locked ({os.strerror(ctypes.get_errno())}): a page that was swapped out may delay a turn")
    return tuple(notes)


def _nicer() -> str:
    for step in (NICE, -5):
        try:
            return f"nice {os.nice(step)} instead"
        except OSError:
            continue
    return "ordinary priority"


def hurry_this_thread() -> None:
    """Let this thread run before the other threads and programs where that is allowed; Linux counts niceness by thread."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    except OSError:
        return

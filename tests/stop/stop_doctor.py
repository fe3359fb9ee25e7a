"""Doctor's own program in stage C, over the pin process in shared memory: what `lockbench doctor` does once A and B have passed."""

import sys
from pathlib import Path

from stop_writer import FOLDER, PROFILE

from bench.app.doctor_link import ExaminedRig
from bench.app.doctor_person import DoctorPerson
from bench.cli.main import say


def pins_in_memory(memory: Path, who: str = "examined") -> tuple[str, ...]:
    """Return the command of a pin process that works on this memory."""
    return (sys.executable, str(FOLDER / "stop_pins.py"), str(memory), who)


def main(argv: list[str]) -> int:
    """Drive the one pulse of stage C; the pin process's id is written to the file named last."""
    memory, wiring, pid_file = argv
    rig = ExaminedRig(wiring, DoctorPerson(say, yes=True), say=say, command=pins_in_memory(Path(memory)))
    Path(pid_file).write_text(str(rig.pin_pid))
    try:
        rig.run("pulse", PROFILE)
    finally:
        rig.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

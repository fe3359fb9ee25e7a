"""Doctor's stage A from the panel: nothing moves. At a real rig a person presses the emergency stop once, and says so on the screen."""

from bench.app.doctor import DoctorOrder, examine
from bench.app.doctor_person import DoctorPerson
from bench.app.panel_desk import Desk
from bench.app.panel_state import DoctorLight, DoctorNews, StateBoard
from bench.app.pin_rigs import is_real
from bench.app.rigs import RigChoice, World
from bench.config import load_profile
from bench.engine.stopped import Stopped
from bench.errors import BenchError
from bench.model.names import Hand
from bench.ports.rig import Request


class PersonAtScreen(DoctorPerson):
    """The person at a rig whose screen is the panel: prompts are phases, and `clear` says that it was done."""

    def __init__(self, desk: Desk, board: StateBoard) -> None:
        self._desk, self._board = desk, board

    def tell(self, text: str) -> None:  # noqa: ARG002 stage A tells one thing: press the emergency stop
        """Ask for the one thing that stage A asks for, without waiting."""
        self._board.show(phase="press")

    def confirm(self, text: str) -> None:  # noqa: ARG002 and this is what follows it: release it, and RESET
        """Wait until it is released; raise Stopped."""
        self._desk.await_clear("released")
        self._board.show(phase="released")
        self._desk.wait_clear()
        self._board.show(phase="examine")

    def ask(self, what: Request, step: str, *, hand: Hand | None = None) -> None:
        """Stage A waits for nobody in a run."""

    def has_said_so(self) -> bool:
        """Nothing was asked."""
        return True

    def is_here(self) -> bool:
        """The screen is there until somebody presses STOP."""
        return not self._desk.is_stopped


def examined(profile: str, desk: Desk, board: StateBoard, *, choice: RigChoice, world: World) -> DoctorNews:
    """Run stage A and return its lights; what keeps the rig from being opened is their error. Raises Stopped."""
    kind = load_profile(profile).kind
    try:
        person = PersonAtScreen(desk, board) if is_real(choice) else None
        order = DoctorOrder(choice=choice, kind=kind, upto="A", world=world)
        document = examine(order, say=lambda _: desk.check(), person=person, keep=False)
    except Stopped:
        raise
    except BenchError as exc:
        return DoctorNews(error=str(exc))
    lights = tuple(DoctorLight(name=c.name, outcome=c.outcome, text=c.text) for stage in document.stages for c in stage.checks)
    return DoctorNews(lights=lights, wiring_sha256=document.wiring_sha256)

"""One thing at a time: what the person at the lock reads in each phase, with its picture and its buttons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bench.app.panel_state import PanelState
from bench.model.language import text

Say = Callable[..., str]

DRIVEN: Final = frozenset(
    {"countdown", "drive", "wiggle", "proof", "ask", "watch", "clear", "hand", "paused", "armed", "reset", "hold", "rest"}
)
"""Phases in which the operating screen beats: while anything is or may soon be driven."""
RELEASED: Final = frozenset({"armed", "clear", "reset", "look", "released"})
"""Phases that wait for somebody at the rig to say that it is so."""
EXAMINED: Final = frozenset({"look", "examine", "press", "released"})
"""Phases of doctor's examination: nothing moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One large button: the word on it, the value that it sends, and whether it is the one that most will press."""

    word: str
    value: str
    main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What stands on the screen. `action`: where the buttons send."""

    title: str
    text: str = ""
    drawing: str = "watch.svg"
    action: str = ""
    buttons: tuple[Button, ...] = ()
    seen: str = ""


ANSWERS: Final[dict[tuple[str, ...], tuple[str, tuple[tuple[str, dict[str, bool | None]], ...]]]] = {
    ("held", "half"): (text("Pull at the claw: does it hold?"), (
        (text("It holds"), {"held": True, "half": False}), (text("Half-way only"), {"held": False, "half": True}),
        (text("It does not hold"), {"held": False, "half": False}), (text("Cannot say"), {"held": None, "half": None}),
    )),
    ("opened",): (text("Did the latch open?"), (
        (text("Yes, it opened"), {"opened": True}), (text("No"), {"opened": False}), (text("Cannot say"), {"opened": None}),
    )),
    ("knob_moved",): (text("Did the knob or the lever move?"), (
        (text("Yes, it moved"), {"knob_moved": True}), (text("No"), {"knob_moved": False}), (text("Cannot say"), {"knob_moved": None}),
    )),
}  # fmt: skip
"""One tap for each set of questions: what is asked, and the words with the answers that they stand for."""

_DONE: Final = text("I have done it")
_HANDS: Final = {
    ("close", "rear_door"): (
        text("Close the claw"), text("Turn the claw with a screwdriver, as the striker would, until it has clicked twice."), "close.svg",
    ),
    ("open", "rear_door"): (text("Open the latch"), text("Pull the opening lever as far as it goes."), "open.svg"),
    ("close", "tailgate"): (
        text("Close the claw"), text("Press the claw shut with a screwdriver until it has clicked twice."), "close.svg",
    ),
    ("open", "tailgate"): (text("Lift it open"), text("Pull the claw or the lid up, without force."), "lift.svg"),
}  # fmt: skip
_MOTION: Final = {
    "lock": text("The motor locks"),
    "unlock": text("The motor unlocks"),
    "release": text("The motor releases"),
    "wiggle": text("The motor pushes in short pulses"),
}
_PLAIN: Final[dict[str, Prompt]] = {
    "idle": Prompt(title=text("No test is running"), text=text("The rig is off."), drawing="rig.svg"),
    "proof": Prompt(title=text("The rig tests itself"), text=text("Its relays must obey before any lock is judged."), drawing="rig.svg"),
    "paused": Prompt(title=text("Paused"), text=text("Waiting for the operating screen. Nothing is driven."), drawing="rig.svg"),
    "hold": Prompt(title=text("Press the hold button"), text=text("And keep it pressed."), drawing="clear.svg"),
    "rest": Prompt(title=text("The motor rests"), text=text("Ten strokes make it warm; it goes on within a minute.")),
    "finder": Prompt(title=text("The wire finder is watching"), text=text("Nothing is driven. Bend the loom."), drawing="wiggle.svg"),
    "examine": Prompt(title=text("The rig is being examined"), text=text("Nothing moves. It takes a few seconds."), drawing="rig.svg"),
    "press": Prompt(
        title=text("Press the emergency stop now"), text=text("Within half a minute, at the rig. The outputs stay off."), drawing="rig.svg"
    ),
    "done": Prompt(title=text("The test is over"), drawing="watch.svg"),
    "failed": Prompt(title=text("The test could not be made"), drawing="rig.svg"),
    "watch": Prompt(title=text("Only watching"), text=text("Leave the lock alone for a moment.")),
    "countdown": Prompt(title=text("Hands off"), text=text("The motor will move in a moment."), drawing="clear.svg"),
}


def prompt_for(state: PanelState, kind: str, say: Say, *, local: bool) -> Prompt:
    """Return what to show, in the language of `say`. `local`: this screen is the rig's own."""
    match state.phase:
        case "armed" | "clear":
            return _release(state, say, local=local)
        case "hand":
            title, how, drawing = _HANDS.get((state.hand or "", kind), (text("Move the lock by hand"), "", "close.svg"))
            done = (Button(word=say(_DONE), value="done", main=True),)
            return Prompt(title=say(title), text=say(how) if how else "", drawing=drawing, action="/run/done", buttons=done)
        case "reset":
            pressed = (Button(word=say("It is pressed"), value="clear", main=True),) if local else ()
            how = say("Its safety relay has dropped; only that button brings it back.")
            return Prompt(title=say("Press RESET at the rig"), text=how, drawing="rig.svg", action="/run/clear", buttons=pressed)
        case "look":
            more = text("Nothing moves. The relays and the emergency stop are looked at.")
            return _at_rig(say, text("Is somebody at the rig?"), more, text("I am at the rig: examine it"), local=local)
        case "released":
            more = text("And press RESET where the rig has it.")
            return _at_rig(say, text("Release the emergency stop"), more, text("It is released"), local=local)
        case "ask":
            return _question(state, say)
        case "wiggle":
            return Prompt(
                title=say("Bend the corrugation"), text=say("To and fro with both hands, gently, for three seconds."), drawing="wiggle.svg"
            )
        case "drive":
            name = (state.step or "").partition("#")[0]
            how = say("Keep every hand away and watch the knob.") if name != "wiggle" else ""
            return Prompt(title=say(_MOTION.get(name, text("The motor moves"))), text=how, drawing="drive.svg")
        case _:
            plain = _PLAIN.get(state.phase, _PLAIN["watch"])
            return Prompt(
                title=say(plain.title), text=say(state.error or plain.text) if state.error or plain.text else "", drawing=plain.drawing
            )


def answers_of(questions: tuple[str, ...], value: str) -> Mapping[str, bool | None] | None:
    """Return what a tapped answer stands for; None where it is none of this step's."""
    rows = ANSWERS.get(questions, ("", ()))[1]
    return rows[int(value)][1] if value.isascii() and value.isdecimal() and len(value) < 3 and int(value) < len(rows) else None


def _release(state: PanelState, say: Say, *, local: bool) -> Prompt:
    if state.hand == "wiggle":
        title, drawing = text("Take the corrugation in both hands"), "wiggle.svg"
        how = text("Away from the latch. The motor will push in short pulses while you bend the wires.")
        word = text("Hands are at the corrugation only")
    else:
        title, how, drawing = text("Hands off the lock"), text("Nobody may touch claw, lever or lid while the motor moves."), "clear.svg"
        word = text("Hands are clear")
    if local:
        return Prompt(
            title=say(title),
            text=say(how),
            drawing=drawing,
            action="/run/clear",
            buttons=(Button(word=say(word), value="clear", main=True),),
        )
    more = say("It is armed. Release it at the rig: the hold button, or hands clear on the rig's own screen.")
    return Prompt(title=say(title), text=f"{say(how)} {more}", drawing=drawing)


def _at_rig(say: Say, title: str, how: str, word: str, *, local: bool) -> Prompt:
    """Something that only the rig's own screen may say was done."""
    buttons = (Button(word=say(word), value="clear", main=True),) if local else ()
    more = "" if local else " " + say("Say so on the rig's own screen.")
    return Prompt(title=say(title), text=say(how) + more, drawing="rig.svg", action="/run/clear", buttons=buttons)


def _question(state: PanelState, say: Say) -> Prompt:
    title, rows = ANSWERS.get(state.questions, (text("What was seen?"), ()))
    asked = {q: state.seen[q] for q in state.questions if q in state.seen}
    seen = next((n for n, (_, stands) in enumerate(rows) if asked and all(stands.get(q) == v for q, v in asked.items())), None)
    buttons = tuple(Button(word=say(word), value=str(n), main=n == (seen if seen is not None else 0)) for n, (word, _) in enumerate(rows))
    hint = say("The simulated hand saw: {answer}", answer=say(rows[seen][0])) if seen is not None else ""
    name = (state.step or "").partition("#")[0]
    drawing = {"close": "close.svg", "open": "open.svg"}.get(name, "drive.svg")
    return Prompt(title=say(title), drawing=drawing, action="/run/answer", buttons=buttons, seen=hint)

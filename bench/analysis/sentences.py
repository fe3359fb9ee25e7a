"""What each reading says to a mechanic. A test holds these against the dictionary's columns and words."""

from typing import Final

from bench.model.language import text
from bench.model.manual_tests import MANUAL_TESTS

WORDS: Final[dict[str, dict[str, str]]] = {
    "supply": {
        "ok": "The supply before the relays stands at a usable voltage",
        "low": "The supply before the relays is low",
        "dead": "There is no voltage before the relays",
    },
    "feed_live": {
        "all": "The feed carries voltage whenever it is switched on",
        "some": "The feed carried voltage only in some of the pulses",
        "none": "The feed stays without voltage although it is switched on",
    },
    "current_flows": {
        "all": "A motor current flows in every pulse",
        "some": "A motor current flows in some pulses only",
        "one_way": "A motor current flows in one direction, none in the other",
        "none": "No motor current flows in any pulse",
    },
    "leg_driven": {
        "all": "The driven motor wire carries the feed's voltage",
        "some": "One of the motor wires stays without voltage when it is driven",
        "none": "Neither motor wire carries voltage when it is driven",
    },
    "trip": {
        "none": "The over-current trip stayed quiet",
        "plateau": "The over-current trip came at the end stop, after a normal run",
        "at_once_one_way": "The over-current trip came at once, in one direction only",
        "at_once": "The over-current trip came at once",
        "at_once_unloaded": "The monitor shows an over-current at once, yet the feed hardly gives way: such a current did not flow",
    },
    "stroke": {
        "full": "Every stroke runs and comes to its end stop",
        "mixed": "Strokes differ: some run to the end stop, some do not",
        "runs_on": "Strokes differ: some come to the end stop, in others the motor runs on and meets none",
        "flat": "The motor stalls from the start: nothing turns",
        "endless": "The motor runs on and never meets an end stop",
    },
    "gaps_still": {
        "zero": "The current has no gaps while the harness rests",
        "one": "The current broke off once while the harness rested",
        "few": "The current broke off a few times while the harness rested",
        "many": "The current breaks off again and again while the harness rests",
    },
    "gaps_flexed": {
        "zero": "The current has no gaps while the harness is bent",
        "one": "The current broke off once while the harness was bent",
        "few": "The current broke off a few times while the harness was bent",
        "many": "The current breaks off again and again while the harness is bent",
    },
    "lock_follows": {
        "all": "The lock switch follows the motor every time",
        "some": "The lock switch follows the motor only sometimes",
        "none": "The lock switch never follows the motor",
    },
    "knob_follows": {
        "all": "The knob was seen to follow the motor every time",
        "some": "The knob was seen to follow the motor only sometimes",
        "none": "The knob was seen to stand still in every stroke",
    },
    "closes": {
        "closed": "The door switch shows closed after every closing",
        "reopened": "The door switch showed closed and then open again, with nobody opening",
        "never": "The door switch never shows closed after a closing",
        "sometimes_reopened": "After some closings the door switch showed closed and then open again, with nobody opening",
        "sometimes_never": "The door switch shows closed after some closings only",
    },
    "opens": {
        "all": "The door switch shows open after every opening",
        "some": "The door switch shows open after some openings only",
        "none": "The door switch never shows open after an opening",
    },
    "held": {
        "all": "The latch was seen to hold every time",
        "some": "The latch was seen to hold only sometimes",
        "none": "The latch was seen not to hold",
    },
    "half": {
        "none": "The latch was never seen half-latched",
        "some": "The latch was seen half-latched once or more",
        "all": "The latch was seen half-latched after every closing",
    },
    "opened": {
        "all": "The latch was seen to open every time",
        "some": "The latch was seen to open only sometimes",
        "none": "The latch was seen not to open",
    },
    "edges_flexed": {
        "zero": "The switches stay quiet while the harness is bent",
        "one": "A switch line moved once while only the harness was bent",
        "few": "A switch line moved a few times while only the harness was bent",
        "many": "A switch line flickers while only the harness is bent",
    },
    "edges_still": {
        "zero": "The door switch stays quiet while nothing moves it",
        "one": "The door switch moved once although nothing moved it",
        "few": "The door switch moved a few times although nothing moved it",
        "many": "The door switch flickers although nothing moves it",
    },
    "door_bit": {
        "follows": "The body module's door bit agrees with the switch",
        "stuck_open": "The switch moves, but the body module keeps saying open",
        "stuck_closed": "The switch moves, but the body module keeps saying closed",
        "partly": "The body module's door bit agrees with the switch only sometimes",
        "alone": "The body module sees the door move, the bench's switch input does not",
    },
    "cold": {
        "warm": "It is too warm for ice",
        "cool": "It is cool, but too warm for ice",
        "cold": "It is cold enough for ice",
    },
}
"""Column -> word -> sentence."""

NUMBERS: Final[dict[str, tuple[str, str]]] = {
    "resistance_ohm": ("Motor and leads have {} ohm", "{:.2f}"),
    "resistance_ways": ("The two directions differ in resistance by {}", "{:.0%}"),
    "leg_ohm": ("Between feed and motor wire, in the bench's own relay, lie {} ohm", "{:.2f}"),
    "plateau_over_peak": ("At the end stop {} of the inrush current flows", "{:.0%}"),
    "lambda_vs": ("The stroke is {} V s long", "{:.2f}"),
    "resistance_below": ("The monitor clips; motor and leads have at most {} ohm", "{:.2f}"),
    "lambda_above": ("The monitor clips; the stroke is at least {} V s long", "{:.2f}"),
    "running_share": ("The motor runs at {} of its stall current", "{:.0%}"),
    "running_a": ("The motor runs at {} A", "{:.2f}"),
    "load_share": ("Friction and spring load the motor with {} of its stall current", "{:.0%}"),
    "inertia_f": ("The motor runs up as if its inertia were {} F", "{:.4f}"),
    "ripple": ("The current swings with the rotor's turning by {} of the stall current", "{:.1%}"),
    "margin_v": ("The stroke completes down to {} V and no further", "{:.1f}"),
    "source_ohm": ("The supply gives way by {} V for each ampere", "{:.2f}"),
    "loaded_v": ("Under load the feed stands at {} V", "{:.1f}"),
    "edge_fraction": ("The lock switch changes at {} of the stroke", "{:.0%}"),
    "edge_early": ("Past the lock switch the stroke goes on for {} of its length", "{:.0%}"),
    "release_fraction": ("The claw lets go at {} of the release stroke", "{:.0%}"),
    "hump_fraction": ("The motor meets the pawl's load at {} of the release stroke", "{:.0%}"),
    "trend": ("From cycle to cycle the travel time changes by {}", "{:+.0%}"),
    "lambda_ways": ("The two directions differ in length by {}", "{:.0%}"),
    "lambda_spread": ("Strokes of the same direction differ in length by {}", "{:.0%}"),
    "lambda_later": ("Later strokes differ from the first in length by {}", "{:+.0%}"),
    "line_open_share": ("With the door open the switch line stands at {} of its idle voltage", "{:.0%}"),
    "line_closed_share": ("With the door closed the switch line stands at {} of its idle voltage", "{:.0%}"),
    "rest_a": ("With everything off {} A flow", "{:.2f}"),
    "edges": ("One movement gives {} switch edges", "{:.0f}"),
    "chatter_ms": ("The door switch chatters for {} ms", "{:.1f}"),
}
"""Column -> sentence and how its number is written."""

FORMS: Final = (
    text("{seen} (a good lock: about {expected}): {how} evidence for this fault."),
    text("{seen} (a good lock: about {expected}): {how} evidence against this fault."),
    text("{seen}: {how} evidence for this fault."),
    text("{seen}: {how} evidence against this fault."),
    text('{seen} (a good lock: about {expected}): {how} evidence for "{fault}".'),
    text('{seen} (a good lock: about {expected}): {how} evidence against "{fault}".'),
    text('{seen}: {how} evidence for "{fault}".'),
    text('{seen}: {how} evidence against "{fault}".'),
    text("all but certain"), text("very strong"), text("strong"), text("clear"), text("slight"),
)  # fmt: skip
"""How sentence, expectation and strength stand together: a report in another language finds them again by these."""

STRENGTHS: Final = ((6.9, "all but certain"), (4.6, "very strong"), (2.3, "strong"), (1.1, "clear"), (0.0, "slight"))
"""Natural log of the odds -> word: 1000, 100, 10 and 3 to one."""


def sentence(column: str, value: float | str) -> str:
    """Return what a reading says."""
    if isinstance(value, str):
        return MANUAL_TESTS[column].outcomes[value] if column in MANUAL_TESTS else WORDS[column][value]
    said, form = NUMBERS[column]
    return said.format(form.format(value))


def expectation(column: str, expected: float | str) -> str:
    """Return what a good lock reads, as a clause; empty where the sentence says it by itself."""
    if isinstance(expected, str):
        return ""
    return f" (a good lock: about {NUMBERS[column][1].format(expected)})"


def strength(log_ratio: float, title: str | None = None) -> str:
    """Return how strongly a reading speaks, and for or against what: a fault's title, None where only one is spoken of."""
    word = next(word for bound, word in STRENGTHS if abs(log_ratio) >= bound)
    about = "this fault" if title is None else f'"{title}"'
    return f"{word} {'evidence for' if log_ratio > 0 else 'evidence against'} {about}"

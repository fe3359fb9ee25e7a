"""The guard's ceilings (DESIGN 6, ring 3): constants. No page, profile, wiring file or argument raises them.

Times in ms, currents in A, voltages in V. A source stands beside each number; facts/actuator.md is meant by "facts".
"""

from typing import Final

MS: Final = 1_000_000
"""Nanoseconds in a millisecond."""

PULSE_MAX_MS: Final = 1000
"""Longest feed of one drive. DESIGN 6; facts 4: 1.0 s hard, normal 0.5 s (also a one-shot in hardware)."""

DEAD_TIME_MS: Final = 50
"""From one drive coil's release to the next drive coil's operation. Facts 4: dead time >= 50 ms."""

DRY_SWITCH_MS: Final = 20
"""Enable closes this long after a drive relay and opens this long before it, so that those switch dry. DESIGN 6 ring 1."""

RELAY_MS: Final = 10
"""Longest operate or release time of a relay. Facts 4: <= 10 ms."""

ACTUATIONS_MAX: Final = 10
"""Actuations without a rest. Facts 1: thermal protection after about 15 (BMW SI B51 19 07), acceptance test 10."""

REST_MS: Final = 60_000
"""Rest after ACTUATIONS_MAX. Facts 1: the motor's PTC resets in about 60 s."""

WIGGLE_PULSE_MAX_MS: Final = 160
"""Longest pulse while a hand flexes the harness. DESIGN 6 ring 3."""

WIGGLE_GAP_MIN_MS: Final = 300
"""Shortest time between two such pulses. DESIGN 6 ring 3."""

WIGGLE_PULSES_MAX: Final = 8
"""Most such pulses; together they are one actuation. DESIGN 6 ring 3."""

CURRENT_CEILING_A: Final = 7.5
"""No trip lies above this. DESIGN 6 ring 3: with the R010 shunt, whose monitor ends at 8.19 A."""

TRIP_MS_MAX: Final = 20
"""An over-current lasts no longer than this. Facts 4: > 6 A for 20 ms."""

BLANKING_MS_MAX: Final = 15
"""Inrush is not judged for longer than this. Facts 4: after 15 ms of blanking."""

CLIP_MS: Final = 5
"""A reading at the end of the monitor's range for this long trips too. DESIGN 6 ring 3."""

CLIP_FRACTION: Final = 0.995
"""A reading of this part of the monitor's range or more is clipped (an INA226 steps 0.03 % of its range, confidence E)."""

OFF_CURRENT_A: Final = 0.05
"""With the outputs off no more than this may flow. DESIGN 6: proof test < 50 mA."""

OFF_CURRENT_MS: Final = 100
"""For this long, beginning RUN_DOWN_MS after enable opened (confidence E: well above sampling gaps of 5-20 ms, facts 3)."""

RUN_DOWN_MS: Final = 100
"""Relay release (<= 10 ms) and a motor's run-down (mechanical time constant 30-40 ms, facts 1) with room to spare."""

FEED_LEFT_V: Final = 1.0
"""A feed above this long after enable opened is a welded relay, or a sensor that does not follow (confidence E: leakage is less)."""

FEED_LEFT_MS: Final = 40
"""For this long, beginning FEED_GONE_MS after enable opened."""

FEED_GONE_MS: Final = 60
"""Relay release (<= 15 ms, DESIGN 6 ring 1), the drive relay's 20 ms later, and one conversion, with room to spare."""

SENSOR_GAP_MS: Final = 50
"""Longest time without a current sample while the feed lives. Issue 3: noticed within 50 ms of drive."""

SUPPLY_LOW_MS: Final = 100
"""A supply below what the logic needs for longer than this stops the run (confidence E: ignores the inrush dip of 15 ms)."""

SUPPLY_DEAD_V: Final = 1.0
"""At or below this the fuse is blown or nothing is connected: that is for the judge, not a stop (confidence E)."""

TURN_MS: Final = 5
"""The engine's loop turns this often while anything is driven or moves. DESIGN 6 ring 2."""

TURN_LATE_MS: Final = 40
"""A turn later than this while the feed lives is a watchdog stop. DESIGN 6 ring 2."""

HEARTBEAT_MS: Final = 50
"""Heartbeat toggles at least this often while the feed must live. DESIGN 3.5; every turn is shorter."""

FEED_DEAD_V: Final = 0.5
"""A feed below this is dead. DESIGN 6: proof test."""

HEARTBEAT_DEAD_MS: Final = 110
"""Without a heartbeat the feed is dead by then: 100 ms (DESIGN 3.5) and a relay's 10 ms."""

HOLD_WAIT_MS: Final = 60_000
"""How long a run waits for the hold button before a driven step (confidence E)."""

COUNTDOWN_MS: Final = 2000
"""From "hands clear" to the first drive of a group. DESIGN 6 ring 1."""

CLEAR_LASTS_MS: Final = 60_000
"""After that long without a drive "hands clear" must be said anew (confidence E: a rest is as long)."""

WRITER_LAG_MS: Final = 200
"""A line that the writer has not handed to the disk by then stops the run. DESIGN 6 ring 2."""

SYNC_LAG_MS: Final = 2000
"""A step end that is not durable by then stops the run (confidence E: slow cards take up to half a second)."""

BEAT_LOST_MS: Final = 1000
"""Without a beat of the operating screen for so long no drive begins, and one under way stops. Issue 6, point 2."""

SETTLE_MIN_MS: Final = 500
"""A step ends no sooner after its last stimulus. DESIGN 3.4."""

REOPEN_WATCH_MS: Final = 800
"""Watch after a close: a door that opens again by itself does so 50-500 ms later (facts 2), and bounce and CAN follow."""

"""The CAN port: what the car says, stamped on the run's clock; a listener that cannot send."""

import itertools

import pytest
from port_bench import MS, FarSide, PortBench

from bench.model.observations import Can

pytestmark = pytest.mark.port


def test_a_frame_comes_with_its_id_payload_channel_and_moment(bench: PortBench, far: FarSide) -> None:
    if bench.wiring.can is None:
        pytest.skip("this rig has no CAN")
    bench.watch(10)
    before = bench.rig.clock.now_ns()
    far.send(0x60D, b"\x20\x06\x00")
    far.settle()
    frames = [line for line in bench.watch(60) if isinstance(line, Can)]
    assert [(f.channel, f.id, f.data) for f in frames] == [(bench.wiring.can.channel, 0x60D, "200600")]
    assert before - MS <= frames[0].t <= bench.rig.clock.now_ns()


def test_a_thousand_frames_come_in_order_and_none_is_missing(bench: PortBench, far: FarSide) -> None:
    if bench.wiring.can is None:
        pytest.skip("this rig has no CAN")
    seen: list[Can] = []
    for n in range(1000):
        far.send(0x60D, n.to_bytes(2, "big"))
        if n % 100 == 99:
            seen += [line for line in bench.drain() if isinstance(line, Can)]
    seen += [line for line in bench.watch(100) if isinstance(line, Can)]
    assert [int(frame.data, 16) for frame in seen] == list(range(1000))
    assert all(a.t <= b.t for a, b in itertools.pairwise(seen))


def test_no_source_of_the_rig_can_send(bench: PortBench) -> None:
    for source in bench.rig.sources:
        assert not {"send", "write", "transmit"} & {name for name in dir(source) if not name.startswith("_")}

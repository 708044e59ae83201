"""What a coil is to be, as a function of commands, time and whether an engine lives."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.relays import Command, Panel, Rank, Relay
from plc.core.plan import FailState
from plc.core.segments import OutputSegment
from tests.drivers.scripted_bus import relay

NAN = float("nan")
FAIL = {FailState.ENERGISE: True, FailState.RELEASE: False, FailState.HOLD: None}


def coil(fail_state: FailState = FailState.HOLD, urgent: bool = False) -> Relay:
    return Relay(0, relay("r", 1, fail_state, urgent))


def command(value: float, until_ns: int = 0, stamp: int = 1, epoch: int = 0) -> Command:
    return Command(value, until_ns, stamp, epoch)


def test_a_pulse_cut_short_by_a_new_command_follows_the_new_one() -> None:
    r = coil()
    r.follow(command(1.0, until_ns=500), True, 0)
    r.follow(command(1.0, stamp=2), True, 100)
    r.follow(command(1.0, stamp=2), True, 900)
    assert r.wanted is True


def test_taking_a_pulse_s_command_back_does_not_keep_it_from_ending() -> None:
    r = coil()
    r.follow(command(1.0, until_ns=500), True, 0)
    r.acknowledged(True, 0)
    r.follow(command(NAN), True, 100)
    assert r.wanted is True
    r.follow(command(NAN), True, 500)
    assert r.wanted is False
    r.acknowledged(False, 0)
    r.follow(command(NAN), True, 501)
    assert r.wanted is None


def test_a_pulse_in_a_segment_that_was_dead_from_the_start_is_ended_and_never_begun() -> None:
    r = coil()
    r.follow(command(1.0, until_ns=500), False, 100)
    assert r.wanted is None
    r.follow(command(1.0, until_ns=500), False, 500)
    assert r.wanted is False


def test_a_pulse_that_came_with_a_dead_segment_is_not_begun() -> None:
    r = coil()
    r.follow(command(0.0), True, 0)
    r.follow(command(1.0, until_ns=500, stamp=2), False, 100)
    assert r.wanted is None


def test_a_pulse_outlasts_its_engine_before_the_fail_state_comes() -> None:
    r = coil(FailState.RELEASE, urgent=True)
    r.follow(command(1.0, until_ns=500), True, 0)
    r.follow(command(1.0, until_ns=500), False, 200)
    assert r.wanted is True


def pulsed(length_ns: int) -> Relay:
    """A trip coil whose pulse lasts so long from its acknowledgement."""
    return Relay(0, replace(relay("r", 1, FailState.HOLD, True), pulse_ns=length_ns))


def test_a_pulse_lasts_its_length_from_the_acknowledgement_within_its_order() -> None:
    r = pulsed(500)
    r.follow(command(1.0, until_ns=900), True, 0)
    r.acknowledged(True, 200)
    r.follow(command(1.0, until_ns=900), True, 699)
    assert r.wanted is True
    r.follow(command(1.0, until_ns=900), True, 700)
    assert r.wanted is False
    r.acknowledged(False, 705)
    r.follow(command(1.0, until_ns=900), True, 706)
    assert r.wanted is False, "its order still stands, its pulse is over"


def test_an_acknowledgement_that_comes_late_does_not_carry_a_pulse_beyond_its_order() -> None:
    r = pulsed(500)
    r.follow(command(1.0, until_ns=900), True, 0)
    r.acknowledged(True, 600)
    assert r.pulse_end_ns == 900


def test_a_write_repeated_during_a_pulse_does_not_extend_it() -> None:
    r = pulsed(500)
    r.follow(command(1.0, until_ns=900), True, 0)
    r.acknowledged(True, 10)
    r.read_back(False)
    r.acknowledged(True, 300)
    assert r.pulse_end_ns == 510


def test_a_restarted_engine_that_gives_the_same_order_again_neither_extends_nor_repeats_the_pulse() -> None:
    r = pulsed(500)
    r.follow(command(1.0, until_ns=900), True, 0)
    r.acknowledged(True, 10)
    r.follow(command(1.0, until_ns=900, stamp=7, epoch=1), True, 400)
    assert r.pulse_end_ns == 510
    r.follow(command(1.0, until_ns=900, stamp=7, epoch=1), True, 510)
    r.acknowledged(False, 515)
    r.follow(command(1.0, until_ns=900, stamp=8, epoch=2), True, 600)
    assert r.wanted is False


def test_a_pulse_of_a_past_command_stays_ended_when_the_engine_is_back() -> None:
    r = coil()
    r.follow(command(1.0, until_ns=500), True, 0)
    r.acknowledged(True, 0)
    r.follow(command(1.0, until_ns=500), False, 600)
    r.acknowledged(False, 0)
    r.follow(command(1.0, until_ns=500), False, 601)
    assert r.wanted is None
    r.follow(command(1.0, until_ns=500), True, 700)
    assert r.wanted is False


def test_a_coil_of_unknown_state_is_due_and_pauses_grow_with_failures() -> None:
    r = coil()
    r.follow(command(1.0), True, 0)
    pauses = []
    now_ns = 0
    for _ in range(8):
        assert r.is_due(now_ns)
        r.failed(now_ns)
        due_ns = next(at for at in range(now_ns, now_ns + 3_000_000_000, 50_000_000) if r.is_due(at))
        pauses.append((due_ns - now_ns) / 1e9)
        now_ns = due_ns
    assert pauses == [0, 0, 0.25, 0.5, 1, 2, 2, 2]
    r.read_back(False)
    assert r.is_due(now_ns)


def test_urgent_ones_go_first_then_pulse_ends_then_the_others_in_the_order_of_their_stamps() -> None:
    places = [
        relay("steady", 1, FailState.HOLD),
        relay("later", 2, FailState.HOLD),
        relay("pulse", 3, FailState.HOLD),
        relay("trip", 4, FailState.HOLD, urgent=True),
    ]
    panel = Panel(places)
    segment = OutputSegment(4)
    for index in range(4):
        segment.value[index] = NAN
    segment.command(2, 1.0, until_ns=500)
    panel.follow(segment, True, 0)
    panel.relays[2].acknowledged(True, 0)
    for index in (0, 1, 3):
        segment.command(index, 1.0)
        panel.follow(segment, True, 100 + index)
    panel.follow(segment, True, 500)
    order = []
    while (next_one := panel.next(500, panel.relays)) is not None:
        order.append(next_one.place.tag)
        next_one.acknowledged(bool(next_one.wanted), 0)
    assert order == ["trip", "pulse", "steady", "later"]
    assert panel.relays[3].rank(500) is Rank.URGENT


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("command"), st.sampled_from([0.0, 1.0, NAN]), st.sampled_from([0, 300])),
        st.tuples(st.just("live"), st.booleans(), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 400), st.just(0)),
        st.tuples(st.just("written"), st.booleans(), st.just(0)),
    ),
    max_size=30,
)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(FailState), EVENTS)
def test_whatever_happens_a_dead_engine_s_relay_ends_in_its_fail_state(
    fail_state: FailState, events: list[tuple[str, float, int]]
) -> None:
    r = coil(fail_state)
    now_ns, live, order = 1, True, command(NAN, stamp=0)
    for kind, value, span_ns in events:
        match kind:
            case "command":
                order = command(value, now_ns + span_ns if span_ns else 0, order.stamp + 1)
            case "live":
                live = bool(value)
            case "wait":
                now_ns += int(value)
            case "written" if r.is_due(now_ns):
                if value:
                    r.acknowledged(bool(r.wanted), 0)
                else:
                    r.failed(now_ns)
        r.follow(order, live, now_ns)
    begun_ns = r.pulse_end_ns
    writes = []
    for _ in range(4):
        now_ns += 3_000_000_000
        r.follow(order, False, now_ns)
        if r.is_due(now_ns):
            writes.append(r.wanted)
            r.acknowledged(bool(r.wanted), 0)
    r.follow(order, False, now_ns)
    assert r.wanted is FAIL[fail_state]
    assert r.is_settled
    if fail_state is FailState.HOLD and not begun_ns:
        assert writes == []

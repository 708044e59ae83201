"""Alarms of a running engine: its events and its status, through restarts of either side."""

from __future__ import annotations

import dataclasses

from plc.core.command import CommandKind
from plc.core.event import Event, EventKind
from plc.core.process import ProcessState, ProcessStatus
from plc.core.station import Alarm, AlarmState
from plc.engine.status import StatusWriter
from plc.station.alarm_list import EVERY, AlarmList, At
from plc.station.alarm_sources import INPUTS_SETTLE_NS, AlarmSources
from tests.engine.small import SCAN, S, SmallPlant

ROUND = S // SCAN


class Watched:
    """The small plant with a station's alarms beside it."""

    def __init__(self) -> None:
        self.plant = SmallPlant()
        self.alarms = AlarmList()
        self.taken = 0
        self.sources = AlarmSources(self.alarms, self.plant.plan.strings)
        self.look(12)

    def look(self, scans: int = ROUND) -> None:
        """Let the plant run, then follow it as the station does: status, events, agree."""
        self.plant.scan(scans)
        status = StatusWriter(self.plant.engine).after_scan(0, 0)
        events = self.plant.events.events
        for event in events[self.taken :]:
            self.sources.take(event)
        self.taken = len(events)
        self.sources.agree(status, self.at())

    def at(self) -> At:
        return At(self.plant.wall_ns, self.plant.wall_ns)

    def lose_events(self, scans: int = ROUND) -> None:
        """The plant runs on, and its events are overwritten before the station comes to them."""
        self.plant.scan(scans)
        self.taken = len(self.plant.events.events)

    def restart_station(self) -> None:
        """As the store gives the alarms back."""
        self.alarms = AlarmList(self.alarms.alarms())
        self.sources = AlarmSources(self.alarms, self.plant.plan.strings)

    def states(self) -> dict[str, AlarmState]:
        return {alarm.key: alarm.state for alarm in self.alarms.alarms()}

    def get(self, key: str) -> Alarm:
        alarm = self.alarms.get(key)
        assert alarm is not None
        return alarm


WARM, TRIP = "alarm watch.warns", "trip Q1"


def test_an_alarm_block_raises_and_clears_its_alarm() -> None:
    watched = Watched()
    watched.plant.watch.alarm = True
    watched.look()
    assert (watched.get(WARM).state, watched.get(WARM).text) == (AlarmState.UNACKNOWLEDGED, "string is warm")
    watched.plant.watch.alarm = False
    watched.look()
    assert watched.states() == {WARM: AlarmState.CLEARED}


def test_an_alarm_names_its_string_and_its_response() -> None:
    alarms = AlarmList()
    sources = AlarmSources(alarms, ("S1", "S2"))
    for module in (3, 9):
        sources.take(event(EventKind.ALARM, f"p.warns[2, {module}]", "hot; look", 2, {"Index": 2.0}, "look"))
    (alarm,) = alarms.alarms()
    assert (alarm.key, alarm.subject, alarm.text, alarm.response) == ("alarm p.warns S2", "S2", "hot", "look")
    assert alarm.members == ("p.warns[2, 3]", "p.warns[2, 9]")


def event(
    kind: EventKind, subject: str, text: str, priority: int, values: dict[str, float] | None = None, response: str = ""
) -> Event:
    return Event(1, 1, S, S, S, kind, subject, text, "", priority, values or {}, response)


def test_a_trip_is_one_alarm_from_request_to_reset() -> None:
    watched = Watched()
    watched.plant.watch.causes[1] = True
    watched.look(1)
    assert watched.get(TRIP).priority == 1
    watched.alarms.acknowledge(EVERY, "Ada", watched.at())
    watched.plant.opened[1] = True
    watched.look()
    assert watched.states() == {TRIP: AlarmState.ACKNOWLEDGED}
    assert watched.get(TRIP).text.startswith("S1 opened: ")
    watched.plant.watch.causes[1] = False
    watched.look()
    assert watched.states() == {TRIP: AlarmState.ACKNOWLEDGED}
    watched.plant.scan(1, watched.plant.command(CommandKind.RESET, "Q1"))
    watched.look()
    assert watched.states() == {}


def test_a_breaker_that_does_not_open_asks_for_a_person_once_more() -> None:
    watched = Watched()
    watched.plant.watch.causes[1] = True
    watched.look(1)
    watched.alarms.acknowledge(EVERY, "Ada", watched.at())
    watched.look(100)
    assert watched.get(TRIP).state is AlarmState.UNACKNOWLEDGED
    assert "did not open" in watched.get(TRIP).text
    assert "by hand now" in watched.get(TRIP).response


def test_a_faulted_program_is_an_alarm_until_it_runs_again() -> None:
    watched = Watched()
    watched.plant.watch.status = 1
    watched.look()
    assert watched.get("program watch").priority == 1
    watched.plant.watch.status = 0
    watched.plant.scan(1, watched.plant.command(CommandKind.RESTART, "watch"))
    watched.look()
    assert watched.states() == {"program watch": AlarmState.CLEARED}


def test_a_lost_bus_is_an_alarm_until_it_gives_readings() -> None:
    watched = Watched()
    watched.plant.good = False
    watched.look(40)
    assert watched.get("bus battery").state is AlarmState.UNACKNOWLEDGED
    watched.plant.good = True
    watched.look(40)
    assert watched.get("bus battery").state is AlarmState.CLEARED


def test_an_acknowledgement_survives_a_restart_of_the_station() -> None:
    watched = Watched()
    watched.plant.watch.alarm = True
    watched.look()
    watched.alarms.acknowledge(EVERY, "Ada", watched.at())
    watched.restart_station()
    watched.look()
    assert (watched.get(WARM).state, watched.get(WARM).acknowledged_by) == (AlarmState.ACKNOWLEDGED, "Ada")


def test_a_station_that_was_away_rebuilds_alarms_and_trips_from_the_status() -> None:
    watched = Watched()
    watched.plant.watch.alarm = watched.plant.watch.causes[1] = True
    watched.plant.opened[1] = True
    watched.lose_events()
    watched.look()
    assert watched.get(WARM).text == "string is warm"
    assert watched.get(TRIP).members == ("Q1",)


def test_an_alarm_whose_end_was_lost_is_cleared_by_the_status() -> None:
    watched = Watched()
    watched.plant.watch.alarm = True
    watched.look()
    watched.plant.watch.alarm = False
    watched.lose_events()
    watched.look()
    assert watched.states() == {WARM: AlarmState.CLEARED}


def test_an_engine_that_starts_again_keeps_acknowledgements_and_clears_what_is_gone() -> None:
    watched = Watched()
    watched.plant.watch.alarm = watched.plant.watch.causes[1] = True
    watched.plant.opened[1] = True
    watched.look()
    watched.alarms.acknowledge(EVERY, "Ada", watched.at())
    watched.plant.watch.alarm = False
    watched.plant.start()
    watched.look(1)
    assert watched.states()[WARM] is AlarmState.ACKNOWLEDGED
    watched.look(20)
    assert watched.states() == {TRIP: AlarmState.ACKNOWLEDGED}


def test_a_contact_that_is_dark_before_and_after_a_restart_of_the_engine_stays_acknowledged() -> None:
    watched = Watched()
    contact = "input gx1.input3"
    watched.sources.take(event(EventKind.INPUT, "gx1.input3", "contact gx1.input3 gives no reading", 2))
    watched.alarms.acknowledge(EVERY, "Ada", watched.at())
    watched.sources.take(event(EventKind.STARTED, "small", "the engine runs", 0))
    watched.sources.take(event(EventKind.INPUT, "gx1.input3", "contact gx1.input3 gives no reading", 2))
    watched.look(2 * INPUTS_SETTLE_NS // SCAN)
    watched.look()
    assert watched.states()[contact] is AlarmState.ACKNOWLEDGED
    watched.sources.take(event(EventKind.STARTED, "small", "the engine runs", 0))
    watched.look()
    watched.look(2 * INPUTS_SETTLE_NS // SCAN)
    assert contact not in watched.states()


def test_lost_events_are_an_alarm_of_their_own() -> None:
    watched = Watched()
    watched.sources.lost("engine", 17, watched.at())
    alarm = watched.get("events engine")
    assert (alarm.state, alarm.priority) == (AlarmState.CLEARED, 2)
    assert alarm.text.startswith("17 events of the engine were lost")


def test_a_process_that_died_is_an_alarm_until_it_has_run_for_a_while() -> None:
    watched = Watched()
    died = event(EventKind.PROCESS, "driver-battery", "driver-battery ended by SIGKILL; started again", 2)
    watched.sources.take(dataclasses.replace(died, monotonic_ns=watched.plant.wall_ns))
    runs = ProcessStatus("driver-battery", 7, ProcessState.RUNNING, 1, "")
    watched.sources.agree_processes((runs,), watched.at())
    assert watched.get("process driver-battery").state is AlarmState.UNACKNOWLEDGED
    watched.plant.wall_ns += 3 * S
    watched.sources.agree_processes((runs,), watched.at())
    assert watched.get("process driver-battery").state is AlarmState.CLEARED

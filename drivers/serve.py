"""One bus: between any two transactions the newest outputs are looked at, then the most urgent thing is done.

    relays to be written (trips first) -> a watchdog -> targets -> commands -> the next device's poll -> rest 1 ms

So a trip waits for at most the transaction in flight. When the engine's segment has expired or is fenced off, the
relays go to their fail states; a pulse in progress ends on time all the same.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.driver import Driver, Reading
from drivers.errors import BusClosed, DriverError, Verdict, WrongDevice
from drivers.frame import BROADCAST
from drivers.frames import DeviceState, FrameLog
from drivers.guard import Guard, Step, guards
from drivers.line import SECOND_NS, SPIN_NS, Clock
from drivers.outputs import Commands, OutputSource, Targets
from drivers.places import Places
from drivers.polling import Polled, PollOrder
from drivers.relays import RETRIES_AT_ONCE, Panel, Relay
from plc.core.plan import BusPlan
from plc.core.segments import InputSegment, OutputSegment

LOOK_NS = 1_000_000
"""How often the outputs are looked at while the bus rests."""

FAVOURED_NS = 3 * SECOND_NS
"""How long the unit of an urgent relay is polled before others: a breaker's travel and some."""

LEAVE_WITHIN_NS = 3 * SECOND_NS


class BusServer:
    """Polls the devices of one bus into ``inputs`` and carries out its outputs. ``publish`` is called after each
    transaction that changed ``inputs``. Open the driver first; close it after ``run``."""

    def __init__(
        self,
        plan: BusPlan,
        driver: Driver,
        inputs: InputSegment,
        publish: Callable[[], None],
        outputs: OutputSource,
        frames: FrameLog,
        clock: Clock,
    ) -> None:
        self._driver = driver
        self._inputs = inputs
        self._publish = publish
        self._outputs = outputs
        self._frames = frames
        self._clock = clock
        self._devices = {device.name: device for device in plan.devices}
        self._order = PollOrder(plan.devices, [driver.parts(device) for device in plan.devices])
        self._polled = {polled.device.name: polled for polled in self._order.devices}
        self._places = Places(plan, driver, inputs)
        self._states = [DeviceState(False, 0, Verdict.SENT, 0, 0) for _ in plan.devices]
        self._panel = Panel(plan.outputs)
        self._relays = {(relay.place.device, relay.place.name): relay for relay in self._panel.relays}
        self._guards = guards(plan.devices, plan.outputs, plan.watchdog_ns)
        self._targets = Targets(plan.outputs)
        self._commands = Commands(plan.outputs)
        self._segment: OutputSegment | None = outputs.refresh()
        self._commands.begin(self._segment)
        self._seen = -1
        self._live = False
        self._look_again_ns = 0
        self._write_failed = False
        self._leaving = False

    def run(self, stop: Callable[[], bool]) -> None:
        """Serve until ``stop`` says so, then bring the relays to their fail states and return."""
        while not stop():
            self.step()
        self._leave()

    def step(self) -> None:
        """One transaction, or at most 1 ms of rest."""
        now_ns = self._clock.now()
        self._follow(now_ns)
        relay = self._due_relay(now_ns)
        if relay is not None and not (self._must_alternate(relay, now_ns) and self._poll(now_ns)):
            if self._is_ready(relay.place.unit, now_ns, at_once=True):
                self._write(relay)
        elif relay is None and not self._care(now_ns) and not self._poll(now_ns):
            self._driver.rest(now_ns + LOOK_NS)

    def _follow(self, now_ns: int) -> None:
        """Take the newest outputs, if anything about them has changed."""
        outputs = self._outputs
        sequence = outputs.sequence
        if sequence != self._seen:
            self._seen = sequence
            self._segment = outputs.refresh()
            self._look_again_ns = now_ns
        segment = self._segment
        live = (
            not self._leaving
            and segment is not None
            and now_ns <= segment.valid_until_ns
            and segment.epoch >= outputs.fence
        )
        if live is self._live and (self._look_again_ns == 0 or now_ns < self._look_again_ns):
            return
        self._live = live
        self._panel.follow(segment, live, now_ns)
        self._targets.follow(segment, live)
        self._commands.follow(segment, live)
        self._look_again_ns = self._panel.next_pulse_end_ns(now_ns)

    def _look_again(self) -> None:
        """A relay's state became known: what it is to be may follow from that."""
        self._look_again_ns = self._clock.now()

    def _is_ready(self, unit: int, now_ns: int, at_once: bool = False) -> bool:
        """Whether a transaction may start as good as now; if not, the bus has rested a little."""
        ready_ns = self._driver.ready_at_ns(unit, at_once)
        if ready_ns <= now_ns + SPIN_NS:
            return True
        self._driver.rest(min(ready_ns, now_ns + LOOK_NS))
        return False

    # relays

    def _due_relay(self, now_ns: int) -> Relay | None:
        return self._panel.next(now_ns, filter(self._is_enabled, self._panel.relays))

    def _is_enabled(self, relay: Relay) -> bool:
        """Its unit is what the site file says; a unit that does not answer is tried for urgent relays alone."""
        if not self._guards[relay.place.device].is_armed:
            return False
        return relay.place.urgent or relay.attempts == 0 or not self._polled[relay.place.device].is_silent

    def _must_alternate(self, relay: Relay, now_ns: int) -> bool:
        """After a vain write a poll goes first; only the first repetitions do not sit out a quarantine for it."""
        if not self._write_failed:
            return False
        return relay.attempts > RETRIES_AT_ONCE or self._driver.ready_at_ns(BROADCAST) <= now_ns

    def _write(self, relay: Relay) -> None:
        device, state = self._devices[relay.place.device], bool(relay.wanted)
        try:
            self._driver.relay(device, relay.place.name, state)
        except BusClosed:
            return
        except DriverError:
            relay.failed(self._clock.now())
            self._write_failed = True
        else:
            relay.acknowledged(state, self._clock.now())
            self._write_failed = False
        self._look_again()
        if relay.place.urgent:
            self._order.favour(self._polled[device.name].index, self._clock.now() + FAVOURED_NS)

    # watchdogs, targets, commands

    def _care(self, now_ns: int) -> bool:
        """One transaction of those between relays and polls; False if none is due."""
        if self._leaving:
            return False
        guard, step = self._due_guard(now_ns)
        if guard is not None and step is not None:
            if self._is_ready(guard.device.unit, now_ns):
                self._watch(guard, step)
            return True
        return self._send_targets(now_ns) or self._send_command(now_ns)

    def _due_guard(self, now_ns: int) -> tuple[Guard | None, Step | None]:
        """A unit that is silent, or sits out a garbled answer, does not hold the others up."""
        for guard in self._guards.values():
            step, unit = guard.due(now_ns), guard.device.unit
            is_barred = self._driver.ready_at_ns(unit) > self._driver.ready_at_ns(BROADCAST)
            if step is not None and not is_barred and not self._polled[guard.device.name].is_silent:
                return guard, step
        return None, None

    def _watch(self, guard: Guard, step: Step) -> None:
        try:
            if step is Step.WRITE:
                self._driver.write_watchdog(guard.device, guard.wanted)
                guard.written()
            elif not guard.found(self._driver.read_watchdog(guard.device), self._clock.now()):
                self._look_again()
        except BusClosed:
            return
        except WrongDevice:
            self._frames.count(Verdict.WRONG_DEVICE)
            guard.refused(self._clock.now())
        except DriverError:
            guard.failed(self._clock.now())

    def _send_targets(self, now_ns: int) -> bool:
        run = self._targets.next(now_ns)
        if run is None:
            return False
        if self._is_ready(BROADCAST, now_ns):
            try:
                if run:
                    self._driver.set_targets(run)
                else:
                    self._driver.hold_targets()
            except DriverError:
                return True
            self._targets.done()
        return True

    def _send_command(self, now_ns: int) -> bool:
        place = self._commands.next
        if place is None:
            return False
        if self._is_ready(place.unit, now_ns):
            try:
                self._driver.command(self._devices[place.device], place.name)
            except BusClosed:
                return True
            except DriverError:
                pass  # the frame log has it; whether the device heard it, its readings show
            self._commands.done()
        return True

    # polls

    def _poll(self, now_ns: int) -> bool:
        """One transaction of the next device's poll; False if nothing is due."""
        if self._leaving:
            return False
        if not self._is_ready(BROADCAST, now_ns):
            return True
        polled = self._order.next(now_ns)
        if polled is None:
            return False
        self._write_failed = False
        if self._order.cycle_ns != self._inputs.cycle_ns:
            self._inputs.cycle_ns = self._order.cycle_ns
        part = polled.part
        try:
            reading = self._driver.poll(polled.device, part)
        except BusClosed:
            self._order.again(polled)
            self._all_silent()
        except WrongDevice:
            self._frames.count(Verdict.WRONG_DEVICE)
            self._places.distrust(polled.index)
            self._order.answered(polled)
            self._stands(polled, Verdict.WRONG_DEVICE)
            self._publish()
        except DriverError as exc:
            self._missed(polled, exc, now_ns)
        else:
            self._answered(polled, part, reading)
        return True

    def _answered(self, polled: Polled, part: int, reading: Reading) -> None:
        guard = self._guards.get(polled.device.name)
        if polled.failures and guard is not None:
            guard.came_back()
        self._order.answered(polled)
        self._places.take(polled.index, part, reading)
        self._read_back(polled, reading)
        self._stands(polled, Verdict.GOOD)
        self._publish()

    def _missed(self, polled: Polled, exc: DriverError, asked_ns: int) -> None:
        """Nothing is written: its readings grow old by themselves."""
        now_ns = self._clock.now()
        lost_ns = self._driver.ready_at_ns(BROADCAST) - asked_ns
        self._order.failed(polled, now_ns, lost_ns, self._driver.ready_at_ns(polled.device.unit))
        self._stands(polled, exc.verdict)

    def _read_back(self, polled: Polled, reading: Reading) -> None:
        """A coil that does not stand as it was last written is written again."""
        for name, value in reading.values:
            relay = self._relays.get((polled.device.name, name))
            if relay is not None and value is not None and relay.known is not (value == 1.0):
                relay.read_back(value == 1.0)
                self._look_again()

    # how devices stand

    def _stands(self, polled: Polled, verdict: Verdict) -> None:
        """Tell the frame log. A device is answering until it has failed three times in a row."""
        before = self._states[polled.index]
        answering = verdict in (Verdict.GOOD, Verdict.WRONG_DEVICE) or (before.answering and not polled.is_silent)
        changed = answering is not before.answering or before.since_ns == 0
        state = DeviceState(
            answering,
            self._clock.now() if changed else before.since_ns,
            verdict,
            polled.failures,
            before.answers + (verdict is Verdict.GOOD),
        )
        self._states[polled.index] = state
        self._frames.device(polled.index, state)

    def _all_silent(self) -> None:
        """The bus itself is gone."""
        now_ns = self._clock.now()
        for index, before in enumerate(self._states):
            if before.answering or before.since_ns == 0:
                state = DeviceState(False, now_ns, Verdict.CLOSED, before.failures, before.answers)
                self._states[index] = state
                self._frames.device(index, state)

    # the end

    def _leave(self) -> None:
        """Fail states, and pulses ended; at most 3 s."""
        self._leaving = True
        end_ns = self._clock.now() + LEAVE_WITHIN_NS
        self._follow(self._clock.now())
        for relay in self._panel.relays:
            if relay.pulse_end_ns > end_ns:
                relay.end_pulse()
        while self._clock.now() < end_ns and not self._is_settled():
            self.step()

    def _is_settled(self) -> bool:
        self._look_again()
        self._follow(self._clock.now())
        return all(relay.is_settled for relay in filter(self._is_enabled, self._panel.relays))

"""The engine process: the scan, nothing else.

wait for the instant -> take commands -> Engine.scan -> answer -> publish image and status -> heartbeat
in the time left: load a set that a SWAP names, unload one that was replaced
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from plc.core.command import Answer, Command, CommandKind
from plc.core.process import STATUS_SIZE, EngineFacts, Measure
from plc.core.run_paths import RunPaths
from plc.engine.clock import ProgramClock, Sleeper, claim_real_time, next_start
from plc.engine.event_ring import EventRing
from plc.engine.image import ImageWriter
from plc.engine.loaded import LoadedSet
from plc.engine.manifest import ManifestError
from plc.engine.ring import Ring
from plc.engine.scan import Engine
from plc.engine.status import StatusWriter
from plc.processes.command_socket import CommandSocket, Counters
from plc.processes.engine_ports import LATCHES_SIZE, RETAINED_SIZE, RingInputs, RingOutputs, mapped_memo
from plc.processes.heartbeat import Heartbeat
from plc.processes.loading import load_set, read_arming
from plc.processes.runtime_dir import write_whole

PRIORITY = 70
STATUS_EVERY_NS = 100_000_000


class Publisher:
    """Puts image and status where others read them."""

    def __init__(self, run: RunPaths, engine: Engine, measures: tuple[Measure, ...], scan_ns: int) -> None:
        self._run, self._engine = run, engine
        self._facts = EngineFacts(os.getpid(), time.monotonic_ns(), engine.epoch, scan_ns, 0, measures, 0, 0)
        self._writer = StatusWriter(engine)
        self._status = Ring.create(run.status, STATUS_SIZE)
        self._encode = msgspec.json.Encoder().encode
        self._next_status_ns = 0
        self._status_pause_ns = STATUS_EVERY_NS - scan_ns // 2  # a scan that starts a little early is not passed over
        self._begin(engine.sets.running.loaded)

    def _begin(self, loaded: LoadedSet) -> None:
        self._loaded = loaded
        self._image = ImageWriter(loaded)
        self._ring = Ring.create(self._run.image, len(self._image.payload))

    def publish(self, late_ns: int, took_ns: int, skipped: int, commands: Counters) -> None:
        """The image after each scan, the status ten times a second."""
        engine, scan = self._engine, self._engine.now.scan
        if engine.sets.running.loaded is not self._loaded:
            self._ring.close()
            self._begin(engine.sets.running.loaded)
        self._ring.publish(self._image.gather(), scan)
        status = self._writer.after_scan(late_ns, took_ns)
        if engine.now.wall_ns < self._next_status_ns:
            return
        self._next_status_ns = engine.now.wall_ns + self._status_pause_ns
        facts = replace(self._facts, skipped=skipped, commands_taken=commands.taken, commands_refused=commands.refused)
        self._status.publish(self._encode({"process": facts, "engine": status}).ljust(STATUS_SIZE), scan)


class SetDoor:
    """Makes sets that a SWAP names ready between scans, and remembers which one an engine starts with."""

    def __init__(self, run: RunPaths, engine: Engine) -> None:
        self._run, self._engine = run, engine
        self._waiting: list[Command] = []
        self._ready: list[Command] = []
        self._armed = engine.sets.running.loaded.set_hash

    def admit(self, commands: Sequence[Command]) -> list[Command]:
        """The commands a scan may take; a SWAP to a set not yet loaded waits until it is."""
        taken, self._ready = self._ready, []
        for command in commands:
            ready = command.kind is not CommandKind.SWAP or command.subject == self._engine.sets.prepared
            (taken if ready else self._waiting).append(command)
        return taken

    def between_scans(self) -> list[Answer]:
        """Load what waits, unload what was replaced; answers to those whose set cannot be loaded."""
        answers: list[Answer] = []
        for command in self._waiting:
            try:
                self._engine.sets.prepare(load_set(self._run, command.subject, self._engine.site))
                self._ready.append(command)
            except ManifestError as exc:
                answers.append(Answer(command.id, False, str(exc)))
        self._waiting.clear()
        retired = self._engine.sets.retired
        while retired:
            retired.pop().close()
        self._remember()
        return answers

    def _remember(self) -> None:
        """A set that nothing takes back any more is the one to start with after a restart."""
        sets = self._engine.sets
        if sets.trial is None and sets.running.loaded.set_hash != self._armed:
            self._armed = sets.running.loaded.set_hash
            write_whole(self._run.arming, msgspec.json.encode(sets.arming))
            write_whole(self._run.armed, self._armed.encode())


class EngineProcess:
    """Builds the engine over its RUN_DIR and scans until told to stop."""

    def __init__(self, run: RunPaths, epoch_ns: int) -> None:
        loaded = load_set(run, run.armed.read_text())
        plan = loaded.plan
        outputs = RingOutputs(plan, run)
        self._clock = ProgramClock(epoch_ns, plan.speed)
        self._engine = Engine(
            loaded,
            RingInputs(plan, run, loaded.site.layout),
            outputs,
            EventRing.create(run.events),
            mapped_memo(run.latches, LATCHES_SIZE),
            mapped_memo(run.retained, RETAINED_SIZE),
            time.time_ns,
            outputs.epoch,
        )
        self._engine.sets.arming = read_arming(run, loaded.set_hash)
        self._commands = CommandSocket(run.command_socket)
        self._sets = SetDoor(run, self._engine)
        self._heartbeat = Heartbeat.own(run.heartbeat("engine"))
        self._run, self._scan_ns = run, plan.scan_ns
        self._skipped = 0
        self._stopping = False

    def stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def loop(self) -> None:
        """Scan on the grid of absolute instants; one that is missed is skipped, never caught up."""
        publisher = Publisher(self._run, self._engine, claim_real_time(PRIORITY, scans=True), self._scan_ns)
        sleeper = Sleeper()
        due_ns = time.monotonic_ns()
        while not self._stopping:
            start_ns = time.monotonic_ns()
            commands = self._sets.admit(self._commands.take())
            answers = self._engine.scan(start_ns, self._clock.at(start_ns), commands)
            took_ns = time.monotonic_ns() - start_ns
            self._commands.reply(answers)
            publisher.publish(start_ns - due_ns, took_ns, self._skipped, self._commands.counters)
            self._heartbeat.beat(self._engine.now.scan)
            self._commands.reply(self._sets.between_scans())
            following_ns = next_start(due_ns, self._scan_ns, time.monotonic_ns())
            self._skipped += (following_ns - due_ns) // self._scan_ns - 1
            due_ns = following_ns
            while not self._stopping and not sleeper.until(due_ns):
                pass


def main(arguments: Sequence[str]) -> int:
    """``python -m plc.processes.engine RUN_DIR EPOCH_NS``: program time was 0 at that instant of CLOCK_MONOTONIC."""
    run = RunPaths(Path(arguments[0]))
    try:
        engine = EngineProcess(run, int(arguments[1]))
    except (ManifestError, OSError) as exc:
        print(f"cellkeeper: the engine cannot start: {exc}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, engine.stop)
    engine.loop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

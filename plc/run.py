"""`plc run`: compiles the site, settles which processes there are, and becomes their supervisor.

    SITE --compile--> set + Plan --> rings, run.json (what to start and how to watch it) --exec--> supervisor

The one file that knows all of them.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from plc.core.arming import Arming
from plc.core.diagnostic import Diagnostic
from plc.core.plan import BusPlan, Plan
from plc.core.run_paths import RunPaths, StatePaths
from plc.core.segments import InputSegment, OutputSegment
from plc.core.site import Schedule, Simulation
from plc.engine.ring import Ring
from plc.engine.shared import SharedMemoryError
from plc.processes.child import SECOND_NS, ChildPlan
from plc.processes.compiler import prepare
from plc.processes.listen import Listen, read_listen
from plc.processes.plan_file import read_plan
from plc.processes.runtime_dir import KEPT, StartError, claim, clear, write_whole
from plc.processes.supervisor import RunPlan
from plc.store.running import state_base
from plc.store.sets import ArmedSets
from plc.store.site_file import read_site

HUNG_SCANS = 3
HUNG_AT_LEAST_NS = 300_000_000
DRIVER_HUNG_NS = SECOND_NS
STATION_HUNG_NS = 30 * SECOND_NS
"""A slow disk holds it up for seconds; nothing of the scan waits for it."""
START_PRIORITY = 50
"""Below what a driver runs at: an engine that starts must not delay the fail states its death has caused."""
SIMULATOR_PRIORITY = 20
"""It stands for hardware: a busy machine must not make a wire slow. Below everything that is really there."""
PLANT_OUT_OF_MEMORY = -900
"""Engine and drivers go last when memory runs out; status and compiler go first."""

OWN_PACKAGES = ("plc", "drivers", "web", "simulator")


def run(site: Path, state: Path | None = None, http: str = "", for_seconds: float = 0.0) -> None:
    """Run a site until told to stop, or for so many seconds. Does not return: this process becomes the supervisor.

    Raises StartError, with everything cleaned up, when the site does not compile or the machine does not allow it.
    """
    refuse_clashes()
    site = site.resolve()
    listen = read_listen(http) if http else None
    folder = state or default_state(site)
    paths, lock = claim(folder)
    try:
        plan = lay_out(site, folder.resolve(), paths, listen, for_seconds)
    except BaseException:
        clear(paths.root, KEPT)
        os.close(lock)
        raise
    write_whole(paths.run_plan, msgspec.json.encode(plan))
    os.set_inheritable(lock, True)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, python("plc.processes.supervisor", str(paths.root)))


def default_state(site: Path) -> Path:
    """Where a site's state is kept when nobody says otherwise."""
    return state_base() / site.resolve().name


def lay_out(site: Path, state: Path, paths: RunPaths, listen: Listen | None, for_seconds: float) -> RunPlan:
    """Compile the site into RUN_DIR, make its rings, and settle the processes. Raises StartError."""
    sets = ArmedSets(StatePaths(state))
    before = sets.armed() or Arming()
    texts = sets.texts(before.set_hash)
    prepared = prepare(site, paths, StatePaths(state), texts)
    show(prepared.diagnostics)
    if not prepared.set_hash:
        errors = sum(diagnostic.is_error for diagnostic in prepared.diagnostics)
        raise StartError(f"{site} has {errors} error(s), see above; {cure_of_errors(StatePaths(state), texts)}")
    plan_text = (paths.set(prepared.set_hash) / "plan.json").read_bytes()
    write_whole(paths.plan, plan_text)
    write_whole(paths.armed, prepared.set_hash.encode())
    arming = before if before.set_hash == prepared.set_hash else Arming(prepared.set_hash)
    write_whole(paths.arming, msgspec.json.encode(arming))
    write_whole(paths.schedules, msgspec.json.encode(schedules_of(site)))
    plan = read_plan(paths.plan)
    fences = tuple(make_rings(paths, bus) for bus in plan.buses)
    epoch_ns = program_epoch(paths, plan)
    return RunPlan(
        children=tuple(children(site, state, paths, plan, epoch_ns, listen)),
        fences=fences,
        for_s=for_seconds,
        set_hash=prepared.set_hash,
        greeting=greeting(plan, state, listen, texts),
        kept=() if plan.simulated else tuple(sorted(KEPT)),
    )


def make_rings(paths: RunPaths, bus: BusPlan) -> str:
    """The rings of a bus, so that whoever comes first finds them; the path of the one that carries the fence."""
    try:
        Ring.create(paths.input(bus.name), InputSegment.size(len(bus.inputs))).close()
        Ring.create(paths.output(bus.name), OutputSegment.size(len(bus.outputs))).close()
    except SharedMemoryError as exc:
        raise StartError(str(exc)) from exc
    return str(paths.output(bus.name))


def program_epoch(paths: RunPaths, plan: Plan) -> int:
    """When program time was 0. A real site goes on with what latches and timers of an earlier run stand in; a
    simulated plant begins anew."""
    if not plan.simulated:
        with contextlib.suppress(OSError, ValueError):
            kept_ns = int(paths.epoch.read_text())
            if kept_ns <= time.monotonic_ns():
                return kept_ns
    epoch_ns = time.monotonic_ns()
    write_whole(paths.epoch, str(epoch_ns).encode())
    return epoch_ns


def children(
    site: Path, state: Path, paths: RunPaths, plan: Plan, epoch_ns: int, listen: Listen | None
) -> Iterator[ChildPlan]:
    """Every process of the controller, in the order they start."""
    run_dir = str(paths.root)
    simulation = simulation_of(site)
    if simulation is not None:
        yield simulator(site, paths, simulation, epoch_ns)
    for bus in plan.buses:
        yield ChildPlan(
            f"driver-{bus.name}",
            python("plc.processes.driver", run_dir, bus.name),
            hung_after_ns=DRIVER_HUNG_NS,
            orphan_signal=int(signal.SIGTERM),
            end_rank=1,
            start_priority=START_PRIORITY,
            out_of_memory=PLANT_OUT_OF_MEMORY,
        )
    yield ChildPlan(
        "engine",
        python("plc.processes.engine", run_dir, str(epoch_ns)),
        hung_after_ns=max(HUNG_SCANS * plan.scan_ns, HUNG_AT_LEAST_NS),
        fences=True,
        start_priority=START_PRIORITY,
        out_of_memory=PLANT_OUT_OF_MEMORY,
    )
    yield ChildPlan(
        "station",
        python("plc.processes.station", run_dir, str(state)),
        hung_after_ns=STATION_HUNG_NS,
        out_of_memory=200,
    )
    yield ChildPlan(
        "compiler", python("plc.processes.compiler", run_dir, str(state)), ready_line=True, out_of_memory=300
    )
    if listen is not None:
        where = (run_dir, str(state), str(site), listen.host, str(listen.port))
        yield ChildPlan("web", python("web.serve", *where), out_of_memory=500)


def schedules_of(site: Path) -> tuple[Schedule, ...]:
    """The site file's schedules: they seed the station's."""
    found = read_site(site).site
    return found.schedules if found else ()


def simulation_of(site: Path) -> Simulation | None:
    found = read_site(site).site
    return found.simulation if found else None


def simulator(site: Path, paths: RunPaths, simulation: Simulation, epoch_ns: int) -> ChildPlan:
    """The simulated plant, which others wait for."""
    options = ["--run-dir", str(paths.root), "--speed", str(simulation.speed), "--seed", str(simulation.seed)]
    options += ["--epoch", str(epoch_ns)]
    if simulation.start:
        options += ["--start", simulation.start]
    if simulation.scenario:
        options += ["--scenario", simulation.scenario]
    return ChildPlan(
        "simulator",
        python("simulator", str(site), *options),
        ready_line=True,
        end_rank=2,
        start_priority=SIMULATOR_PRIORITY,
    )


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """A command that runs a module of ours, whatever the current folder holds."""
    return (sys.executable, "-P", "-m", module, *arguments)


def greeting(plan: Plan, state: Path, listen: Listen | None, texts: Mapping[str, str]) -> str:
    simulated = f", SIMULATED x{plan.speed}" if plan.simulated else ""
    status = f"http://{listen.host}:{listen.port}/" if listen else f"plc status --state {state}"
    strings = f"{len(plan.strings)} string{'s' if len(plan.strings) != 1 else ''}"
    armed = f"; armed here, in place of the site folder's: {', '.join(texts)}" if texts else ""
    return f"{plan.name} runs: {strings}, scan {plan.scan_ns // 1_000_000} ms{simulated}{armed}; see {status}"


def cure_of_errors(state: StatePaths, texts: Mapping[str, str]) -> str:
    if not texts:
        return "correct them, plc check finds them too"
    folder = f"{', '.join(texts)} armed on this controller ({state.sets})"
    return f"the texts of {folder} stand in place of the site folder's; to start without them remove {state.armed}"


def show(diagnostics: tuple[Diagnostic, ...]) -> None:
    """Errors on standard error, every one; advice is for plc check."""
    for diagnostic in diagnostics:
        if diagnostic.is_error:
            print(diagnostic, file=sys.stderr)


def refuse_clashes() -> None:
    """Refuse to start beside a distribution that puts its files where ours lie."""
    owners = importlib.metadata.packages_distributions()
    for package in OWN_PACKAGES:
        strangers = [name for name in owners.get(package, []) if name != "cellkeeper"]
        if strangers:
            raise StartError(f"{strangers[0]} also installs {package}/; remove it: pip uninstall {strangers[0]}")

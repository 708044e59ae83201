"""One program in several bodies - native code, C at -O2 and -O3, Python - each on memory of its own, scan by scan.

Case --gcc, native, reference--> Racer ... --interleaved rounds--> ns a scan, and every byte compared
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from _c_layout import declarations

from plc.bench import BenchError, percentile
from plc.lang import native, reference
from plc.lang.native.object import Recipe, machine_name
from plc.lang.program import Program
from plc.lang.runner import new_context
from plc.lang.types import Struct, symbols

C_FOLDER = Path(__file__).parent / "c"
BUDGET = 1_000_000
SCAN_NS = 100_000_000
FLAGS = ("-ffp-contract=off", "-std=c11", "-Wall", "-Werror", "-fPIC", "-shared")
THIS_PROCESSOR = "native"


class _Change(ctypes.Structure):
    _fields_ = (("at", ctypes.c_void_p), ("value", ctypes.c_uint64), ("size", ctypes.c_int64))


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes that come into a program's memory before a scan: at an offset of its area or of SITE."""

    offset: int
    value: bytes
    in_site: bool = False


Frames = Sequence[Sequence[Write]]
"""What comes in before each scan; after the last frame the first comes again."""


@dataclass(frozen=True, slots=True)
class Case:
    """A program, what comes in, and the same program in C. ``own`` says of a path that C keeps that in its own way."""

    name: str
    program: Program
    c_text: str
    frames: Frames
    area: bytes
    site: bytes
    own: Callable[[str], bool] = lambda path: False


class Racer(Protocol):
    """Something that runs scans and shows the memory it ran them on."""

    name: str

    def run(self, count: int) -> None: ...

    def state(self) -> tuple[bytes, bytes]: ...


@dataclass
class _Areas:
    """The memory of one racer, and the changes with the addresses they go to."""

    case: Case
    area: ctypes.Array[ctypes.c_char] = field(init=False)
    site: ctypes.Array[ctypes.c_char] = field(init=False)
    globals: ctypes.Array[ctypes.c_char] = field(init=False)
    context: bytearray = field(default_factory=lambda: new_context(BUDGET))

    def __post_init__(self) -> None:
        self.area, self.site = _buffer(self.case.area), _buffer(self.case.site)
        self.globals = _buffer(self.case.program.unit.globals.initial)

    def time_offset(self) -> int:
        system = self.case.program.unit.site.field("Sys")
        if system is None or not isinstance(system.type, Struct) or (time_ := system.type.field("Time")) is None:
            raise BenchError("SITE has no Sys.Time; is library/system.st whole?")
        return system.offset + time_.offset

    def changes(self) -> tuple[ctypes.Array[_Change], ctypes.Array[ctypes.c_int64]]:
        found, firsts = [], [0]
        for frame in self.case.frames:
            for write in frame:
                for at in range(0, len(write.value), 8):
                    part = write.value[at : at + 8]
                    base = ctypes.addressof(self.site if write.in_site else self.area)
                    found.append(_Change(base + write.offset + at, int.from_bytes(part, "little"), len(part)))
            firsts.append(len(found))
        return (_Change * len(found))(*found), (ctypes.c_int64 * len(firsts))(*firsts)

    def state(self) -> tuple[bytes, bytes]:
        return self.area.raw, self.site.raw


def _buffer(image: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(image, max(1, len(image)))


class Machine:
    """Native code or C: a function the harness calls. ``owner`` keeps its code."""

    def __init__(self, name: str, case: Case, harness: ctypes.CDLL, function: int, owner: object) -> None:
        self.name = name
        self._areas = _Areas(case)
        self._owner = owner
        self._changes, self._firsts = self._areas.changes()
        self._done = 0
        context = (ctypes.c_char * len(self._areas.context)).from_buffer(self._areas.context)
        site = ctypes.addressof(self._areas.site)
        addresses = (ctypes.addressof(self._areas.area), site, ctypes.addressof(self._areas.globals))
        self._before = [ctypes.c_void_p(at) for at in (function, *addresses, ctypes.addressof(context))]
        self._before += [ctypes.c_int64(BUDGET), ctypes.c_void_p(site + self._areas.time_offset())]
        self._scans = harness.run_scans

    def run(self, count: int) -> None:
        frames = len(self._areas.case.frames)
        numbers = [ctypes.c_int64(number) for number in (frames, self._done, count)]
        status = self._scans(*self._before, ctypes.c_int64(SCAN_NS), self._changes, self._firsts, *numbers)
        if status:
            raise BenchError(f"{self.name} stopped at fault site {status}")
        self._done += count

    def state(self) -> tuple[bytes, bytes]:
        return self._areas.state()


class Interpreted:
    """The reference back end: plain Python on the same memory."""

    def __init__(self, name: str, case: Case) -> None:
        self.name = name
        self._case = case
        self._area, self._site = bytearray(case.area), bytearray(case.site)
        self._context = new_context(BUDGET)
        globals_ = bytearray(case.program.unit.globals.initial)
        self._run = reference.bind(case.program.unit, self._area, self._site, globals_, self._context)
        self._time = _Areas(case).time_offset()
        self._done = 0

    def run(self, count: int) -> None:
        for scan in range(self._done, self._done + count):
            for write in self._case.frames[scan % len(self._case.frames)]:
                memory = self._site if write.in_site else self._area
                memory[write.offset : write.offset + len(write.value)] = write.value
            now = int.from_bytes(self._site[self._time : self._time + 8], "little") + SCAN_NS
            self._site[self._time : self._time + 8] = now.to_bytes(8, "little")
            self._context[:] = new_context(BUDGET)
            status = self._run()
            if status:
                raise BenchError(f"{self.name} stopped at fault site {status}")
        self._done += count

    def state(self) -> tuple[bytes, bytes]:
        return bytes(self._area), bytes(self._site)


class Builder:
    """Makes racers; the C ones in a folder of their own. ``processor`` is what both sides are compiled for: this one,
    or one that gcc (-march) and LLVM call alike, as x86-64-v3."""

    def __init__(self, folder: Path, processor: str = THIS_PROCESSOR) -> None:
        if shutil.which("gcc") is None:
            raise BenchError("gcc is missing: it compiles what the programs are held against; apt-get install gcc")
        self._folder = folder
        self._processor = processor
        self.harness = self._build("harness", (C_FOLDER / "harness.c").read_text(), "-O2", folder)

    def c(self, case: Case, level: str) -> Machine:
        """The C program at ``-O2`` or ``-O3``."""
        folder = Path(tempfile.mkdtemp(prefix=f"{case.name}-", dir=self._folder))  # a path loads one library a process
        unit = case.program.unit
        (folder / "layout.h").write_text(declarations(unit.site, case.program.area))
        library = self._build(f"program{level}", case.c_text, level, folder)
        return Machine(f"C {level}", case, self.harness, _address(library, "run"), library)

    def native(self, case: Case, checked: bool = True) -> Machine:
        """Ours; ``checked`` False leaves out what stops a program, for the cost of it alone."""
        text = native.emit(case.program.unit, checked=checked)
        loaded = native.load(native.compile_object(text, recipe=self._recipe()), case.name)
        return Machine("ours" if checked else "ours, unchecked", case, self.harness, loaded.address, loaded)

    def _recipe(self) -> Recipe:
        triple, *_ = machine_name()
        return Recipe() if self._processor == THIS_PROCESSOR else Recipe(machine=(triple, self._processor, ""))

    def nothing(self, case: Case) -> Machine:
        """A program that does nothing: what the harness itself costs."""
        return Machine("nothing", case, self.harness, _address(self.harness, "nothing"), self.harness)

    def _build(self, name: str, text: str, level: str, folder: Path) -> ctypes.CDLL:
        source, target = folder / f"{name}.c", folder / f"{name}.so"
        source.write_text(text)
        command = [
            "gcc",
            level,
            f"-march={self._processor}",
            *FLAGS,
            f"-I{C_FOLDER}",
            f"-I{folder}",
            "-o",
            str(target),
            str(source),
            "-lm",
        ]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            raise BenchError(f"gcc refused {source.name}: {made.stderr[:2000]}")
        return ctypes.CDLL(str(target))


def _address(library: ctypes.CDLL, name: str) -> int:
    return ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0


# ---------------------------------------------------------------- the same work?


def compared(case: Case) -> Iterator[tuple[int, int]]:
    """(offset, end) of what all must leave alike in the area: everything but padding. Inputs of blocks are in it: the
    language keeps them from call to call, so the C stores them too."""
    for symbol in (each for each in symbols(case.program.area) if not case.own(each.path)):
        yield symbol.offset, symbol.offset + symbol.type.size


def difference(case: Case, one: Racer, other: Racer) -> str:
    """Where two racers left another byte, or nothing."""
    (area, site), (other_area, other_site) = one.state(), other.state()
    if site != other_site:
        return f"{case.name}: {one.name} and {other.name} leave another SITE"
    for start, end in compared(case):
        if area[start:end] != other_area[start:end]:
            held = f"{area[start:end].hex()} and {other_area[start:end].hex()}"
            return f"{case.name}: {one.name} and {other.name} differ at byte {start} of the area: {held}"
    return ""


# ---------------------------------------------------------------- the race


def race(case: Case, racers: Sequence[Machine], rounds: int, chunk_s: float) -> dict[str, float]:
    """ns a scan of each: the median over interleaved rounds of processor time, less what the harness costs.

    All run the same scans; raises BenchError where one leaves other bytes than the first.
    """
    count = _scans_for(racers[0], chunk_s)
    for racer in racers[1:]:
        racer.run(count)
    spent: dict[str, list[float]] = {racer.name: [] for racer in racers}
    for _ in range(rounds):
        for racer in racers:
            spent[racer.name].append(timed(partial(racer.run, count)) / count)
    for racer in racers[1:]:
        if racer.name != "nothing" and (found := difference(case, racers[0], racer)):
            raise BenchError(found)
    medians = {name: percentile(values, 0.5) for name, values in spent.items()}
    idle = medians.pop("nothing", 0.0)
    return {name: max(value - idle, 0.1) for name, value in medians.items()}


def _scans_for(racer: Racer, chunk_s: float) -> int:
    """So many scans as fill about ``chunk_s``; they are run."""
    count, total = 1, 0
    while True:
        took = timed(partial(racer.run, count))
        total += count
        if took >= chunk_s * 1e9 / 2:
            break
        count *= 2
    wanted = max(1, int(count * chunk_s * 1e9 / took))
    more = max(0, wanted - total)
    racer.run(more)
    return total + more


def timed(work: Callable[[], object]) -> int:
    """ns of processor time the work takes."""
    before = time.process_time_ns()
    work()
    return time.process_time_ns() - before

"""The command line: `plc COMMAND`. Each command parses, calls one function, prints.

Imports stand inside the commands, so that `plc status` does not load a compiler.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Optional

import typer

from plc.bench import Row
from plc.core.diagnostic import Diagnostic

app = typer.Typer(
    name="plc",
    help="Cellkeeper: a programmable logic controller for battery rooms.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Paths = Annotated[list[Path], typer.Argument(help="programs (.st), folders of programs, or a site folder")]
StateFolder = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads this form on every Python it supports
    typer.Option("--state", help="where this controller keeps its state"),
]
Json = Annotated[bool, typer.Option("--json", help="print JSON")]


def main() -> None:
    """The entry point of the `plc` command."""
    from plc.terminal import guarded

    guarded(app)


def fail(text: str) -> typer.Exit:
    """Say one sentence on standard error; raise what this returns."""
    print(text, file=sys.stderr)
    return typer.Exit(1)


@app.command()
def check(
    paths: Paths,
    json: Json = False,
    show: Annotated[str, typer.Option("--show", help="plant: print the declarations the site gives programs")] = "",
) -> None:
    """Compile without running: every problem at once, with its cure."""
    from plc.store.budget import budget
    from plc.store.gather import compile_gathered, gather
    from plc.trials import problems_of_tests

    gathered = gather(paths)
    if show:
        if show != "plant":
            raise fail(f"--show {show} is not known; write --show plant")
        if gathered.plant is not None:
            print(gathered.plant.text)
        return
    compiled = compile_gathered(gathered) if gathered.plant is not None else None
    found = gathered.diagnostics + (compiled.diagnostics if compiled else ())
    found = tuple(dict.fromkeys(found + problems_of_tests(paths)))
    _print_diagnostics(found, json)
    errors = sum(d.is_error for d in found)
    if not json:
        if gathered.asked and gathered.site is not None:
            print(f"What one event opens at {gathered.site.name}:")
            for line in budget(gathered.site):
                opened = ", ".join(line.strings) or "no string"
                print(f"  {line.event}: {opened}" + (f" ({'; '.join(line.because)})" if line.because else ""))
        programs = len([p for p in compiled.programs.values() if not p.system]) if compiled else 0
        print(_counted(errors, "error") if errors else f"{_counted(programs, 'program')}, no errors")
    if errors:
        raise typer.Exit(1)


def _written(option: str, path: Path, text: str) -> None:
    """Write a result. Raises typer.Exit, after a sentence, where it cannot be, or where a program stands there."""
    from plc.terminal import Refused, result_file

    try:
        result_file(option, path).write_text(text, encoding="utf-8")
    except Refused as exc:
        raise fail(str(exc)) from exc
    except OSError as exc:
        raise fail(f"{option} {path}: {exc.strerror}; name a file that can be written") from exc


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _print_diagnostics(found: Iterable[Diagnostic], as_json: bool) -> None:
    if as_json:
        import msgspec

        print(msgspec.json.encode(list(found)).decode())
        return
    here = f"{Path.cwd()}/"
    for diagnostic in found:
        print(str(diagnostic).removeprefix(here))


@app.command("format")
def format_(
    paths: Annotated[list[Path], typer.Argument(help="programs (.st) or folders of them")],
    check: Annotated[bool, typer.Option("--check", help="write nothing; exit code 1 where something would")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="write nothing; show what would change")] = False,
) -> None:
    """Give programs their one layout; words, comments and pragmas stay. What has an error is left alone."""
    from plc.formatting import laid_out, write

    found = changed = failed = 0
    for laid in laid_out(paths):
        found += 1
        _print_diagnostics(laid.diagnostics, False)
        failed += bool(laid.diagnostics)
        if not laid.changes:
            continue
        changed += 1
        if diff:
            print(laid.difference, end="")
            continue
        if not check:
            try:
                write(laid)
            except OSError as exc:
                raise fail(f"{laid.path} cannot be written ({exc.strerror})") from exc
        print(f"{laid.path} {'would change' if check else 'formatted'}")
    if not found:
        raise fail(f"there is no program (.st) in {', '.join(map(str, paths))}; name programs or folders of them")
    if failed or (check and changed):
        raise typer.Exit(1)


@app.command()
def export(
    paths: Annotated[list[Path], typer.Argument(help="programs (.st) or folders of them")],
    plcopen: Annotated[Path, typer.Option("--plcopen", help="the file to write: PLCopen XML, TC6 2.01")],
) -> None:
    """Write programs as a PLCopen project: types, globals, units in Structured Text and as charts, configurations."""
    from datetime import UTC, datetime

    from plc.exchange.files import ExchangeError, export_paths
    from plc.terminal import Refused, result_file

    try:
        exported = export_paths(paths, result_file("--plcopen", plcopen), datetime.now(UTC))
    except (ExchangeError, Refused) as exc:
        raise fail(str(exc)) from exc
    if exported.diagnostics:
        _print_diagnostics(exported.diagnostics, False)
        raise typer.Exit(1)
    behind = f"; {exported.left_behind} TEST blocks stay behind" if exported.left_behind else ""
    print(f"{plcopen} written{behind}")


@app.command("import")
def import_(
    project: Annotated[Path, typer.Argument(help="a PLCopen project (TC6 2.01)")],
    into: Annotated[Path, typer.Option("--into", help="the folder for the programs; nothing in it is overwritten")],
) -> None:
    """Read a PLCopen project: one program text for each unit. What cannot be read is named and left out."""
    from plc.exchange.files import ExchangeError, import_file

    try:
        written = import_file(project, into)
    except ExchangeError as exc:
        raise fail(str(exc)) from exc
    _print_diagnostics(written.diagnostics, False)
    print(f"{_counted(len(written.paths), 'file')} written to {into}")
    if written.failed:
        raise typer.Exit(1)


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="a code such as S014; without one: all of them")] = "",
) -> None:
    """Explain a problem: what it means, an example wrong and right, the cure."""
    from plc.lang.check.codes import CODES
    from plc.lang.problem_pages import NoPage, page

    if not code:
        for known, title in sorted(CODES.items()):
            print(f"{known}  {title}")
        return
    try:
        print(page(code).plain())
    except NoPage as exc:
        raise fail(str(exc)) from exc


@app.command()
def lsp(state: StateFolder = None) -> None:
    """Answer an editor: the language server, on standard input and output."""
    from plc.lsp.server import serve

    raise typer.Exit(serve(state))


@app.command()
def bench(
    chosen: Annotated[Optional[list[str]], typer.Argument(metavar="NAME", help="without one: all")] = None,  # noqa: UP045
    json: Json = False,
) -> None:
    """Run the benchmarks: ratios measured in one run."""
    from plc import bench as benchmarks

    rows = []
    try:
        for row in benchmarks.measure(chosen or []):
            rows.append(row)
            if not json:
                print(_row_text(row))
    except benchmarks.BenchError as exc:
        raise fail(str(exc)) from exc
    if json:
        import msgspec

        print(msgspec.json.encode(rows).decode())


def _row_text(row: Row) -> str:
    ratio = f"  = {row.ratio:.3g} x {row.against}" if row.ratio is not None else ""
    verdict = "" if row.holds is None else f"  ({row.goal}: {'holds' if row.holds else 'DOES NOT HOLD'})"
    return f"{row.name}: {row.value:.4g} {row.unit}{ratio}{verdict}"


@app.command()
def run(
    site: Annotated[Path, typer.Argument(help="the folder of the site")],
    state: StateFolder = None,
    http: Annotated[str, typer.Option("--http", help="serve the page on HOST:PORT (loopback)")] = "",
    seconds: Annotated[str, typer.Option("--for", help="stop by itself after, for example 30s")] = "",
) -> None:
    """Run a site: all processes, until stopped."""
    from plc.core.quantity import QuantityError, read_time_ns
    from plc.processes.runtime_dir import StartError
    from plc.run import run as run_site

    try:
        for_seconds = read_time_ns(seconds) / 1e9 if seconds else 0.0
        run_site(site, state, http, for_seconds)
    except QuantityError as exc:
        raise fail(f"--for {seconds}: {exc}") from exc
    except StartError as exc:
        raise fail(str(exc)) from exc


@app.command()
def test(
    paths: Paths,
    backend: Annotated[str, typer.Option("--backend", help="native or reference")] = "native",
    only: Annotated[str, typer.Option("--only", help="cases whose name or file holds this, or is like it (* ?)")] = "",
    cover: Annotated[bool, typer.Option("--cover", help="say which branches no test took")] = False,
    cover_lines: Annotated[
        bool, typer.Option("--cover-lines", help="print the programs with the branches marked")
    ] = False,
    cover_min: Annotated[float, typer.Option("--cover-min", help="fail below this percentage")] = 0.0,
    junit: Annotated[Optional[Path], typer.Option("--junit", help="write JUnit XML here")] = None,  # noqa: UP045
    json: Json = False,
) -> None:
    """Run the tests of programs on a virtual clock: tables (NAME.test.csv), TESTs in them and in NAME.test.st."""
    from plc.cover import covers, listing, percent, summary
    from plc.engine.assemble import BackEnd
    from plc.junit import junit_text
    from plc.trial_text import as_json, lines, verdict
    from plc.trials import Wanted, run_trials

    if backend not in list(BackEnd):
        raise fail(f"--backend {backend} is not known; write native or reference")
    measured = cover or cover_lines or cover_min > 0
    trials = []
    for trial in run_trials(paths, Wanted(BackEnd(backend), measured, only)):
        trials.append(trial)
        if not json:
            _print_diagnostics(trial.diagnostics, False)
            print("\n".join(lines(trial)))
    found = covers(paths, trials) if measured else None
    if junit is not None:
        _written("--junit", junit, junit_text(trials))
    if json:
        print(as_json(trials, found))
    else:
        for one in (found or ()) if cover_lines else ():
            print("\n".join(listing(one)))
        print("\n".join([*(summary(found) if found is not None else ()), verdict(trials)]))
    if not all(trial.passed for trial in trials) or not any(trial.cases for trial in trials):
        raise typer.Exit(1)
    if any(one.broken for one in found or ()):
        raise fail("a file that does not compile has no cover; plc check says what is wrong with it")
    if found is not None and percent(found) < cover_min:
        raise fail(f"branch cover is below {cover_min:g} %")


@app.command()
def simulate(
    program: Annotated[Path, typer.Argument(help="the file of the program; its last PROGRAM runs")],
    inputs: Annotated[Path, typer.Option("--inputs", help="CSV: t_ms, then variables; one scan a row")],
    watch: Annotated[str, typer.Option("--watch", help="variables to write, for example x,fb.Q,a[3]")],
    backend: Annotated[str, typer.Option("--backend", help="native or reference")] = "native",
    out: Annotated[Optional[Path], typer.Option("--out", help="write here instead of printing")] = None,  # noqa: UP045
    site: Annotated[Optional[Path], typer.Option("--site", help="the site whose plant it sees")] = None,  # noqa: UP045
) -> None:
    """Run a program on given inputs and a virtual clock, and write what it makes of them."""
    from plc.engine.assemble import BackEnd
    from plc.trials import as_csv, run_simulation, watched

    if backend not in list(BackEnd):
        raise fail(f"--backend {backend} is not known; write native or reference")
    names = watched(watch)
    if not names:
        raise fail("--watch names nothing; write the variables to see, such as --watch x,fb.Q,a[3]")
    found = run_simulation(program, inputs, names, BackEnd(backend), site)
    if found.diagnostics:
        _print_diagnostics(found.diagnostics, False)
        raise typer.Exit(1)
    text = as_csv(names, found)
    if out is None:
        print(text, end="")
    else:
        _written("--out", out, text)
    if found.fault:
        raise fail(found.fault)


@app.command()
def status(state: StateFolder = None, json: Json = False) -> None:
    """Show how a running controller is."""
    from plc.status_text import lines
    from plc.store.running import NotRunning
    from plc.store.running_view import RunningView

    try:
        view = RunningView.of(_state(state))
    except NotRunning as exc:
        raise fail(str(exc)) from exc
    if json:
        import msgspec

        print(msgspec.json.encode(view.status()).decode())
        return
    for line in lines(view):
        print(line)


@app.command()
def journal(
    state: StateFolder = None,
    most: Annotated[int, typer.Option("--last", help="how many of the newest rows")] = 50,
    whole: Annotated[bool, typer.Option("--verify", help="follow the chain of hashes from the first row")] = False,
) -> None:
    """Print who did what, and check that nobody changed it."""
    from plc.core.run_paths import StatePaths
    from plc.core.station import NotStored
    from plc.store.journal import journal_text, read_journal, verify

    path = StatePaths(_state(state)).journal
    try:
        if whole:
            verdict = verify(path)
            if verdict.broken_at is not None:
                raise fail(f"row {verdict.broken_at} of {verdict.rows} does not follow from the one before it")
            print(f"{verdict.rows} rows, each follows from the one before; the newest hash is {verdict.newest_hash}")
            return
        for line in journal_text(read_journal(path, after=-1, most=most)):
            print(line)
    except NotStored as exc:
        raise fail(str(exc)) from exc


def _state(given: Path | None) -> Path:
    """The state directory asked for, else that of the one controller that runs here."""
    from plc.store.running import running_states

    if given is not None:
        return given
    found = running_states()
    if len(found) != 1:
        what = "several controllers run" if found else "no controller runs"
        known = f": {', '.join(map(str, found))}" if found else ""
        raise fail(f"{what} under the usual state directory{known}; name one with --state DIR")
    return found[0]


if __name__ == "__main__":
    main()

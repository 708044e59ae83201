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
from plc.core.diagnostic import Diagnostic, Severity

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
    app()


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

    gathered = gather(paths)
    if show:
        if show != "plant":
            raise fail(f"--show {show} is not known; write --show plant")
        if gathered.plant is not None:
            print(gathered.plant.text)
        return
    compiled = compile_gathered(gathered) if gathered.plant is not None else None
    found = gathered.diagnostics + (compiled.diagnostics if compiled else ())
    _print_diagnostics(found, json)
    errors = sum(d.severity is Severity.ERROR for d in found)
    if not json:
        if gathered.asked and gathered.site is not None:
            print(f"What one event opens at {gathered.site.name}:")
            for line in budget(gathered.site):
                opened = ", ".join(line.strings) or "no string"
                print(f"  {line.event}: {opened}" + (f" ({'; '.join(line.because)})" if line.because else ""))
        programs = len([p for p in compiled.programs.values() if not p.system]) if compiled else 0
        print(f"{errors} errors" if errors else f"{programs} programs, no errors")
    if errors:
        raise typer.Exit(1)


def _print_diagnostics(found: Iterable[Diagnostic], as_json: bool) -> None:
    if as_json:
        import msgspec

        print(msgspec.json.encode(list(found)).decode())
        return
    here = f"{Path.cwd()}/"
    for diagnostic in found:
        print(str(diagnostic).removeprefix(here))


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

"""A whole random program from a seed: types, globals, units, the PROGRAM, and the values of its inputs."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.lang.against_c.kinds import ALL, BOOL, DINT, INT, LREAL, REAL, TIME, Kind, literal
from tests.lang.against_c.shapes import C_TYPES, ST_TYPES, Row, leaves, shown, spelled
from tests.lang.against_c.statements import Writer
from tests.lang.against_c.terms import Place
from tests.lang.against_c.units import Maker, Unit
from tests.lang.against_c.variables import Variables, any_shape, counters

SCANS = 4
INPUTS: tuple[Kind, ...] = (INT, DINT, REAL, LREAL, BOOL, TIME)


@dataclass(frozen=True, slots=True)
class Trial:
    """The two texts; C's `main` prints the table of its scans."""

    seed: int
    st: str
    c: str


def trial(seed: int, steady: bool = False) -> Trial:
    chance = random.Random(seed)
    out = Writer()
    for line in ST_TYPES.splitlines():
        out.both(line, "")
    maker = Maker(chance, out, steady)
    maker.open = []
    for number, kind in enumerate(ALL):
        maker.globals.declare(f"g{number}", kind, chance)
    for variable in maker.globals.declared:
        maker.section("VAR_GLOBAL", variable.st)
    out.c[-1] = " ".join(f"static {line}" for line in maker.globals.fields())
    for number in range(chance.randrange(3)):
        _open(maker)
        maker.functions.append(maker.unit(f"f{number}", "FUNCTION"))
    for number in range(chance.randrange(3)):
        _open(maker)
        maker.blocks.append(maker.unit(f"b{number}", "FUNCTION_BLOCK"))
    body = _program(maker, chance)
    return Trial(seed, "\n".join(out.st) + "\n", "\n".join(
        ['#include "judge.h"', '#include "judge_texts.h"', C_TYPES, *out.c, body, ""]
    ))  # fmt: skip


def _open(maker: Maker) -> None:
    maker.open = []


def _program(maker: Maker, chance: random.Random) -> str:
    own, out = Variables(""), maker.out
    out.both("PROGRAM trial", "")
    inputs = [own.declare(f"in{n}", kind, chance, 0) for n, kind in enumerate(INPUTS)]
    for number, kind in enumerate(ALL):
        own.declare(f"v{number}", kind, chance)
    for number in range(chance.randrange(3, 7)):
        own.declare(f"a{number}", any_shape(chance), chance)
    loops = [own.declare(f"i{n}", kind, chance, 0, False) for n, kind in enumerate(counters(chance, 4))]
    for variable in own.declared:
        maker.section("VAR", variable.st)
    places = own.places + maker.globals.places
    instances = _instances(maker, places)
    out.c[-1] = " ".join(f"static {line}" for line in own.fields()) + instances[0] + " static void body(void) {"
    expressions = maker.expressions(places)
    places += maker.elements(own, expressions)
    unit = Unit("cell", None, variables=own)
    maker.open = [unit]
    statements = maker.statements(expressions, own, [Place(v.name, f"v_{v.name}", v.shape) for v in loops])  # type: ignore[arg-type]
    for block, st, c in instances[2]:
        statements.calls.append(lambda block=block, st=st, c=c: maker.call_block(block, st, c, expressions))  # type: ignore[misc]
    statements.write(chance.randrange(8, 22))
    out.both("END_PROGRAM", "done: ; }")
    starts = [*maker.globals.starts(), *own.starts(), *instances[1]]
    return _main(own, maker.globals, inputs, starts, chance)


def _instances(maker: Maker, places: list[Place]) -> tuple[str, list[str], list[tuple[Unit, str, str]]]:
    """Instances of every block, alone and in an array: their C, what starts them, how they are called."""
    c, starts, called = "", [], []
    for block in maker.blocks:
        name = f"k_{block.name}"
        maker.section("VAR", f"{name} : {block.name};")
        maker.section("VAR", f"{name}s : ARRAY[2..3] OF {block.name};")
        c += f" static {block.name} {name}, {name}s[2];"
        for st, place in ((name, name), (f"{name}s[2]", f"{name}s[0]"), (f"{name}s[3]", f"{name}s[1]")):
            starts.append(f"s_{block.name}(&{place});")
            called.append((block, st, place))
            fields = [(n, k) for n, k, _ in block.inputs] + block.outputs
            places += [Place(f"{st}.{n}", f"{place}.v_{n}", k, None, False) for n, k in fields]
    return c, starts, called


def _main(own: Variables, shared: Variables, inputs: list, starts: list[str], chance: random.Random) -> str:
    shown_places = [
        (f"{variable.name}{leaf.st}", f"v_{variable.name}{leaf.c}", leaf.kind)
        for variables in (own, shared)
        for variable in variables.declared
        for leaf in leaves(variable.shape)
    ]
    head = ",".join(
        ["t_ms", *(v.name for v in inputs), *(f'""?{st}""' if "," in st else f"?{st}" for st, _, _ in shown_places)]
    ).replace('""', '\\"')
    head += ",?Sys.ConversionFaults,?stops"
    prints = " ".join(shown(kind, c) for _, c, kind in shown_places)
    scans = []
    for scan in range(SCANS):
        given = [literal(kind, chance) for kind in INPUTS]
        sets = " ".join(f"v_{v.name} = {c};" for v, (_, c) in zip(inputs, given, strict=True))
        texts = ",".join([str(scan * 100), *(_field(st) for st, _ in given)])
        scans.append(f'{sets} printf("{texts}"); if (scan()) return 0;')
    return (
        f"static void show(void) {{ {prints} }}\n"
        "static bool scan(void) {\n    budget = 100000;\n    bool ended = setjmp(stopped) != 0;\n"
        "    if (!ended) body();\n    show();\n"
        '    printf(",%" PRIu32, conversion_faults);\n'
        '    if (ended) printf(",%s in line %d\\n", stop_kind, stop_line); else printf(",\\n");\n'
        "    return ended;\n}\n"
        f'int main(void) {{\n    {" ".join(starts)}\n    puts("{head}");\n    '
        + "\n    ".join(scans)
        + "\n    return 0;\n}"
    )


def _field(st: str) -> str:
    base, _, digits = st.rpartition("#")
    return str(int(digits, int(base))) if base in ("2", "8", "16") else st


__all__ = ["Row", "Trial", "spelled", "trial"]

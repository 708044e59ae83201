"""FUNCTIONs and FUNCTION_BLOCKs of a random program, and calls of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.lang.against_c.expressions import Expressions
from tests.lang.against_c.kinds import ALL, BOOL, INTEGERS, Kind
from tests.lang.against_c.shapes import CELL, ROWS, Record, Row, Shape, default, in_c, leaves, spelled
from tests.lang.against_c.statements import Statements, Writer
from tests.lang.against_c.terms import Place, Term, fresh, into
from tests.lang.against_c.variables import Variables, any_shape, counters, indexed


@dataclass(slots=True)
class Unit:
    """What a caller sees: inputs with their first values where they may be left out, references, outputs."""

    name: str
    result: Kind | None
    inputs: list[tuple[str, Kind, str]] = field(default_factory=list)
    references: list[tuple[str, Shape]] = field(default_factory=list)
    outputs: list[tuple[str, Kind]] = field(default_factory=list)
    variables: Variables = field(default_factory=lambda: Variables("me->"))


class Maker:
    """What all units of one program share: the texts, the globals, the functions made so far."""

    def __init__(self, chance: random.Random, out: Writer, steady: bool) -> None:
        self.random, self.out, self.steady = chance, out, steady
        self.globals = Variables("")
        self.functions: list[Unit] = []
        self.blocks: list[Unit] = []
        self.depth = 0

    # ------------------------------------------------------------ declarations

    def unit(self, name: str, word: str) -> Unit:
        """A FUNCTION or FUNCTION_BLOCK, written whole."""
        is_function = word == "FUNCTION"
        unit = Unit(name, self.random.choice((*ALL, *[BOOL] * 8)) if is_function else None)
        own = unit.variables
        own.prefix = "" if is_function else "me->"
        result = f" : {unit.result.spelled}" if unit.result else ""
        self.out.both(f"{word} {name}{result}", "")
        self.parameters(unit)
        self.locals(own, 2 if is_function else 4)
        kinds = counters(self.random, 2)
        loops = [own.declare(f"i{k}", kind, self.random, 0, False) for k, kind in enumerate(kinds)]
        for variable in own.declared[len(unit.inputs) + len(unit.outputs) :]:
            self.section("VAR", variable.st)
        head = self.head(unit, is_function)
        start = [f"{in_c(v.shape, f'v_{v.name}')};" for v in own.declared] if is_function else []
        if is_function and unit.result:
            start += [f"{unit.result.c} result = {default(next(leaves(unit.result)))};"]
            start += [
                line for line in own.starts() if not any(line.startswith(f"v_{name}") for name, _, _ in unit.inputs)
            ]
            start += [
                f"v_{n} = {'cut(' * (k.group == 'text')}p_{n}{f', {k.length})' * (k.group == 'text')};"
                for n, k, _ in unit.inputs
            ]
        self.out.c[-1] += self.block_type(unit, is_function) + head + " { " + " ".join(start)
        self.body(unit, loops, is_function)
        end = [f"*o_{n} = v_{n};" for n, _ in unit.outputs] if is_function else []
        self.out.both(f"END_{word}", f"done: ; {' '.join(end)} {'return result;' if is_function else ''} }}")
        return unit

    def parameters(self, unit: Unit) -> None:
        own, chance = unit.variables, self.random
        for number in range(chance.randrange(1, 4)):
            kind = chance.choice(ALL)
            variable = own.declare(f"p{number}", kind, chance, 0.3, writable=False)
            unit.inputs.append((variable.name, kind, variable.values[0] if ":=" in variable.st else ""))
            self.section("VAR_INPUT", variable.st)
        for number in range(chance.randrange(0, 3)):
            shape = chance.choice((*[k for k in ALL if k.group != "text"], CELL, ROWS[0]))
            unit.references.append((f"r{number}", shape))
            own.add(f"r{number}", f"(*r_r{number})", shape, writable=True)
            self.section("VAR_IN_OUT", f"r{number} : {spelled(shape)};")
        for number in range(chance.randrange(0, 3)):
            kind = chance.choice(ALL)
            unit.outputs.append((f"o{number}", kind))
            self.section("VAR_OUTPUT", own.declare(f"o{number}", kind, chance, 0.3).st)

    def section(self, word: str, line: str) -> None:
        self.out.both(f"{word} {line} END_VAR", "")

    def locals(self, own: Variables, count: int) -> None:
        for number in range(self.random.randrange(1, count + 1)):
            shape = any_shape(self.random) if self.random.random() < 0.4 else self.random.choice(ALL)
            own.declare(f"x{number}", shape, self.random)

    def head(self, unit: Unit, is_function: bool) -> str:
        places = [in_c(shape, f"(*r_{name})") for name, shape in unit.references]
        if not is_function:
            return f"static void u_{unit.name}({', '.join([f'{unit.name} *me', *places])})"
        given = [f"{kind.c} p_{name}" for name, kind, _ in unit.inputs]
        taken = [f"{kind.c} *o_{name}" for name, kind in unit.outputs]
        result = unit.result.c if unit.result else "void"
        return f"static {result} u_{unit.name}({', '.join(given + places + taken)})"

    def block_type(self, unit: Unit, is_function: bool) -> str:
        if is_function:
            return ""
        start = " ".join(unit.variables.starts())
        fields = " ".join(unit.variables.fields())
        return f"typedef struct {{ {fields} }} {unit.name}; static void s_{unit.name}({unit.name} *me) {{ {start} }} "

    def body(self, unit: Unit, loops: list, is_function: bool) -> None:
        own = unit.variables
        places = own.places + self.globals.places
        expressions = self.expressions(places)
        places += self.elements(own, expressions)
        statements = self.statements(
            expressions, own, [Place(v.name, f"{own.prefix}v_{v.name}", v.shape) for v in loops]
        )
        statements.write(self.random.randrange(2, 6), 1)
        if unit.result:
            value = expressions.wider(unit.result, 3)
            self.out.both(
                f"{unit.name} := {value.st};", Place("", "result", unit.result).store(into(value, unit.result))
            )

    def elements(self, own: Variables, expressions: Expressions) -> list[Place]:
        """Elements of arrays at computed indices."""
        found: list[Place] = []
        for variable in own.declared:
            if isinstance(variable.shape, Row):
                index = expressions.term(self.random.choice(INTEGERS), 1)
                found += indexed(variable, own.prefix, (index.st, index.c, index.kind), expressions.odds(0.97))
        return found

    def statements(self, expressions: Expressions, own: Variables, loops: list[Place]) -> Statements:
        wholes = {name: list(pairs) for name, pairs in own.wholes.items()}
        for name, pairs in self.globals.wholes.items():
            wholes.setdefault(name, []).extend(pairs)
        return Statements(self.out, expressions, loops, wholes, [], "goto done")

    def expressions(self, places: list[Place]) -> Expressions:
        made = Expressions(self.random, places, lambda kind, depth: self.call(made, kind, depth), self.steady)
        return made

    # ------------------------------------------------------------ calls

    def call(self, make: Expressions, kind: Kind, depth: int) -> Term | None:
        """A call of a FUNCTION with that result, or none where there is none."""
        fits = [unit for unit in self.functions if unit.result == kind]
        if not fits or self.depth > 2:
            return None
        unit = self.random.choice(fits)
        self.depth += 1
        made = self.call_of(unit, make, depth)
        self.depth -= 1
        return made

    def arguments(self, unit: Unit, make: Expressions, depth: int, named: bool) -> tuple[list, list, list] | None:
        """(name, term) of inputs, (name, texts) of references, (name, place) of outputs; None where none fits."""
        given = [
            (name, make.wider(kind, depth), kind)
            for name, kind, initial in unit.inputs
            if not (named and initial and make.odds(0.4))
        ]
        references = []
        for name, shape in unit.references:
            fits = [(p.st, p.c) for p in make.places if p.kind == shape and p.writable and not p.within]
            fits += self.wholes_in(make, shape)
            if not fits:
                return None
            references.append((name, self.random.choice(fits)))
        taken = []
        for name, kind in unit.outputs:
            fits = [p for p in make.places if p.writable and p.kind == kind]
            if named and fits and make.odds(0.6):
                taken.append((name, self.random.choice(fits)))
        return given, references, taken

    def wholes_in(self, make: Expressions, shape: Shape) -> list[tuple[str, str]]:
        if not isinstance(shape, Record | Row):
            return []
        first, inner = next((leaf.st, leaf.c) for leaf in leaves(shape))
        return [
            (p.st.removesuffix(first), p.c.removesuffix(inner))
            for p in make.places
            if p.writable and p.st.endswith(first) and self.is_whole(p.st.removesuffix(first), shape)
        ]

    def is_whole(self, st: str, shape: Shape) -> bool:
        known = [
            self.globals.wholes.get(spelled(shape), []),
            *(u.variables.wholes.get(spelled(shape), []) for u in [*self.open]),
        ]
        return any(st == name for pairs in known for name, _ in pairs)

    open: list[Unit]

    def call_of(self, unit: Unit, make: Expressions, depth: int) -> Term | None:
        named = make.odds(0.6)
        found = self.arguments(unit, make, depth, named)
        if found is None or unit.result is None:
            return None
        given, references, taken = found
        names = {name: fresh() for name, _, _ in given}
        lines = [f"{kind.c} {names[name]} = {into(term, kind)};" for name, term, kind in given]
        refs = [f"&{c}" for _, (_, c) in references]
        held = [fresh() for _ in refs]
        lines += [f"__auto_type {h} = {ref};" for h, ref in zip(held, refs, strict=True)]
        outs = {name: fresh() for name, _ in unit.outputs}
        lines += [f"{kind.c} {outs[name]};" for name, kind in unit.outputs]
        passed = (
            [names.get(name, initial) for name, _, initial in unit.inputs] + held + [f"&{o}" for o in outs.values()]
        )
        result = fresh()
        lines += [f"{unit.result.c} {result} = u_{unit.name}({', '.join(passed)});"]
        lines += [place.store(outs[name]) for name, place in taken]
        if named:
            texts = [f"{name} := {term.st}" for name, term, _ in given] + [f"{n} := {st}" for n, (st, _) in references]
            texts += [f"{name} => {place.st}" for name, place in taken]
        else:
            texts = [term.st for _, term, _ in given] + [st for _, (st, _) in references]
        return Term(f"{unit.name}({', '.join(texts)})", f"({{ {' '.join(lines)} {result}; }})", unit.result)

    def call_block(self, unit: Unit, st: str, c: str, make: Expressions) -> None:
        """A statement that calls an instance; what is not given keeps its value."""
        found = self.arguments(unit, make, 2, named=True)
        if found is None:
            return
        given, references, taken = found
        given = [item for item in given if make.odds(0.8)]
        lines = [Place("", f"{c}.v_{name}", kind).store(into(term, kind)) for name, term, kind in given]
        refs = "".join(f", &{reference}" for _, (_, reference) in references)
        lines.append(f"u_{unit.name}(&{c}{refs});")
        lines += [place.store(f"{c}.v_{name}") for name, place in taken]
        texts = [f"{name} := {term.st}" for name, term, _ in given] + [f"{n} := {st_}" for n, (st_, _) in references]
        texts += [f"{name} => {place.st}" for name, place in taken]
        self.out.both(f"{st}({', '.join(texts)});", " ".join(lines))

"""The typed intermediate representation: what both back ends run, bit for bit alike.

    ast.File --check--> Unit: routines over five kinds of memory --reference | native--> status

A routine is called with the memory it may touch. Every operand has its exact type; conversions are explicit;
whatever can stop a program carries the number of its fault site. Status 0 is success, any other the number of
the site (its index in ``Unit.faults``, counted from 1).

Memory (``Base``)
    SELF    the block instance, or the program's area
    TEMP    this call's own frame: VAR_TEMP, hidden temporaries, frames of called functions;
            starts as ``Routine.temp.initial`` at each call
    SITE    the process image: read only, but to the program that fills it
    GLOBAL  VAR_GLOBAL of the user's sources
    REF     what VAR_IN_OUT number ``Place.number`` refers to

Context, 16 bytes: i64 loop budget left at offset 0, i64 count of conversion faults at offset 8 (it wraps).

Evaluation is left to right. Integers wrap to their width; REAL rounds to binary32 after each operation.
What a program stored before it stopped stays stored. A BOOL in memory is TRUE when its byte is not 0.
A STRING whose length in memory exceeds its own is read at its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from plc.core.diagnostic import Span
from plc.lang.types import BOOL, DINT, Enumeration, Scalar, Struct, Type

CONTEXT_SIZE = 16
BUDGET_OFFSET = 0
CONVERSION_FAULTS_OFFSET = 8


class Base(StrEnum):
    SELF = "self"
    TEMP = "temp"
    SITE = "site"
    GLOBAL = "global"
    REF = "ref"


@dataclass(frozen=True, slots=True)
class Step:
    """One index on the way to a place: adds ``(index - first) * stride`` bytes.

    ``index`` is an integer of any width. Outside ``first..last`` the routine stops with ``fault``.
    """

    index: Expr
    first: int
    last: int
    stride: int
    fault: int


@dataclass(frozen=True, slots=True)
class OpenStep:
    """One index into the open array of VAR_IN_OUT ``number``, whose bounds came with the call.

    Adds ``(index - first) * stride * elements of the later dimensions`` bytes, with first and last of ``dimension``
    (from 0); ``stride`` is the element's. Outside first..last the routine stops with ``fault``.
    """

    index: Expr
    number: int
    dimension: int
    stride: int
    fault: int


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in memory: base + offset + the steps, evaluated left to right. ``number`` is the REF's.

    The steps of one place stay inside the object its base points to; two places of one base and no common byte
    never meet (a REF may meet anything but the context).
    """

    base: Base
    offset: int
    steps: tuple[Step | OpenStep, ...]
    type: Type
    number: int = 0


# ---------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Const:
    """``value``: bool for BOOL, int for integers, bit strings, times and enumerations, float for REAL (already
    rounded to its width) and LREAL."""

    value: bool | int | float
    type: Scalar | Enumeration


@dataclass(frozen=True, slots=True)
class Load:
    place: Place
    type: Scalar | Enumeration


class UnaryOp(StrEnum):
    """NEG wraps; NOT inverts a BOOL or each bit."""

    NEG = "neg"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Unary:
    op: UnaryOp
    operand: Expr
    type: Scalar


class BinaryOp(StrEnum):
    """Operands and result have one type. DIV and MOD truncate towards zero, MOD has the dividend's sign, the
    least integer / -1 wraps; an integer divisor of 0 stops with the fault. REAL and LREAL divide as IEEE 754 does
    and have no MOD. AND OR XOR work on BOOL and on the bits of integers (and evaluate both sides).
    MIN is ``a < b ? a : b``, MAX ``a > b ? a : b`` (so a NaN on the left yields b). POW is C's pow, on LREAL only.
    """

    ADD = "add"
    SUB = "sub"
    MUL = "mul"
    DIV = "div"
    MOD = "mod"
    AND = "and"
    OR = "or"
    XOR = "xor"
    MIN = "min"
    MAX = "max"
    POW = "pow"


@dataclass(frozen=True, slots=True)
class Binary:
    op: BinaryOp
    left: Expr
    right: Expr
    type: Scalar
    fault: int = 0


class CompareOp(StrEnum):
    """Ordered: a comparison with NaN is FALSE, but NE with NaN is TRUE (IEEE 754)."""

    EQ = "="
    NE = "<>"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


@dataclass(frozen=True, slots=True)
class Compare:
    """BOOL. Both sides have one elementary type or enumeration; BITS and UNSIGNED compare unsigned."""

    op: CompareOp
    left: Expr
    right: Expr


class TextOp(StrEnum):
    """What a MakeText makes; positions count bytes from 1, numbers are LINT.

    LEFT RIGHT (text, count)             as many bytes as there are; a count below 0 is 0
    MID (text, count, at)                the same from ``at`` on; nothing where the text has no ``at``
    CONCAT (text, text, ...)
    TO_UPPER TO_LOWER (text)             each letter of ASCII as a capital (small) one, every other byte as it is
    INSERT (text, other, at)             ``other`` after byte ``at``; the text alone where ``at`` is not 0..its length
    DELETE (text, count, at)             without ``count`` bytes from ``at`` on; all of it where it has no ``at``
    REPLACE (text, other, count, at)     ``other`` in their place; the text alone where it has no ``at``
    CHOOSE (number, text, text, ...)     text ``number`` counted from 0, the last for any other number
    LEAST GREATEST (text, text, ...)     the first that no other is below (above), compared as by TextCompare
    SHOW (number)                        an integer, bit string or enumeration in decimal digits; a REAL or LREAL as
        the shortest digits (at least one after the point) that C's strtod (for REAL rounded once more) reads back as
        the same: ``1.5``, from 1E7 (LREAL: 1E15) on and below 1E-4 as ``1.5E+10``; NaN, Infinity, -Infinity
    """

    LEFT = "left"
    RIGHT = "right"
    MID = "mid"
    CONCAT = "concat"
    TO_UPPER = "to_upper"
    TO_LOWER = "to_lower"
    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"
    CHOOSE = "choose"
    LEAST = "least"
    GREATEST = "greatest"
    SHOW = "show"


@dataclass(frozen=True, slots=True)
class MakeText:
    """A text, cut to the length of ``result``.

    ``result`` lies in TEMP, has no steps, and is room to make the text in: nothing but this node reads or writes it.
    The operands are evaluated from the left; the bytes of texts are read when all are.
    """

    op: TextOp
    operands: tuple[Expr | TextExpr, ...]
    result: Place

    @property
    def type(self) -> Type:
        return self.result.type


class ReadOp(StrEnum):
    """LEN (text): its bytes, an INT. FIND (text, other): where ``other`` first begins in it, from 1; 0 where nowhere
    or ``other`` is empty; an INT. NUMBER (text): the LREAL it spells, by C's strtod: digits with sign, point and
    exponent, blanks around; what is no such number, or longer than 100 bytes, is NaN and counts a conversion fault."""

    LEN = "len"
    FIND = "find"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class ReadText:
    op: ReadOp
    operands: tuple[TextExpr, ...]
    type: Scalar


@dataclass(frozen=True, slots=True)
class TextCompare:
    """BOOL. Byte-wise, a shorter text before a longer one it begins; both are read once both are found."""

    op: CompareOp
    left: TextExpr
    right: TextExpr


@dataclass(frozen=True, slots=True)
class ShortCircuit:
    """AND_THEN (``conjunction`` True) or OR_ELSE on BOOL: the right side only where it decides."""

    conjunction: bool
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Select:
    """``condition ? then : otherwise``, all three evaluated, in the order condition, then, otherwise."""

    condition: Expr
    then: Expr
    otherwise: Expr
    type: Scalar | Enumeration


class Rounding(StrEnum):
    """How a Convert to an integer treats what does not fit.

    WRAP keeps the low bits (between integers and bit strings; BOOL becomes 0 or 1; to BOOL is ``<> 0``).
    SATURATE limits to the target's range and counts a conversion fault (from integers).
    NEAREST rounds half to even, then as SATURATE; NaN becomes 0 and counts. TRUNCATE likewise towards zero.
    From REAL and LREAL to an integer only NEAREST and TRUNCATE exist; between integers those two are SATURATE.
    PATTERN keeps the bits, between REAL and DWORD, LREAL and LWORD; every NaN is the one NaN.
    To BOOL is ``<> 0`` whatever this field says (NaN is TRUE). To REAL or LREAL every conversion is the IEEE one,
    rounded once from the exact number, and this field is WRAP.
    """

    WRAP = "wrap"
    SATURATE = "saturate"
    NEAREST = "nearest"
    TRUNCATE = "truncate"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Convert:
    operand: Expr
    type: Scalar
    rounding: Rounding = Rounding.WRAP


@dataclass(frozen=True, slots=True)
class Check:
    """The operand, an integer of any width, as ``type``, where it lies in one of ``ranges`` (both ends included, values
    of ``type``). Elsewhere the routine stops with ``fault``; where that is 0, the value is ``otherwise`` and a
    conversion fault is counted."""

    operand: Expr
    ranges: tuple[tuple[int, int], ...]
    otherwise: int
    fault: int
    type: Scalar | Enumeration


@dataclass(frozen=True, slots=True)
class Again:
    """The operand once more, where one expression needs it several times: no conversion fault is counted again."""

    operand: Expr
    type: Scalar | Enumeration


class MathOp(StrEnum):
    """Elementary functions. On REAL: the C library's double function, rounded once to binary32.
    ABS of the least integer wraps and works on integers too."""

    ABS = "abs"
    SQRT = "sqrt"
    LN = "log"
    LOG = "log10"
    EXP = "exp"
    SIN = "sin"
    COS = "cos"
    TAN = "tan"
    ASIN = "asin"
    ACOS = "acos"
    ATAN = "atan"


@dataclass(frozen=True, slots=True)
class Math:
    op: MathOp
    operand: Expr
    type: Scalar


@dataclass(frozen=True, slots=True)
class Atan2:
    y: Expr
    x: Expr
    type: Scalar


class ShiftOp(StrEnum):
    """A shift by the width or more, or by a negative number, gives 0; a rotation is taken modulo the width, so one
    by a negative number turns the other way."""

    SHL = "shl"
    SHR = "shr"
    ROL = "rol"
    ROR = "ror"


@dataclass(frozen=True, slots=True)
class Shift:
    """``operand`` a bit string or unsigned integer; ``by`` a DINT."""

    op: ShiftOp
    operand: Expr
    by: Expr
    type: Scalar


class BoundOp(StrEnum):
    """LOWER and UPPER of one dimension; COUNT of all elements."""

    LOWER = "lower"
    UPPER = "upper"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Bound:
    """What came with the open array of VAR_IN_OUT ``number``, as DINT. ``dimension`` counts from 0."""

    op: BoundOp
    number: int
    dimension: int
    type: Scalar = DINT


class FoldOp(StrEnum):
    """SUM adds into 8 lanes: element i (from 0) into lane i mod 8, each lane starting at +0.0; then
    ((0+4)+(2+6)) + ((1+5)+(3+7)), rounding each addition to the element's type. Integers wrap.
    LEAST and GREATEST start with the first element and replace it by each later one that is < (>) it."""

    SUM = "sum"
    LEAST = "least"
    GREATEST = "greatest"


@dataclass(frozen=True, slots=True)
class Fold:
    """Over ``count`` neighbouring elements of ``type`` from ``place`` on. ``count`` is a DINT, at most ``limit``
    (of an open array its Bound COUNT); below 0 or above ``limit`` stops with ``fault``; 0 gives 0. (AVG is lowered to
    SUM / count.)
    The steps of ``place`` are evaluated before ``count``. Not on BOOL."""

    op: FoldOp
    place: Place
    count: Expr
    limit: int | Bound
    type: Scalar
    fault: int


@dataclass(frozen=True, slots=True)
class CallFunction:
    """Calls ``routine`` with the TEMP frame at ``frame`` (its type is the routine's instance) and gives ``result``.

    In order: the frame takes its initial image, ``arguments`` are evaluated and stored into it, ``refs`` are found,
    the routine runs with the frame as its SELF (a status other than 0 stops the caller with that status),
    ``outputs`` are copied out of the frame, ``result`` is loaded. ``frame`` has no steps. A result that is a STRING is
    a text; one that is a STRUCT or ARRAY has no value here: the call stands in an Evaluate, and what follows reads
    ``result``.
    """

    routine: str
    frame: Place
    arguments: tuple[Assign | CopyText | Copy, ...]
    refs: tuple[Place, ...]
    outputs: tuple[Assign | CopyText | Copy, ...]
    result: Place
    type: Type


Expr = (
    Const | Load | Unary | Binary | Compare | TextCompare | ReadText | ShortCircuit | Select | Convert | Math | Atan2
    | Shift | Fold | Bound | Check | Again | CallFunction
)  # fmt: skip

TextExpr = Place | bytes | MakeText | CallFunction
"""Where a text comes from; a CallFunction has a STRING as its type."""


def as_text(operand: Expr | TextExpr) -> TextExpr | None:
    """An operand of MakeText where it is a text, else None."""
    if isinstance(operand, CallFunction):
        return None if isinstance(operand.type, Scalar | Enumeration) else operand
    return operand if isinstance(operand, Place | bytes | MakeText) else None


def as_value(operand: Expr | TextExpr) -> Expr:
    """The other operands of MakeText; TypeError for a text."""
    if isinstance(operand, Place | bytes | MakeText):
        raise TypeError("a text is no number")
    return operand


def type_of(expression: Expr) -> Type:
    """The type of a value; what compares or decides is BOOL."""
    match expression:
        case Compare() | TextCompare() | ShortCircuit():
            return BOOL
        case _:
            return expression.type


# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Assign:
    """The value is evaluated first, then the place's steps. NaN is stored as 7fc00000 (7ff8000000000000).
    A BOOL is stored as 0 or 1; one that is a Load alone is moved as the byte it is.

    In Copy and CopyText, too, the source's steps come before the target's; bytes are read once both are found.
    """

    place: Place
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Copy:
    """The bytes of a whole STRUCT or ARRAY of one type, as if read before written."""

    place: Place
    source: Place
    span: Span


@dataclass(frozen=True, slots=True)
class CopyText:
    """A text, as if read before written, cut to the target's length; the rest of the target (the byte that makes its
    size even, too) becomes 0."""

    place: Place
    source: TextExpr
    span: Span


@dataclass(frozen=True, slots=True)
class Evaluate:
    """An expression for its effects (a function called as a statement)."""

    value: Expr | MakeText
    span: Span


@dataclass(frozen=True, slots=True)
class CallBlock:
    """Runs ``routine`` on the instance at ``instance``; a status other than 0 stops the caller with it.

    Inputs were assigned before, outputs are read after, by statements of their own. The steps of ``instance`` are
    evaluated, then those of ``refs``.
    """

    routine: str
    instance: Place
    refs: tuple[Place, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    condition: Expr
    then: tuple[Stmt, ...]
    otherwise: tuple[Stmt, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Arm:
    """``ranges`` holds (first, last), both included."""

    ranges: tuple[tuple[int, int], ...]
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The first arm that holds the selector runs, else ``otherwise``. The selector is an integer, a bit string or an
    enumeration; a range may reach past its type, which then holds no value there."""

    selector: Expr
    arms: tuple[Arm, ...]
    otherwise: tuple[Stmt, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    """First, last and step are evaluated once, in this order, all of the variable's type (an integer; UNSIGNED runs
    up only). A step of 0 stops with ``step_fault``.

    The number of runs n (exact, never wrapped) is charged to the loop budget at once; a budget below n (or below 0)
    stops with ``budget_fault`` before the first run, nothing charged, the variable untouched. The variable is set to
    ``first`` even when n is 0, else to first, first + step, ... before each run: after the loop it keeps the last
    value the body saw. ``variable`` has no steps. The body does not write it; the count would not follow if it did.
    """

    variable: Place
    first: Expr
    last: Expr
    step: Expr
    body: tuple[Stmt, ...]
    step_fault: int
    budget_fault: int
    span: Span


@dataclass(frozen=True, slots=True)
class Loop:
    """WHILE (``test_first``) runs while the condition is TRUE, REPEAT until it is TRUE.

    Each run of the body takes 1 from the budget first; at 0 left or less it stops with ``fault``. In a WHILE the
    condition is evaluated before the budget is charged; CONTINUE goes to the condition.
    """

    condition: Expr
    body: tuple[Stmt, ...]
    test_first: bool
    fault: int
    span: Span


@dataclass(frozen=True, slots=True)
class Exit:
    span: Span


@dataclass(frozen=True, slots=True)
class Continue:
    span: Span


@dataclass(frozen=True, slots=True)
class Return:
    span: Span


Stmt = Assign | Copy | CopyText | Evaluate | CallBlock | If | Case | For | Loop | Exit | Continue | Return

# ---------------------------------------------------------------- units


@dataclass(frozen=True, slots=True)
class Reference:
    """A VAR_IN_OUT of a routine. A constant one is neither written nor passed on as one that is not constant.

    Where ``type`` is an open Array, each call also passes the bounds: those of the argument's type, or, where that is
    open itself, the bounds that came with the caller's own reference. (Such an argument is the whole reference.)
    """

    name: str
    type: Type
    constant: bool


@dataclass(frozen=True, slots=True)
class Routine:
    """The body of a POU: ``instance`` is what SELF points to, ``temp`` the frame of one call."""

    name: str
    instance: Struct
    temp: Struct
    refs: tuple[Reference, ...]
    body: tuple[Stmt, ...]
    span: Span


class FaultKind(StrEnum):
    DIVISION = "division by zero"
    INDEX = "index out of range"
    STEP = "FOR step of 0"
    BUDGET = "loop budget exhausted"
    RANGE = "value outside its sub-range"


@dataclass(frozen=True, slots=True)
class FaultSite:
    """Where a program can stop. ``text`` is the expression as written."""

    kind: FaultKind
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """Everything one program needs to run: routines by name (callees before callers), the entry among them."""

    entry: str
    routines: tuple[Routine, ...]
    faults: tuple[FaultSite, ...]
    site: Struct
    globals: Struct

    def routine(self, name: str) -> Routine:
        return next(routine for routine in self.routines if routine.name == name)

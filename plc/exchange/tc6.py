"""What PLCopen TC6 2.01 calls things, as far as Structured Text and charts need it."""

from __future__ import annotations

from plc.lang import ast
from plc.lang.parse.tokens import kinds

NAMESPACE = "http://www.plcopen.org/xml/tc6_0201"
READ = (NAMESPACE, "http://www.plcopen.org/xml/tc6_0200")
"""2.0 has the same elements for all that is read here."""
XHTML = "http://www.w3.org/1999/xhtml"

_CODESYS = "http://www.3s-software.com/plcopenxml"
ATTRIBUTES = f"{_CODESYS}/attributes"
METHOD = f"{_CODESYS}/method"
PROPERTY = f"{_CODESYS}/property"
MIXED = f"{_CODESYS}/mixedattrsvarlist"
NESTED = {"pou": f"{_CODESYS}/pou", "dataType": f"{_CODESYS}/datatype", "globalVars": f"{_CODESYS}/globalvars"}
"""Additional data as CODESYS names it: {attribute ...} of what it stands in, a method or property of a block, one
variable list as several with flags of their own, and, in the export of a device, units, types and globals."""
OURS = "https://www.cellkeeper.example/plcopen"
"""Additional data of our own, as text: what the format has no place for."""
FILE = "file"
"""The note on a configuration that holds the VAR_GLOBALs of files."""

SECTIONS = {
    ast.Section.VAR: "localVars",
    ast.Section.TEMP: "tempVars",
    ast.Section.INPUT: "inputVars",
    ast.Section.OUTPUT: "outputVars",
    ast.Section.IN_OUT: "inOutVars",
    ast.Section.EXTERNAL: "externalVars",
    ast.Section.GLOBAL: "globalVars",
}
POU_TYPES = {
    ast.PouKind.PROGRAM: "program",
    ast.PouKind.FUNCTION: "function",
    ast.PouKind.FUNCTION_BLOCK: "functionBlock",
}
ELEMENTARY = kinds("BOOL BYTE WORD DWORD LWORD SINT INT DINT LINT USINT UINT UDINT ULINT REAL LREAL TIME DATE DT TOD")
UNSIGNED = kinds("USINT UINT UDINT ULINT")
LANGUAGES = {"IL": "an instruction list", "FBD": "a function block diagram", "LD": "a ladder diagram"}

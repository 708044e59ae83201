"""Checks a set of sources and lowers them to IR; the door is plc/lang/compile.py.

ast.File --declared.py--> names --pou.py--> layouts --statements, expressions--> ir.Routine + Facts --rules--> advice
"""

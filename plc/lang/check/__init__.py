"""Checks a set of sources and lowers them to IR; the door is plc/lang/compile.py.

ast.File --declared.py--> names --interface_of.py--> layouts --lower.py--> ir.Routine + Facts (for plc/lang/rules)
"""

"""Floor 1: Structured Text to a typed IR and its two back ends. Pure.

What is handed on is a file here; what is done with it is a folder.

    Source --parse/--> ast.File --check/--> ir.Unit --reference/ or native/--> runner.Runner
    source.py          ast.py               ir.py, program.py                  runner.py

``compile.py`` is the door: it reads, checks (``check/``, ``rules/``) and hands out the programs. What each file and
folder is for stands in ``docs/architecture.md``; which of them may import which, in ``tests/test_floors.py``.
"""

"""Random programs in Structured Text beside the same programs in C: the judge of checker, lowering and back ends.

    one description --> Structured Text --compile_set--> both back ends --\\
                   \\--> C (with c/judge.h) --gcc -O0, -O2--> a table -------> every variable after every scan

Nothing here knows plc.lang: precedence, widths, widening and rounding are written anew from docs/language.md.
"""

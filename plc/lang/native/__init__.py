"""The native back end: the IR as machine code, bit for bit what the reference computes.

Unit --emit--> LLVM IR text --compile_object--> object bytes          (compiler process)
object bytes --load--> Loaded --bind--> Runner                        (engine process)
"""

from plc.lang.native.emit import emit
from plc.lang.native.load import Loaded, load
from plc.lang.native.object import compile_object, object_hash

__all__ = ["Loaded", "compile_object", "emit", "load", "object_hash"]

"""Puts fields behind each other as a C compiler would, and keeps the image of their initial values."""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.lang.types import Field, Role, Struct, Type, align


@dataclass(slots=True)
class Layout:
    """A structure being laid out: ``add`` field by field, then ``finish``."""

    fields: list[Field] = field(default_factory=list)
    image: bytearray = field(default_factory=bytearray)
    alignment: int = 1

    def add(
        self,
        name: str,
        type: Type,
        initial: bytes,
        role: Role = Role.LOCAL,
        retain: bool = False,
        constant: bool = False,
        unit: str = "",
    ) -> Field:
        """Appends a field at the next aligned offset; ``initial`` is its image, ``type.size`` bytes."""
        offset = align(len(self.image), type.alignment)
        placed = Field(name, type, offset, role, retain, constant, unit)
        self.image.extend(bytes(offset - len(self.image)))
        self.image.extend(initial)
        self.alignment = max(self.alignment, type.alignment)
        self.fields.append(placed)
        return placed

    def finish(self, name: str, block: str = "") -> Struct:
        """The structure, padded to a multiple of its alignment."""
        size = align(len(self.image), self.alignment)
        image = bytes(self.image).ljust(size, b"\0")
        return Struct(name, tuple(self.fields), size, self.alignment, image, block)

    def copy(self) -> Layout:
        return Layout(list(self.fields), bytearray(self.image), self.alignment)

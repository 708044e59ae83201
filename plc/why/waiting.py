"""What keeps a latched breaker from its reset."""

from __future__ import annotations

from plc.core.plan import Plan
from plc.engine.image import ImageReader
from plc.why.legs import Sources, asking, breaker_number, waits_for


def waiting(image: ImageReader, plan: Plan, sources: Sources) -> dict[str, list[str]]:
    """{a latched breaker that may not be reset yet: what each call waits for}."""
    latched = {
        breaker.number: breaker.name
        for breaker in plan.breakers
        if image.read(f"Breakers.{breaker.name}.Latched") and not image.read(f"Breakers.{breaker.name}.Resettable")
    }
    found: dict[str, list[str]] = {name: [] for name in latched.values()}
    for call in asking(image) if latched else ():
        name = latched.get(breaker_number(image, call))
        text = waits_for(image, call, sources.lines(image.set_hash, call.call.file)) if name else ""
        if name and text:
            found[name].append(text)
    return found

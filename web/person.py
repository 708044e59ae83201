"""Who is at the page: a name typed there, not proven; everybody on this machine may do what an engineer may.

Until there is sign-in the page listens on loopback only, and the journal says of each name how it was come by.
"""

from __future__ import annotations

from flask import abort

from plc.commands import ENGINEER

ROLE = ENGINEER
NAME_MOST = 60
REASON_MOST = 300
HOW = "not signed in, on this machine"


def named(who: str) -> str:
    """The name as the journal keeps it; 400 without one."""
    who = " ".join(who.split())
    if not who:
        abort(400, "nobody is named; type your name at the top of the page")
    if len(who) > NAME_MOST:
        abort(400, f"the name has {len(who)} letters; use at most {NAME_MOST}")
    return f"{who} ({HOW})"


def given(reason: str) -> str:
    """The reason; 400 without one."""
    reason = " ".join(reason.split())
    if not reason:
        abort(400, "no reason is given; write why in a few words")
    if len(reason) > REASON_MOST:
        abort(400, f"the reason has {len(reason)} letters; use at most {REASON_MOST}")
    return reason

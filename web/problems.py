"""What a problem of a program means: its page, as the compiler's messages link to it.

GET /problems/S014
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template

from plc.lang.problem_pages import NoPage, page

problems = Blueprint("problems", __name__)


@problems.get("/problems/<code>")
def problem(code: str) -> Response:
    """The page of a code as plain HTML; 404 with the near codes for one that does not exist."""
    try:
        found = page(code)
    except NoPage as exc:
        abort(404, str(exc))
    return make_response(render_template("problem.html", page=found))

"""JSON in and out, and errors a person can act on."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

T = TypeVar("T")


def json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, mimetype="application/json")


def asked(kind: type[T]) -> T:
    """The request's JSON as ``kind``; what does not fit is answered with 400, the place and what was expected."""
    if request.mimetype != "application/json":
        abort(415, "a write is JSON; send it with Content-Type: application/json")
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.DecodeError, RecursionError) as exc:
        abort(400, f"{exc}; load the page again")


def tell_errors(app: Flask) -> None:
    """Every error is JSON {"error": what, and the cure} under /api, plain text elsewhere."""

    @app.errorhandler(HTTPException)
    def told(error: HTTPException) -> Response:
        text = error.description or error.name
        status = error.code or 500
        if request.path.startswith("/api/"):
            return json({"error": text}, status)
        return Response(f"{status}: {text}\n", status, mimetype="text/plain")

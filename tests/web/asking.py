"""A browser without its screen: the application's own test client, with the token its pages carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from plc.core.run_paths import RunPaths
from web.app import create_app
from web.running import Running

BASE = "http://127.0.0.1:8700"


@dataclass(frozen=True)
class Said:
    """An answer: its status and its JSON."""

    status: int
    json: Any

    @property
    def error(self) -> str:
        return str(self.json["error"])


class Asking:
    """One browser at the page of one controller."""

    def __init__(self, run: RunPaths, state: Path, site: Path) -> None:
        self.app = create_app(Running.of(run, state, site))
        self._client: FlaskClient = self.app.test_client()
        shell = self._client.get("/programs", base_url=BASE).get_data(as_text=True)
        self._token = re.findall(r'name="token" content="([0-9a-f]+)"', shell)[0]

    def get(self, path: str) -> Said:
        answer = self._client.get(path, base_url=BASE)
        return Said(answer.status_code, answer.get_json())

    def post(self, path: str, **content: object) -> Said:
        headers = {"X-Cellkeeper-Token": self._token, "Origin": BASE}
        answer = self._client.post(path, base_url=BASE, json=content, headers=headers)
        return Said(answer.status_code, answer.get_json())

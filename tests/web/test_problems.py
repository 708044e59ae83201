"""The pages of problems: what a code means, from any browser, without a script."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from web.problems import problems


def client() -> FlaskClient:
    app = Flask("problems", template_folder="../../web/templates", root_path=__file__.rpartition("/")[0])
    app.register_blueprint(problems)
    return app.test_client()


def test_a_code_has_its_page():
    answer = client().get("/problems/s014")
    assert answer.status_code == 200
    shown = answer.get_data(as_text=True)
    assert "S014: a comparison with NaN" in shown
    assert "NOT IS_VALID(x)" in shown


def test_what_stands_in_an_example_is_shown_and_not_read_as_html():
    shown = client().get("/problems/P018").get_data(as_text=True)
    assert "13.2 &lt; v &lt; 14.1" in shown


def test_a_code_that_does_not_exist_is_not_found():
    assert client().get("/problems/S999").status_code == 404
    assert client().get("/problems/..%2f..%2fetc%2fpasswd").status_code == 404
    assert client().get("/problems/<script>").status_code == 404

# Sourced by ./demo and ./test: makes .venv hold what pyproject.toml asks for. python3 (3.11 or newer) with venv is all it needs.
# usage: environment EXTRAS      (EXTRAS is "" or "[dev]")
environment() {
    local extras=$1 stamp=".venv/installed$1" wanted made
    wanted=$(cat pyproject.toml | sha256sum)
    for made in "$stamp" ".venv/installed[dev]"; do # with the tools for development everything is there
        if [ -f "$made" ] && [ "$(cat "$made")" = "$wanted" ]; then return; fi
    done
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
        echo "Python 3.11 or newer is needed; install it (Debian: apt-get install python3 python3-venv)" >&2
        return 1
    }
    [ -x .venv/bin/python ] || python3 -m venv .venv || {
        echo "python3 cannot make a virtual environment; install its venv module (Debian: apt-get install python3-venv)" >&2
        return 1
    }
    echo "Installing what Cellkeeper needs into .venv (once) ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".$extras"
    echo "$wanted" >"$stamp"
}

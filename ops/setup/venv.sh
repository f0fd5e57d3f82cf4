#!/bin/sh
# Makes .venv from the hashed lock and installs the project into it. Uses uv when it is there, else pip.
set -eu
cd "$(dirname "$0")/../.."
# Each run is for one interpreter; a half-made environment is thrown away.
[ -f .venv/.ready ] || rm -rf .venv
rm -f .venv/.ready
if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
    [ -d .venv ] || UV_PYTHON_DOWNLOADS=never uv venv --quiet --seed --python "$(sh ops/setup/python.sh)" .venv
    VIRTUAL_ENV="$PWD/.venv" uv pip install --quiet --require-hashes --only-binary :all: -r requirements-dev.lock
else
    [ -d .venv ] || "$(sh ops/setup/python.sh)" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
touch .venv/.ready

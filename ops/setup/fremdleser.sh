#!/bin/sh
# Two readers of XJustiz that others wrote (openXJV, xjustiz2pdf: GPL) for tests/xjustiz/test_xjustiz_fremdleser.py,
# in a folder of their own. Tests run them as a process; nothing of them is imported or shipped.
set -u
ziel=${1:-var/fremdleser}
liste=requirements-fremdleser.lock
[ -f "$ziel/.ready" ] && [ ! "$liste" -nt "$ziel/.ready" ] && exit 0
python=${PYTHON:-.venv/bin/python}
echo "Hole die fremden XJustiz-Leser für die Tests ..."
rm -rf "$ziel" && mkdir -p "$ziel"
if "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --only-binary :all: \
    --require-hashes --no-compile --target "$ziel" -r "$liste" >/dev/null 2>&1; then
    touch "$ziel/.ready"
else
    rm -rf "$ziel"
    echo "Die fremden Leser ließen sich nicht laden: ihre Tests werden übersprungen."
fi

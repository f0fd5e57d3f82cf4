#!/bin/sh
# Prints the first interpreter that runs, is 3.11 to 3.13 and can make a virtual environment.
# Candidates are tried by running them: a version manager's shim may exist on PATH and still fail.
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 "$HOME"/.pyenv/versions/3.1[123]*/bin/python3; do
    if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
        echo "$candidate"
        exit 0
    fi
done
echo "No Python 3.11, 3.12 or 3.13 with venv found. On Debian: apt install python3 python3-venv" >&2
exit 1

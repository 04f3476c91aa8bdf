#!/bin/sh
# Print the path of a Python that is new enough, or say what is missing and fail.
# PYTHON, when set, is the only one tried. 3.12 and 3.11 come first: for them a Redis server is among the wheels.

new_enough() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for candidate in ${PYTHON:-python3.12 python3.11 python3.13 python3.14 python3 python}; do
    if found="$(command -v "$candidate" 2>/dev/null)" && new_enough "$found"; then
        echo "$found"
        exit 0
    fi
done

if [ -n "$PYTHON" ]; then
    echo "PYTHON=$PYTHON is not a working Python 3.11 or newer with the module venv." >&2
else
    echo "Python 3.11 or newer with the module venv is needed and was not found." >&2
    echo "Install it (for example: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.12" >&2
fi
exit 1

#!/bin/sh
# ops/fuzz.sh SECONDS: each target runs that long, two at a time. Corpora and findings stay under var/fuzz.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?usage: ops/fuzz.sh SECONDS}
python=${PYTHON:-.venv/bin/python}
mkdir -p var/fuzz
failed=0

# "run" leaves its processor time at the end of the log: a busy machine gives a target less of it than its seconds.
run() {
    folder="var/fuzz/$1"
    status=0
    nice -n 19 "$python" -m "fuzz.fuzz_$1" "$folder/corpus" -max_total_time="$seconds" \
        -artifact_prefix="$folder/findings/" -print_final_stats=1 || status=$?
    times
    return "$status"
}

start() {
    mkdir -p "var/fuzz/$1/corpus" "var/fuzz/$1/findings"
    (run "$1") >"var/fuzz/$1/log" 2>&1 &
}

finish() {
    if wait "$2"; then
        runs=$(grep -o 'stat::number_of_executed_units: *[0-9]*' "var/fuzz/$1/log" | tail -n 1 | grep -o '[0-9]*$')
        echo "$1: no finding in $runs runs, processor time (user, system) $(tail -n 1 "var/fuzz/$1/log")"
    else
        failed=1
        echo "$1: finding, see var/fuzz/$1/log and var/fuzz/$1/findings"
    fi
}

start mime
mime=$!
start envelope
envelope=$!
finish mime "$mime"
start message
message=$!
finish envelope "$envelope"
finish message "$message"
exit "$failed"

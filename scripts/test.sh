#!/usr/bin/env bash
# Everything that must pass before a change is taken. The first failure ends it with a non-zero status.
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

current=Start
announce() {
    current=$2
    printf '[%s/8] %s\n' "$1" "$2"
}

conclude() {
    local status=$?
    if ((status == 0)); then
        echo "All tests passed in ${SECONDS} s."
    else
        echo "FAILED after ${SECONDS} s in: $current"
    fi
}
trap conclude EXIT

announce 1 "Setup"
scripts/setup.sh test

announce 2 "Style of the Swift code"
scripts/style.sh lint

announce 3 "Debug build with tests"
swift build --build-tests

announce 4 "Unit and socket tests"
# All at once, a test waits for its next turn longer than the time-outs that it is about.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4
# First what only computes: beside it, sockets would starve of the time that their tests allow.
pure='^(JSON|Framing|Dialects)Tests\.'
swift test --skip-build --parallel --filter "$pure"
swift test --skip-build --parallel --skip "$pure"

announce 5 "Linkage"
scripts/check-linkage.sh "$debug_binary"

announce 6 "SDK tests"
MARTLET_BINARY=$PWD/$debug_binary .venv/bin/python -m pytest -q Tests/sdk

announce 7 "Fuzzing"
# A minute in all, besides as much to build: it repeats what earlier runs found and looks a little further.
fuzz_log=.build/fuzz.log
{
    scripts/fuzz.sh --if-possible 40 Dialects && scripts/fuzz.sh --if-possible 10 JSON Framing
} >"$fuzz_log" 2>&1 || {
    tail -n 60 "$fuzz_log"
    exit 1
}
grep -E '^(Skipped|stat::number_of_executed_units|[0-9]+ inputs)' "$fuzz_log"

announce 8 "Optimised build"
# It refuses some things that a debug build takes.
scripts/build.sh release

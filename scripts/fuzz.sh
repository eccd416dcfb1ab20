#!/usr/bin/env bash
# Builds and runs the libFuzzer targets in turn: fuzz.sh [SECONDS for each]. What crashes one is kept in
# .build/fuzz/NAME/, together with the inputs found interesting, with which the next run begins.
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

seconds=${1:-60}
scripts/setup.sh run

# fuzz NAME: fuzzes the module Sources/NAME through Fuzz/NAME. Both are compiled as one module: sanitizer coverage is
# wanted in the parser, and these two modules import nothing but the standard library.
fuzz() {
    local name=$1 directory=.build/fuzz/$1 binary=.build/fuzz-${1,,} sources=()
    [[ -d Fuzz/$name ]] || fail "no fuzz target in Fuzz/$name"
    mapfile -t sources < <(find "Sources/$name" "Fuzz/$name" -name '*.swift' | sort)
    mkdir -p "$directory/corpus"
    step "Building the fuzz target $name"
    swiftc -sanitize=fuzzer -parse-as-library -O -swift-version 6 -package-name martlet "${sources[@]}" -o "$binary"
    step "Fuzzing $name for $seconds s"
    env -u SWIFT_DETERMINISTIC_HASHING SWIFT_BACKTRACE=enable=no "$binary" \
        -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$directory/" "$directory/corpus"
}

fuzz JSON
fuzz Framing

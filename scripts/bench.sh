#!/usr/bin/env bash
# Builds optimised, measures the gateway against nginx and, last, the parsers alone: bench.sh [options of bench/run.py].
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

scripts/setup.sh bench
if [[ " $* " != *" --gateway-binary"* ]]; then
    scripts/build.sh release
    scripts/build.sh microbench
fi
unset SWIFT_DETERMINISTIC_HASHING
exec python3 bench/run.py "$@"

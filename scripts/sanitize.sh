#!/usr/bin/env bash
# Runs the Swift tests under a sanitizer: sanitize.sh thread|address. Each has a build directory of its own, so that
# the usual build stays warm.
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

case ${1:-} in
    thread | address) ;;
    *) fail "usage: $0 thread|address" ;;
esac
scripts/setup.sh run
# Swift packs the pointers to its side tables, where the leak detector does not find them: it reports even an empty run.
# What must not leak is counted by tests of its own.
export ASAN_OPTIONS=detect_leaks=0
# One test at a time: all at once, the many-fold cost of a sanitizer starves sockets of the time that their tests allow.
# The soak measures memory, and a sanitizer has its own.
swift test --no-parallel --skip SoakTests --sanitize="$1" --scratch-path ".build-$1"

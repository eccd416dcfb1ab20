#!/usr/bin/env bash
# Builds the program: build.sh [release|debug|microbench]. The last is the measuring program, built as the first is.
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

scripts/setup.sh run
case ${1:-release} in
    release)
        swift build "${release_flags[@]}" --product martlet
        step "Built $release_binary"
        ;;
    debug)
        swift build --product martlet
        step "Built $debug_binary"
        ;;
    microbench)
        swift build "${release_flags[@]}" --product microbench
        step "Built $microbench_binary"
        ;;
    *) fail "usage: $0 [release|debug|microbench]" ;;
esac

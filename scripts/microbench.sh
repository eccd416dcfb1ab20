#!/usr/bin/env bash
# Builds optimised and measures the parsers and writers without any network.
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

scripts/build.sh microbench >&2
unset SWIFT_DETERMINISTIC_HASHING
exec "$microbench_binary"

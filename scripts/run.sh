#!/usr/bin/env bash
# Builds optimised and becomes the gateway, so that signals to this process reach it: run.sh [options of serve].
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

# Standard output belongs to the log of the server.
scripts/build.sh release >&2
unset SWIFT_DETERMINISTIC_HASHING
exec "$release_binary" serve "$@"

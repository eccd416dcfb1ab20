# shellcheck shell=bash
# Settings shared by every script here; to be sourced, not run. Leaves the shell in the root of the repository.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Hash seeds fixed at build and test time make compiler output and test order repeatable. The running server must
# have random seeds (a fixed seed invites collision attacks), so whatever starts a server unsets this again.
export SWIFT_DETERMINISTIC_HASHING=1

# The one place for the flags of the optimised build: static runtime libraries, so that the file runs on a machine
# without Swift and starts faster; no run-time exclusivity checks, which the compiler already makes where it can.
# shellcheck disable=SC2034
release_flags=(-c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked)
# shellcheck disable=SC2034
release_binary=.build/release/martlet
# shellcheck disable=SC2034
microbench_binary=.build/release/microbench
# shellcheck disable=SC2034
debug_binary=.build/debug/martlet

# Recorded provider traffic is optional: tests that read it skip themselves when the variable is not set.
if [[ -z ${MARTLET_FIXTURES:-} && -d ../shared/fixtures ]]; then
    MARTLET_FIXTURES=$(cd ../shared/fixtures && pwd)
fi
[[ -z ${MARTLET_FIXTURES:-} ]] || export MARTLET_FIXTURES

step() {
    printf '==> %s\n' "$*"
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

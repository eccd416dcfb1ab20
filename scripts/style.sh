#!/usr/bin/env bash
# Checks or rewrites the style of all Swift code that there is: style.sh lint|format.
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

paths=()
for path in Package.swift Sources Tests Fuzz; do
    [[ ! -e $path ]] || paths+=("$path")
done

case ${1:-} in
    lint) swift format lint --strict --parallel --recursive "${paths[@]}" ;;
    format) swift format format --in-place --parallel --recursive "${paths[@]}" ;;
    *) fail "usage: $0 lint|format" ;;
esac

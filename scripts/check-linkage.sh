#!/usr/bin/env bash
# Fails when the program needs Foundation or its ICU data: check-linkage.sh BINARY.
#
# One careless import costs some 40 MB of libraries and their start-up time, and shows nowhere else. The test wants
# a dynamically linked build: the libraries leave no trace in a static one. FoundationEssentials is small and allowed.
set -euo pipefail

binary=${1:?usage: check-linkage.sh BINARY}
[[ -f $binary ]] || {
    echo "error: no such file: $binary" >&2
    exit 1
}

# LC_ALL=C, as readelf translates its words. ldd names the libraries of libraries too, readelf only the direct ones.
needed=$(LC_ALL=C ldd "$binary") || needed=$(LC_ALL=C readelf --dynamic --wide "$binary")
if ! grep -q 'libswiftCore\.so' <<<"$needed"; then
    echo "error: $binary is not linked dynamically with Swift, so this test would pass without meaning" >&2
    exit 1
fi

forbidden='libFoundation\.so|libFoundationInternationalization\.so|lib_FoundationICU\.so'
if found=$(grep -E "(^|[[:space:]/[])($forbidden)" <<<"$needed"); then
    printf 'error: %s needs libraries that it must not need:\n%s\n' "$binary" "$found" >&2
    exit 1
fi

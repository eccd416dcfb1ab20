#!/usr/bin/env bash
# Builds and runs the libFuzzer targets in turn: fuzz.sh [--if-possible] [SECONDS for each] [TARGET...]. What crashes one
# is kept in .build/fuzz/NAME/, together with the inputs found interesting, with which the next run begins. With
# --if-possible a toolchain that cannot fuzz is no failure.
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

is_wish=false
if [[ ${1:-} == --if-possible ]]; then
    is_wish=true
    shift
fi
seconds=${1:-60}
targets=("${@:2}")
((${#targets[@]} > 0)) || targets=(JSON Framing Dialects)
scripts/setup.sh run

# The features are those of Package.swift.
flags=(
    -sanitize=fuzzer -parse-as-library -O -swift-version 6 -package-name martlet
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
    -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature NonisolatedNonsendingByDefault
    -enable-upcoming-feature InferIsolatedConformances
)

# Not every toolchain brings the fuzzer's runtime; linking a target that does nothing tells.
can_fuzz() {
    local directory=.build/fuzz/probe
    mkdir -p "$directory"
    cat >"$directory/probe.swift" <<'PROBE'
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt { 0 }
PROBE
    swiftc "${flags[@]}" "$directory/probe.swift" -o "$directory/probe" >"$directory/log" 2>&1
}

# newer_than FILE DIRECTORY...: whether FILE is newer than every source in them.
newer_than() {
    [[ -e $1 && -z $(find "${@:2}" -name '*.swift' -newer "$1" -print -quit) ]]
}

# build_alone NAME: Sources/NAME and Fuzz/NAME as one module, for a floor that imports nothing.
build_alone() {
    local sources=()
    mapfile -t sources < <(find "Sources/$1" "Fuzz/$1" -name '*.swift' | sort)
    swiftc "${flags[@]}" "${sources[@]}" -o "$2"
}

# build_above NAME BINARY MODULE...: Sources/NAME and the modules that it imports one by one, then Fuzz/NAME with them.
build_above() {
    local name=$1 binary=$2 modules=.build/fuzz/modules module sources=() objects=()
    mkdir -p "$modules"
    for module in "${@:3}" "$name"; do
        mapfile -t sources < <(find "Sources/$module" -name '*.swift' | sort)
        swiftc "${flags[@]}" -wmo -module-name "$module" -I "$modules" -emit-module \
            -emit-module-path "$modules/$module.swiftmodule" -c "${sources[@]}" -o "$modules/$module.o"
        objects+=("$modules/$module.o")
    done
    mapfile -t sources < <(find "Fuzz/$name" -name '*.swift' | sort)
    swiftc "${flags[@]}" -wmo -module-name "Fuzz$name" -I "$modules" "${sources[@]}" "${objects[@]}" -o "$binary"
}

# What the dialects' fuzzing begins with: the words of the formats, and recorded exchanges where there are any.
prepare_dialects() {
    local directory=$1
    grep -rhoE '"[A-Za-z_][A-Za-z0-9_.:-]{1,40}"' Sources/Dialects | sort -u |
        sed -E 's/^"(.*)"$/"\\"\1\\""/' >"$directory/words.dict"
    mkdir -p "$directory/seeds"
    if [[ -n ${MARTLET_FIXTURES:-} ]] && command -v python3 >/dev/null; then
        python3 scripts/fuzz-seeds.py "$directory/seeds"
    fi
}

fuzz() {
    local name=$1 directory=.build/fuzz/$1 binary=.build/fuzz-${1,,} options=() folders=()
    [[ -d Fuzz/$name ]] || fail "no fuzz target in Fuzz/$name"
    mkdir -p "$directory/corpus"
    folders=("$directory/corpus")
    if [[ $name == Dialects ]]; then
        newer_than "$binary" Sources/JSON Sources/Framing "Sources/$name" "Fuzz/$name" || {
            step "Building the fuzz target $name"
            build_above "$name" "$binary" JSON Framing
        }
        prepare_dialects "$directory"
        options=(-dict="$directory/words.dict" -max_len=8192 -timeout=20)
        folders+=("$directory/seeds")
    else
        newer_than "$binary" "Sources/$name" "Fuzz/$name" || {
            step "Building the fuzz target $name"
            build_alone "$name" "$binary"
        }
    fi
    step "Fuzzing $name for $seconds s"
    env -u SWIFT_DETERMINISTIC_HASHING SWIFT_BACKTRACE=enable=no "$binary" "${options[@]}" \
        -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$directory/" "${folders[@]}"
}

if ! can_fuzz; then
    $is_wish || fail "this toolchain cannot build for the fuzzer: see .build/fuzz/probe/log"
    echo "Skipped: this toolchain has no runtime for the fuzzer."
    exit 0
fi
for target in "${targets[@]}"; do fuzz "$target"; done

#!/usr/bin/env bash
# Installs what is missing for one purpose, and nothing else: setup.sh [run|test|bench]. Silent when all is there.
set -euo pipefail
# shellcheck source=scripts/environment.sh
source "$(dirname "$0")/environment.sh"

purpose=${1:-run}
packages=()
nginx_is_new=false

have() {
    command -v "$1" >/dev/null 2>&1
}

# want PACKAGE CHECK...: notes the Debian package unless the check succeeds. What counts is the tool or header, not
# who installed it: machines where these come from another source need no package manager at all.
want() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || packages+=("$package")
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        fail "root rights are needed for: $* (neither root nor sudo here)"
    fi
}

cpp_headers_exist() {
    compgen -G '/usr/include/c++/*/vector'
}

want_for_run() {
    want ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
    want curl have curl
    want git have git
    want libc6-dev test -e /usr/include/stdio.h
    want libstdc++-12-dev cpp_headers_exist
    want pkg-config have pkg-config
    want zlib1g-dev test -e /usr/include/zlib.h
}

want_for_test() {
    want_for_run
    want openssl have openssl
    want python3 have python3
    want python3-venv python3 -c 'import ensurepip, venv'
    # The chat page is tested in a real browser.
    want chromium have_browser
    want chromium-driver have chromedriver
}

want_for_bench() {
    want_for_run
    want nginx-light have_nginx
    want python3 have python3
    want wrk have wrk
    have_nginx || nginx_is_new=true
}

have_browser() {
    have chromium || have chromium-browser || have google-chrome
}

# Debian puts nginx in /usr/sbin, which is not on the path of every user.
have_nginx() {
    have nginx || test -x /usr/sbin/nginx
}

# Debian starts a service as soon as it is installed; the benchmark wants the nginx program, not a server on port 80.
# A policy-rc.d that answers 101 is Debian's documented way to forbid it; an existing one is left alone.
install_packages() {
    ((${#packages[@]} > 0)) || return 0
    have apt-get || fail "missing: ${packages[*]} (Debian names; no apt-get here, please install their equivalents)"
    step "Installing Debian packages: ${packages[*]}"
    local policy=/usr/sbin/policy-rc.d policy_is_ours=false status=0 log
    if $nginx_is_new && [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        policy_is_ours=true
    fi
    log=$(mktemp)
    {
        as_root apt-get -qq -o DPkg::Lock::Timeout=300 update &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
                -o DPkg::Lock::Timeout=300 install "${packages[@]}"
    } >"$log" 2>&1 </dev/null || status=$?
    if $policy_is_ours; then
        as_root rm -f "$policy"
    fi
    if ((status != 0)); then
        cat "$log" >&2
        rm -f "$log"
        fail "installing Debian packages failed: ${packages[*]}"
    fi
    rm -f "$log"
    if $nginx_is_new && have systemctl; then
        as_root systemctl disable nginx >/dev/null 2>&1 || true
    fi
}

require_swift() {
    have swift && return
    fail "swift is not on the PATH. Martlet needs Swift 6.3 or newer: https://www.swift.org/install/linux/"
}

# install_python_packages ENVIRONMENT REQUIREMENTS: the stamp is a copy of the requirements last installed, so that a
# change of versions is noticed.
install_python_packages() {
    local environment=$1 requirements=$2 stamp=$1/requirements.installed
    cmp -s "$requirements" "$stamp" && return
    step "Creating $environment with the Python packages of $requirements"
    [[ -x $environment/bin/python ]] || python3 -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
    cp "$requirements" "$stamp"
}

case $purpose in
    run | test | bench) "want_for_$purpose" ;;
    *) fail "usage: $0 [run|test|bench]" ;;
esac
install_packages
require_swift
if [[ $purpose == test ]]; then
    install_python_packages .venv Tests/sdk/requirements.txt
    # Instructor wants an older jiter than the SDK of OpenAI that the other tests use.
    install_python_packages .venv-instructor Tests/sdk/requirements-instructor.txt
fi

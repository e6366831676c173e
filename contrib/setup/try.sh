#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# From a fresh Debian to a first diagnosis: installs what the build needs,
# builds in build/, takes in the example capture and prints the five reports.
# Run it from anywhere, as root or with sudo at hand, as often as you like.
set -eu
umask 022

top=$(CDPATH='' cd "$(dirname "$0")/../.." && pwd -P)
cd "$top"
log=$top/build/setup.log
# shellcheck source=contrib/setup/common.sh
. contrib/setup/common.sh

capture=testdata/first-session.pcap
store=build/first-session.db

start_log
# shellcheck disable=SC2086
install $build_packages
make_configure
configure_in build
say "building build/dnsforensics"
logged make -C build -j2 || stop_with_log "the build failed"

say "ingest: $capture becomes $store"
rm -f "$store" "$store-wal" "$store-shm" "$store-journal"
build/dnsforensics ingest -d "$store" "$capture" ||
	stop "$capture could not be taken in"

say "build/dnsforensics report -d $store"
build/dnsforensics report -d "$store" ||
	stop "the reports could not be made"

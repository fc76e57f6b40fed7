#!/bin/sh
# install.sh BUILD SOURCE VERSION: what `cmake --install` puts in place works from there.
set -eu
build=$1 source=$2 version=$3
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
cmake --install "$build" --prefix "$prefix" >"$prefix/log"
cd "$prefix"
bin/planb --version | grep -F "planb $version"
bin/planb run share/planb/params/ct2011-06-24.yaml --draws 512 -q -o night.h5 2>/dev/null
bin/planb summary night.h5 | grep -F "THE CHAIN"
test -s share/bash-completion/completions/planb
test -s share/doc/planb/FORMAT.md
test -s share/doc/planb/MODEL.md
# the citation is of this version, and has what a citation file must have
for line in "cff-version: 1.2.0" "message:" "title: planb" "authors:" "version: $version" "license: GPL-3.0-or-later"; do
    grep -q "^$line" "$source/CITATION.cff" || { echo "CITATION.cff has no '$line'"; exit 1; }
done

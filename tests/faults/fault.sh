#!/bin/sh
# fault.sh NAME N PLANB SOURCE TOOL: one of the fault tests with N faults; 77: skipped.
set -eu
name=$1 n=$2 planb=$3 source=$4 tool=$5
case $name in
no_memory) exec "$tool" "$source/tests/everything.yaml" "$n" ;;
flips)
    memory=/dev/shm
    [ -w $memory ] || memory=${TMPDIR:-/tmp}
    dir=$(mktemp -d $memory/planb-flips-XXXXXX)
    trap 'rm -rf "$dir"' EXIT
    "$planb" run "$source/tests/single_units.yaml" -q --draws 12288 --shard 2/3 --keep none -o "$dir/sums.h5"
    "$planb" run "$source/tests/single_units.yaml" -q --draws 4096 --shard 1/1 -o "$dir/draws.h5"
    "$tool" "$dir/sums.h5" "$n"
    "$tool" "$dir/draws.h5" "$((n / 100 + 30))"
    ;;
*)
    if [ ! -x /usr/bin/python3 ]; then
        echo "skipped: /usr/bin/python3 is not installed"
        exit 77
    fi
    exec /usr/bin/python3 "$source/tests/faults/$name.py" "$planb" "$source" "$tool" "$n"
    ;;
esac

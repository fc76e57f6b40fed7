#!/bin/sh
# same_bytes.sh PLANB SCENARIO [OTHER_PLANB [PATH=VALUE]]: the result file has the same bytes for any
# number of threads, instruction set level, variant of libm and compiler.
set -eu
planb=$1 scenario=$2 other=${3:-} override=${4:-run.seed=1}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export SOURCE_DATE_EPOCH=1308873600
failed=0

run() { # run FILE ENVIRONMENT... -- PLANB THREADS
    out=$dir/$1; shift
    assign=""
    while [ "$1" != -- ]; do assign="$assign $1"; shift; done
    # shellcheck disable=SC2086 # a list of assignments
    env $assign "$2" run "$scenario" -q -j "$3" --keep inputs --draws "${DRAWS:-70000}" --set "$override" -o "$out" 2>/dev/null
}
same() {
    if cmp "$dir/reference.h5" "$dir/$1"; then echo "same bytes: $2"; else echo "DIFFERENT: $2"; failed=1; fi
    rm -f "$dir/$1"
}

run reference.h5 -- "$planb" 1
for threads in 2 3; do
    run a.h5 -- "$planb" $threads; same a.h5 "$threads threads"
done
run a.h5 OMP_SCHEDULE=static OMP_DYNAMIC=true -- "$planb" 2; same a.h5 "another schedule"
for isa in v2 v3 v4; do
    if PLANB_ISA=$isa "$planb" --version | grep -q "kernels $isa"; then
        run a.h5 PLANB_ISA=$isa -- "$planb" 2; same a.h5 "kernels of level $isa"
    else
        echo "skipped: this processor has no level $isa"
    fi
done
run a.h5 GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable -- "$planb" 2
same a.h5 "libm without its FMA variants"
run a.h5 LC_ALL=de_DE.UTF-8 -- "$planb" 2; same a.h5 "another locale"
if [ -n "$other" ] && [ -x "$other" ]; then
    run a.h5 -- "$other" 2; same a.h5 "another compiler"
else
    echo "skipped: no build by another compiler"
fi
exit $failed

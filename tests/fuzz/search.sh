#!/bin/sh
# search.sh SOURCE BUILD SEEDS LIMIT...: builds the fuzzers with clang in BUILD and lets each search
# as far as libFuzzer's options LIMIT say, two at a time. They begin with the folders SEEDS/NAME (made by the tests) and what
# they found before, in BUILD/corpus/NAME. A finding stays as BUILD/finding-NAME-*, and the exit
# is 1: put its bytes into tests/fuzz/found/NAME and the tests replay it for ever.
set -eu
source=$1 build=$2 seeds=$3
shift 3

echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return d && !n; }' |
    clang -fsanitize=fuzzer,address,undefined -x c - -o /dev/null 2>/dev/null ||
    { echo "skipped: clang with libFuzzer is not installed (clang, libclang-rt-14-dev)"; exit 77; }
cmake -S "$source" -B "$build" -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_C_COMPILER=clang \
    -D PLANB_FUZZ=ON -D PLANB_SANITIZE=fuzzer-no-link,address,undefined >/dev/null
cmake --build "$build" --target fuzzers >"$build/build.log" || { cat "$build/build.log"; exit 1; }

search() {
    name=$1
    shift
    mkdir -p "$build/corpus/$name"
    if "$build/tests/fuzz/fuzz_$name" "$@" -max_len=512 -timeout=5 \
        -print_final_stats=1 -artifact_prefix="$build/finding-$name-" \
        "$build/corpus/$name" "$seeds/$name" >"$build/$name.log" 2>&1; then
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: //p' "$build/$name.log") inputs"
    else
        echo "$name: A FINDING"
        grep -vE 'NEW|REDUCE|pulse|RELOAD' "$build/$name.log" | tail -n 60
        touch "$build/found"
    fi
}

rm -f "$build/found"
for pair in "scenario set" "rule csv" "summary result"; do
    for name in $pair; do
        search "$name" "$@" &
    done
    wait
done
[ ! -e "$build/found" ]

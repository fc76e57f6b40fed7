#!/bin/sh
# races.sh SOURCE BUILD: builds planb with clang's thread sanitizer, which knows OpenMP through
# libomp's Archer, and lets three threads simulate, write and report.
set -eu
source=$1 build=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
printf 'int main(void) { int n = 0;\n#pragma omp parallel\n n = 0; return n; }\n' |
    clang -fsanitize=thread -fopenmp -x c - -o "$dir/probe" 2>/dev/null ||
    { echo "skipped: clang with OpenMP and its thread sanitizer is not installed"; exit 77; }
cmake -S "$source" -B "$build" -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_C_COMPILER=clang \
    -D PLANB_SANITIZE=thread -D BUILD_TESTING=OFF >/dev/null
cmake --build "$build" --target planb >"$build/build.log" || { cat "$build/build.log"; exit 1; }

# Archer must be there, or every barrier looks like a race; a planted race must be seen.
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 halt_on_error=0 exitcode=66" OMP_NUM_THREADS=3
"$dir/probe" 2>"$dir/planted" || true
grep -q "data race" "$dir/planted" || { echo "a planted race is not seen"; exit 1; }

check() {
    "$build/planb" "$@" -j 3 >"$dir/out" 2>"$dir/err" || { cat "$dir/err"; exit 1; }
    if grep -q "WARNING: ThreadSanitizer" "$dir/err"; then cat "$dir/err"; exit 1; fi
    echo "no race: planb $1"
}
check run "$source/tests/everything.yaml" --draws 40000 --keep inputs --progress json -o "$dir/a.h5"
check rule "$dir/a.h5" --rule '{unions_approving: {at_least: 1/2}}'
check verify "$source/params/generic.yaml" --draws 20000

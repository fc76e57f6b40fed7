#!/bin/sh
# sweep.sh PLANB SOURCE: a sweep of twelve points runs what has changed and nothing else, survives
# being killed, and a bad point spoils no other.
set -u
source=$2
command -v ninja >/dev/null || { echo "skipped: ninja is not installed"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp "$1" "$dir/planb" && cd "$dir" || exit 1
failed=0

mkdir bad
cp "$source"/tests/past_errors.yaml "$source"/tests/new_taxes.yaml "$source"/tests/vintages.csv .
cp "$source"/tests/bad/base.yaml bad
cat >CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.22)
project(sweeps NONE)
add_executable(planb IMPORTED)
set_target_properties(planb PROPERTIES IMPORTED_LOCATION $dir/planb)
include($source/sim/sweep.cmake)
include(sweeps.cmake)
END

# declare VALUES...: a sweep of three values by those given
declare() {
    echo "planb_sweep(s SCENARIO past_errors.yaml DRAWS 512 AXIS vote.mu0 0.25 0.5 0.75
        AXIS notices $* WHERE \"notices:layoffs.notices={}\")" >sweeps.cmake
}

build() { # build DIRECTORY: keeps what was said in `said`
    cmake -G Ninja -S . -B "$1" -D PLANB_SWEEP_RESULTS="$dir/$1" >said 2>&1 &&
        cmake --build "$1" --target sweep-s -j 2 -- -k 0 >said 2>&1
}
points() { grep -c 'sweep s: vote' said; }
joined() { grep -c 'sweep s: .*/sweep-s\.h5' said; }

# expect POINTS JOINED WHAT: how many points the last build ran and whether it joined them
expect() {
    if [ "$(points)" -eq "$1" ] && [ "$(joined)" -eq "$2" ]; then
        echo "as it should be: $3"
    else
        echo "$3: $(points) points instead of $1, joined $(joined) times instead of $2"
        cat said
        failed=1
    fi
}
good() { build "$1" || { echo "the build failed:"; cat said; failed=1; }; }

declare 0 100 200 300
good a; expect 12 1 "a clean build runs every point"
good a; expect 0 0 "the second build runs nothing"
cp a/sweep-s.h5 first.h5
declare 0 100 200 300 400
good a; expect 3 1 "one more value of an axis runs its points alone"
declare 0 100 200 300
good a; expect 0 1 "the value taken back runs no point"
cmp a/sweep-s.h5 first.h5 || failed=1
for file in past_errors.yaml new_taxes.yaml bad/base.yaml vintages.csv planb; do
    touch $file
    good a; expect 12 1 "$file touched runs every point"
done
cmp a/sweep-s.h5 first.h5 || failed=1

# Killed in the middle: the points that were there stay as they are, and the end is the same.
cmake -G Ninja -S . -B b -D PLANB_SWEEP_RESULTS="$dir/b" >said 2>&1
setsid sh -c 'cmake --build b --target sweep-s -j 1 >said 2>&1 &
    while [ -z "$(ls b/sweeps/s/*.h5 2>/dev/null)" ] && kill -0 $! 2>/dev/null; do
        sleep 0.01
    done
    kill -9 0' # the whole group: this shell, cmake, ninja and the run
done=$(ls b/sweeps/s/*.h5 | wc -l)
[ ! -e b/sweep-s.h5 ] && [ "$done" -gt 0 ] && [ "$done" -lt 12 ] || { echo "killed too late or too early: $done points"; failed=1; }
good b
cmp b/sweep-s.h5 first.h5 && echo "as it should be: killed after $done points and completed" || failed=1
[ "$(points)" -ge $((12 - done)) ] && [ "$(points)" -le $((13 - done)) ] ||
    { echo "$(points) points run again after $done"; failed=1; }

# A bad point: named in one line, the others are made, nothing is joined.
declare 0 100 -5 300
if build c; then
    echo "a bad point went unnoticed"; failed=1
fi
named=$(grep -c '^planb: sweep s: no result for ' said)
[ "$named" -eq 3 ] && grep -q '^planb: sweep s: no result for vote.mu0=0.25,notices=-5$' said &&
    [ "$(ls c/sweeps/s/*.h5 | wc -l)" -eq 9 ] && [ ! -e c/sweep-s.h5 ] ||
    { echo "a bad value: named $named times"; cat said; failed=1; }
declare 0 100 200 300
good c; expect 3 1 "the value put right runs its points alone"
cmp c/sweep-s.h5 first.h5 || failed=1

"$dir/planb" summary a/sweep-s.h5 >said 2>&1
[ $? -eq 65 ] && grep -q "sweep-s.h5 is a sweep (planb collect): see results/FORMAT.md" said ||
    { echo "a sweep is no result, and planb summary should say so"; cat said; failed=1; }

# What planb collect refuses.
refuses() { # refuses CODE PATTERN ARGUMENTS...
    code=$1 pattern=$2; shift 2
    (cd a/sweeps/s && "$dir/planb" collect "$dir/x.h5" "$@") >said 2>&1
    got=$?
    [ $got -eq "$code" ] && grep -qF -- "$pattern" said && [ ! -e x.h5 ] ||
        { echo "collect $*: exit $got instead of $code, or not '$pattern'"; cat said; failed=1; }
}
one=vote.mu0=0.25,notices=100.h5 other=vote.mu0=0.5,notices=100.h5
refuses 64 "wanted 1 to 4 times --axis" $one
refuses 64 "2 files for a sweep of 1 points" --axis vote.mu0=0.25 $one $other
refuses 64 "stands there twice" --axis vote.mu0=0.25,0.25 $one $other
refuses 64 "a value is missing" --axis vote.mu0=0.25, $one $other
refuses 64 "wanted NAME=V1,V2" --axis vote.mu0 $one
refuses 65 "is not a run with vote.mu0=0.5" --axis vote.mu0=0.5,0.25 $one $other
refuses 66 "nowhere.h5" --axis vote.mu0=0.25,0.5 $one nowhere.h5
"$dir/planb" run bad/base.yaml --set vote.mu0=0.5 --draws 512 -q -o base.h5 2>said
refuses 65 "differ in scenario" --axis vote.mu0=0.25,0.5 $one "$dir/base.h5"
"$dir/planb" run past_errors.yaml --set vote.mu0=0.5 --draws 512 --seed 8 -q -o seed.h5 2>said
refuses 65 "differ in seed" --axis vote.mu0=0.25,0.5 $one "$dir/seed.h5"

exit $failed

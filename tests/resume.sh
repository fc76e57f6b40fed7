#!/bin/sh
# resume.sh PLANB SOURCE: a run that is stopped and resumed, extended, or made in parts gives the
# bytes of a run in one piece; what does not belong together is refused by name.
set -u
planb=$1 source=$2
memory=/dev/shm # no real disk is needed
[ -w $memory ] || memory=${TMPDIR:-/tmp}
dir=$(mktemp -d $memory/planb-resume-XXXXXX)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
export SOURCE_DATE_EPOCH=1308873600
failed=0 n=0
generic=$source/params/generic.yaml

# wait_for FILE: until the run in the background, $pid, has made it, or has ended
wait_for() { while [ ! -s "$1" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.01; done; }
wrong() { failed=$((failed + 1)); echo "$*"; }
# run OUT OPTIONS...: a quiet run of the scenario with 40,000 draws, ten blocks less 960
run() { out=$1; shift; "$planb" run "$scenario" -q -o "$out" "$@" 2>>err; }
same() { n=$((n + 1)); cmp whole.h5 "$1" || wrong "DIFFERENT: $2"; rm -f "$1"; }
# refused CODE PATTERN ARGUMENTS...
refused() {
    code=$1 pattern=$2; shift 2
    "$planb" "$@" >out 2>err; got=$?
    n=$((n + 1))
    if [ $got -ne "$code" ] || ! grep -qF -- "$pattern" err; then
        wrong "planb $*: exit $got, not $code, or not '$pattern': $(cat err)"
    fi
}

for case in "generic draws" "generic none" "ct2011-06-24 units" "random inputs"; do
    set -- $case
    keep=$2 sampling=sobol
    case $1 in random) sampling=random scenario=$generic ;; *) scenario=$source/params/$1.yaml ;; esac
    common="--keep $keep --sampling $sampling"
    # shellcheck disable=SC2086 # lists of words
    {
    run whole.h5 --draws 40000 $common
    run a.h5 --draws 40000 $common --checkpoint 0 -j 3; same a.h5 "$case, put by block by block"
    run a.h5 --draws 10000 $common
    run a.h5 --more 26000 $common -j 1
    run a.h5 --more 4000 $common --checkpoint 0; same a.h5 "$case, extended twice"
    for k in 1 2 3; do run "part$k.h5" --draws 40000 $common --shard $k/3 -j $k; done
    "$planb" merge -q a.h5 part3.h5 part1.h5 part2.h5; same a.h5 "$case, merged from parts"
    }
    rm -f part?.h5 whole.h5
done

# stopped by each signal, resumed with another number of threads, also with more draws; parts too
scenario=$generic
run whole.h5 --draws 80000
for signal in TERM INT USR1 XCPU; do
    "$planb" run "$generic" -q -o a.h5 --draws 50000 --checkpoint 0 -j 1 2>said &
    pid=$!
    wait_for "a.h5.part/manifest"
    start=$(date +%s)
    kill -$signal $pid; wait $pid; got=$?
    [ $got -eq 75 ] || wrong "SIG$signal: exit $got"
    [ $(($(date +%s) - start)) -le 2 ] || wrong "SIG$signal took too long"
    grep -q "^  $planb run .*$generic.*--resume" said || wrong "no resume command: $(cat said)"
    [ ! -e a.h5 ] || wrong "a result of a stopped run"
    run a.h5 --draws 80000 --resume -j 2; same a.h5 "SIG$signal, resumed with more draws"
    [ ! -e a.h5.part ] || wrong "a.h5.part is left behind: $(ls a.h5.part)"
done

# stop OUT OPTIONS...: leaves an unfinished run behind
stop() {
    out=$1; shift
    "$planb" run "$generic" -q -o "$out" --checkpoint 0 -j 1 "$@" 2>/dev/null &
    pid=$!
    wait_for "$out.part/manifest"
    kill -TERM $pid; wait $pid
    [ $? -eq 75 ] || wrong "a stop that was none"
}

stop a.h5 --draws 80000
refused 73 "holds an unfinished run; --resume continues it" run "$generic" -o a.h5 --draws 80000
refused 65 "vote.mu0 is 0.6 there and 0.5 here" run "$generic" -o a.h5 --draws 80000 --resume --set vote.mu0=0.5
refused 65 "run.seed is 1 there and 5 here" run "$generic" -o a.h5 --draws 80000 --resume --seed 5
refused 65 "--keep is draws there and units here" run "$generic" -o a.h5 --draws 80000 --resume --keep units
refused 65 "more than the 100 that are wanted" run "$generic" -o a.h5 --draws 100 --resume
cp a.h5.part/shard-000000.h5 shard
printf 'x' | dd of=a.h5.part/shard-000000.h5 bs=1 seek=5000 conv=notrunc 2>/dev/null
refused 65 "shard-000000.h5 is damaged" run "$generic" -o a.h5 --draws 80000 --resume
cp shard a.h5.part/shard-000000.h5
cp a.h5.part/manifest manifest; sed -i 's/^next /next 1/' a.h5.part/manifest
refused 65 "manifest is damaged" run "$generic" -o a.h5 --draws 80000 --resume
rm a.h5.part/manifest; cp manifest a.h5.part/manifest; mv a.h5.part/shard-000000.h5 gone
refused 65 "shard-000000.h5 cannot be read" run "$generic" -o a.h5 --draws 80000 --resume
mv gone a.h5.part/shard-000000.h5
run a.h5 --draws 80000 --resume; same a.h5 "resumed after refusals"
stop a.h5 --draws 80000
run a.h5 --draws 80000 --overwrite; same a.h5 "begun anew with --overwrite"

# finished already; extended and stopped
run a.h5 --draws 50000
run a.h5 --draws 50000 --resume || wrong "--resume of a finished run should be content"
refused 73 "is finished with 50000 draws" run "$generic" -o a.h5 --draws 60000 --resume
refused 65 "vote.mu0 is 0.6 there and 0.5 here" run "$generic" -o a.h5 --more 10 --set vote.mu0=0.5
refused 66 "nothing.h5" run "$generic" -o nothing.h5 --more 10
refused 64 "exclude each other" run "$generic" -o a.h5 --more 10 --draws 5
refused 64 "wanted a whole number of draws" run "$generic" -o a.h5 --more 0
stop a.h5 --more 30000
run a.h5 --more 30000 --resume; same a.h5 "extended, stopped and resumed"
mkdir results
"$planb" run "$generic" -q --draws 20000 2>/dev/null
"$planb" run "$generic" -q --more 60000 2>/dev/null; same results/generic.h5 "extended under its usual name"

# parts: stopped, missing, repeated, foreign, damaged
stop part2.h5 --draws 80000 --shard 2/2
run part2.h5 --draws 80000 --shard 2/2 --resume
run part1.h5 --draws 80000 --shard 1/2
"$planb" merge -q a.h5 part1.h5 part2.h5; same a.h5 "merged from a part that was stopped"
refused 65 "part 1 of 2 is missing: draws 0 to" merge a.h5 part2.h5
refused 65 "part 2 of 2 is missing" merge a.h5 part1.h5
cp part2.h5 again.h5
refused 65 "are both part 2 of 2" merge a.h5 part1.h5 part2.h5 again.h5
run other.h5 --draws 80000 --shard 2/2 --seed 5
refused 65 "run.seed is" merge a.h5 part1.h5 other.h5
run other.h5 --draws 80000 --shard 2/3 --overwrite
refused 65 "one of 3 parts" merge a.h5 part1.h5 other.h5
run other.h5 --draws 70000 --shard 2/2 --overwrite
refused 65 "part of a run of 70000 draws" merge a.h5 part1.h5 other.h5
head -c 1000000 part2.h5 >short.h5
refused 65 "short.h5" merge a.h5 part1.h5 short.h5
refused 65 "part 1 of 2 of a run; planb merge joins the parts" summary part1.h5
refused 65 "whole result" merge a.h5 whole.h5
refused 64 "no parts are given" merge a.h5
refused 73 "exists" merge whole.h5 part1.h5 part2.h5
refused 64 "wanted K/N" run "$generic" --shard 3/2
refused 64 "wanted a number of seconds" run "$generic" --checkpoint soon
[ ! -e a.h5 ] || wrong "a refused merge left a result"
refused 64 "--shard 9/9: 5000 draws are 1 block of 4,096 draws: at most 1 part" \
    run "$generic" -o part9.h5 --draws 5000 --shard 9/9
refused 64 "9000 draws are 2 blocks of 4,096 draws: at most 2 parts" \
    run "$generic" -o part9.h5 --draws 9000 --shard 1/3
refused 64 "4000 draws are less than a block" run "$generic" -o part9.h5 --draws 4000 --shard 1/1
[ ! -e part9.h5 ] && [ ! -e part9.h5.part ] || wrong "a refused part left something"
run part9.h5 --draws 9000 --shard 1/2 || wrong "a part of one block should be made"

# two writers: the second is refused in under a second, the first is unharmed
"$planb" run "$generic" -q -o a.h5 --draws 80000 2>/dev/null &
pid=$!
wait_for "a.h5.part/LOCK"
start=$(date +%s%N)
for more in "" --overwrite --resume; do
    refused 73 "is being written by process $pid on" run "$generic" -o a.h5 --draws 80000 $more
done
took=$((($(date +%s%N) - start) / 3000000))
[ $took -lt 1000 ] || wrong "the second writer was refused after $took ms"
wait $pid || wrong "the first of two writers failed"
same a.h5 "with a second writer"

# what a killed run left is taken over, and said
"$planb" run "$generic" -q -o a.h5 --draws 80000 2>/dev/null &
pid=$!
wait_for "a.h5.part/LOCK"
kill -KILL $pid; wait $pid 2>/dev/null
"$planb" run "$generic" -o a.h5 --draws 80000 --progress none >out 2>said
grep -q "written by process $pid on .*, which has ended: taken over" said || wrong "not said: $(cat said)"
same a.h5 "after a killed run"

echo "$n cases, $failed failures"
[ $failed -eq 0 ]

#!/bin/sh
# cli.sh PLANB SOURCE: exit codes, messages and what is left behind, as a user meets them.
set -u
planb=$1 params=$2/params
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
n=0 failed=0

# expect CODE PATTERN ARGUMENTS...: planb exits with CODE and says PATTERN on stderr or stdout.
expect() {
    code=$1 pattern=$2; shift 2
    "$planb" "$@" >out 2>err
    got=$?
    n=$((n + 1))
    if [ $got -ne "$code" ] || ! cat err out | grep -qF -- "$pattern"; then
        failed=$((failed + 1))
        echo "planb $*: exit $got instead of $code, or not '$pattern':"
        cat err out | head -n 5
    fi
}

generic=$params/generic.yaml
expect 0 "usage: planb COMMAND" --help
expect 0 "planb 0." --version
expect 64 "which command?"
expect 64 "unknown command 'rum'" rum
expect 64 "did you mean 'run'" rum
expect 0 "usage: planb run" run --help
expect 64 "did you mean --draws" run "$generic" --drwas 5
expect 64 "needs a value" run "$generic" --draws
expect 64 "what to work on is missing" run
expect 64 "one argument too many" run "$generic" "$generic"
expect 64 "wanted a whole number" run "$generic" -j 0
expect 64 "wanted PATH=VALUE" run "$generic" --set vote.mu0
expect 64 "none, draws, units, inputs" run "$generic" --keep everything
expect 64 "fields, columns, schema" reference nothing
expect 65 "vote.muO" run "$generic" --set vote.muO=1
expect 65 "run.draws" run "$generic" --draws 0
expect 65 "run.draws" run "$generic" --draws 1e6
expect 66 "nowhere.yaml" run nowhere.yaml
expect 65 "not a regular file" check .
expect 73 "" run "$generic" -o missing/dir/x.h5
expect 73 "" run "$generic" -o .
expect 66 "nothing.h5" summary nothing.h5
echo "not a result" >text.h5
expect 65 "text.h5" summary text.h5
[ -z "$(ls | grep -vxE 'out|err|text.h5')" ] || { echo "left behind: $(ls)"; failed=$((failed + 1)); }

expect 0 "a.h5" run "$generic" -o a.h5 --draws 5000
expect 73 "exists" run "$generic" -o a.h5 --draws 5000
expect 0 "a.h5" run "$generic" -o a.h5 --draws 5000 --overwrite
expect 0 "THE CHAIN" summary a.h5
expect 0 '"ratified": {"value":' summary a.h5 --json
expect 0 '"format": 1' run "$generic" -o b.h5 --draws 5000 --json
expect 0 "All estimators agree" verify "$generic"
expect 0 '"agrees": true' verify "$generic" --draws 2000 --seed 3 -j 1 --json
expect 0 "exact         there is evidence" verify "$params/ct2011-06-24.yaml" --draws 2000
expect 64 "unknown option" verify "$generic" -o x.h5
expect 0 "4 unions, 6 units" check "$generic"
expect 0 '"units": 6' check "$generic" --json
expect 0 "a b.h5" run "$params/ct2011-08-17.yaml" -o "a b.h5" --draws 160 --depfile a.d
tr -d '\n' <a.d | grep -q '^a\\ b\.h5:.*/ct2011\.yaml .*/ct2011-06-24\.yaml .*/ct2011-08-17\.yaml$' ||
    { echo "a.d does not name what was read: $(cat a.d)"; failed=$((failed + 1)); }
expect 73 "missing/a.d" run "$generic" -o f.h5 --draws 160 --depfile missing/a.d
expect 0 "results/generic.h5" run "$generic" --draws 100
OMP_NUM_THREADS=abc expect 0 "OMP_NUM_THREADS=abc is not a number of threads" run "$generic" -o c.h5 --draws 100
PLANB_ISA=v9 expect 64 "PLANB_ISA=v9" run "$generic" -o d.h5 --draws 100

# as many draws as a standard error takes, and then the file of that many draws
expect 0 "8192 draws have the standard errors wanted" run "$generic" -o t.h5 --draws 8192 --target-se 'rounds[0].ratified=0.1'
expect 0 '"draws": 8192' summary t.h5 --json
expect 0 "have not the standard errors" run "$generic" -o u.h5 --keep none --draws 4096 --set run.max_draws=8192 --target-se deal=1e-9
expect 0 '"draws": 8192' summary u.h5 --json
expect 73 "exists" run "$generic" -o u.h5 --target-se deal=0.1
expect 65 "no estimate 'dael'" run "$generic" -o v.h5 --target-se dael=0.1
expect 64 "wanted NAME=VALUE" run "$generic" -o v.h5 --target-se deal
expect 65 "run.target_se.deal: out of range" run "$generic" -o v.h5 --target-se deal=0
"$planb" summary u.h5 --json >printed
"$planb" run "$generic" -o w.h5 --keep none --draws 8192 --json 2>/dev/null >stored
cmp printed stored || failed=$((failed + 1))

expect 0 "votes equal to the file's" rule a.h5 --rule simple
expect 0 "at least 3 of 4 unions approving" rule a.h5 --rule '{unions_approving: {at_least: 3}}'
expect 64 "--rule NAME or EXPR is missing" rule a.h5
expect 65 "out of range" rule a.h5 --rule '{unions_approving: {at_least: 99}}'
expect 65 "rounds[0].rule" rule a.h5 --rule simpel
expect 66 "nothing.h5" rule nothing.h5 --rule simple

expect 0 '"given": {' summary a.h5 --given workers=approved --json
expect 0 "given/draws," summary a.h5 --given workers=approved --given police=rejected --csv
expect 64 "no union 'worker': did you mean 'workers'?" summary a.h5 --given worker=approved
expect 64 "no round 'third': first, second" summary a.h5 --given workers@third=approved
expect 64 "no vote 'aproved': did you mean 'approved'?" summary a.h5 --given workers=aproved
expect 64 "wanted UNION=approved" summary a.h5 --given workers
expect 64 "one of them" summary a.h5 --csv --json
expect 0 "none.h5" run "$generic" -o none.h5 --draws 5000 --keep none
expect 65 "none.h5 has no draws, which --given needs: run the scenario again with --keep draws" summary none.h5 --given workers=approved
expect 65 "too few for an answer" summary results/generic.h5 --given workers=rejected
expect 66 "nothing.h5" summary nothing.h5 --given workers=approved
[ "$("$planb" summary a.h5 --csv | sed -n 's/^draws,\([0-9]*\),.*/\1/p')" = 5000 ] || { echo "no draws in the CSV"; failed=$((failed + 1)); }

expect 0 "Draw 7 of scenario generic" explain a.h5 --draw 7
expect 0 "lowest balance" explain a.h5 --worst balance
expect 0 '"ledger": [' explain a.h5 --draw 4999 --json
expect 0 "simulated again" explain none.h5 --draw 7
expect 65 "none.h5 has no draws, which --worst needs" explain none.h5 --worst balance
expect 64 "a.h5 has draws 0 to 4999" explain a.h5 --draw 5000
expect 64 "wanted the number of a draw" explain a.h5 --draw -1
expect 64 "wanted the number of a draw" explain a.h5 --draw 1e3
expect 64 "did you mean 'balance'?" explain a.h5 --worst balanc
expect 64 "--draw N or --worst NAME" explain a.h5
expect 64 "--draw N or --worst NAME" explain a.h5 --draw 1 --worst gap
expect 66 "nothing.h5" explain nothing.h5 --draw 1
"$planb" explain a.h5 --draw 7 --json >stored
"$planb" explain none.h5 --draw 7 --json | sed 's/not stored in the file/equal to the file'"'"'s/' >printed
cmp printed stored || failed=$((failed + 1))

expect 0 "s.h5" run "$generic" -o s.h5 --draws 5000 --seed 2
expect 0 "d.h5" run "$generic" -o d.h5 --draws 5000 --set vote.mu0=0.5
expect 0 "the same random numbers" compare a.h5 d.h5
expect 0 "the same in both, draw by draw" compare a.h5 none.h5
expect 0 "  vote.mu0: 0.6 in A, 0.5 in B" compare a.h5 d.h5
sed 's/id: police$/id: constables/' "$generic" >constables.yaml
expect 0 "g.h5" run constables.yaml -o g.h5 --draws 5000 --keep none
expect 0 "Unions only in A: police" compare a.h5 g.h5
expect 0 "Unions only in B: constables" compare a.h5 g.h5
expect 0 "  unions[police] only in A" compare a.h5 g.h5
expect 0 "  unions[constables] only in B" compare a.h5 g.h5
expect 0 '"paired": true' compare a.h5 d.h5 --json
expect 0 "entry,a,a_se,b,b_se,difference,difference_se,paired" compare a.h5 d.h5 --csv
expect 0 "NOT PAIRED: their seeds differ: 1 and 2" compare a.h5 s.h5
expect 0 "warning: the results cannot be paired" compare a.h5 s.h5 --json
expect 0 "their numbers of draws differ: 5000 and 100" compare a.h5 results/generic.h5
expect 64 "what to work on is missing" compare a.h5
expect 64 "one argument too many" compare a.h5 a.h5 a.h5
expect 66 "nothing.h5" compare a.h5 nothing.h5
"$planb" compare a.h5 d.h5 --json -j 1 >stored
"$planb" compare a.h5 d.h5 --json -j 3 >printed
cmp printed stored || { echo "compare depends on the threads"; failed=$((failed + 1)); }

# the stored and the printed summary are the same
"$planb" run "$generic" -o e.h5 --draws 5000 --json 2>/dev/null >printed
"$planb" summary e.h5 --json >stored
cmp printed stored || failed=$((failed + 1))

# a reader that goes away, and a disk that is full
"$planb" summary a.h5 >/dev/full 2>err
[ $? -eq 74 ] || { echo "a full standard output should exit 74"; failed=$((failed + 1)); }
(ulimit -f 200; "$planb" run "$generic" -o big.h5 --draws 100000 >out 2>err)
[ $? -eq 74 ] || { echo "a full disk should exit 74: $(cat err)"; failed=$((failed + 1)); }
[ ! -e big.h5 ] || { echo "a result on a full disk"; failed=$((failed + 1)); }

# a signal: 75, in under two seconds; what was done is kept (tests/resume.sh goes on from there)
"$planb" run "$generic" -o long.h5 --draws 2000000000 --keep none -q &
pid=$!
sleep 0.5; kill -TERM $pid; start=$(date +%s)
wait $pid
[ $? -eq 75 ] || { echo "SIGTERM should exit 75"; failed=$((failed + 1)); }
[ $(($(date +%s) - start)) -le 2 ] || { echo "SIGTERM took too long"; failed=$((failed + 1)); }
[ ! -e long.h5 ] || { echo "a stopped run left a result"; failed=$((failed + 1)); }
rm -rf long.h5.part
[ -z "$(ls -A | grep -E 'tmp|part')" ] || { echo "left behind: $(ls -A)"; failed=$((failed + 1)); }

echo "$n command lines, $failed failures"
[ $failed -eq 0 ]

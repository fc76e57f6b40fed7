#!/bin/sh
# seeds.sh TARGET SOURCE OUT PLANB SUMMARY_ENTRIES: makes the folder OUT of first inputs for a fuzz target from
# what the project has anyway: its scenarios, and those that must be refused.
set -eu
target=$1 source=$2 out=$3 planb=$4 entries=$5
rm -rf "$out"
mkdir -p "$out"

# one_a_line PREFIX: each line of the standard input as a file of its own
one_a_line() {
    n=0
    while IFS= read -r line; do
        n=$((n + 1))
        printf '%s' "$line" >"$out/$1$n"
    done
}

case $target in
scenario) # a text in memory extends nothing: what a file in tests/bad changes stands alone
    cp "$source"/params/*.yaml "$source"/tests/*.yaml "$out"
    for file in "$source"/tests/bad/*.yaml; do
        sed -e 's/, extends: [a-z_]*\.yaml//' -e '/^# /d' "$file" >"$out/bad_${file##*/}"
    done ;;
set)
    sed -n 's/^# set: //p' "$source"/tests/bad/*.yaml | one_a_line bad
    sed -n 's/.*--set \([^ ]*\).*/\1/p' "$source/README.md" "$source/models/MODEL.md" | one_a_line doc
    printf '%s\n' 'unions[A].units[0].members=5000' 'unions[1].units[B-2].offset=-0.5' \
        'rounds[one].rule={unions_opposed: {at_most: 1/3}}' 'savings[wage].amount=[1, 2]' \
        'unions[A].counted={yes_ballots: 5, no_ballots: 6, date: 2011-06-20}' \
        'vote.mu0={normal: {mean: 0.5, sd: 0.1}}' 'plan_b=[]' | one_a_line own ;;
rule)
    grep -hoE '\{(all|any|not|veto|[a-z]+_[a-z]+|turnout): [^#]*\}' "$source"/params/*.yaml \
        "$source"/tests/*.yaml "$source"/tests/bad/rule_*.yaml "$source/tests/bad/base.yaml" |
        sort -u | one_a_line rule ;;
csv)
    cp "$source"/params/*.csv "$source"/tests/*.csv "$source"/tests/bad/*.csv "$out" ;;
summary)
    "$planb" run "$source/params/generic.yaml" -q --draws 256 --keep none -o "$out/generic.h5"
    "$entries" "$out/generic.h5" >"$out/all"
    rm "$out/generic.h5"
    split -l 40 "$out/all" "$out/part"
    rm "$out/all" ;;
result) # nothing spoiled; each dataset missing, of another type, of another length; another hash
    printf '' >"$out/good"
    for object in 0 1 2 3 4 5 6 7; do
        for how in 001 012 050 200 201 203 204 206; do
            # shellcheck disable=SC2059 # the format is the text: two bytes in octal
            printf "\\00$object\\$how" >"$out/$object$how"
        done
    done ;;
esac

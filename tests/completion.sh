#!/usr/bin/env bash
# completion.sh PLANB SOURCE: what bash offers behind planb, word by word.
set -u
planb=$1 source=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
mkdir params
touch a.h5 "b c.h5" params/x.yaml counts.csv other.txt
# shellcheck disable=SC1091
. "$source/sim/planb.bash"
n=0 failed=0

# offers WANTED WORDS...: after these words, the last one unfinished, bash offers exactly WANTED.
offers() {
    local wanted=$1 got
    shift
    COMP_WORDS=("$planb" "$@")
    COMP_CWORD=$#
    _planb
    n=$((n + 1))
    got=$(printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} | sort | paste -sd '|')
    if [ "$got" != "$wanted" ]; then
        failed=$((failed + 1))
        echo "planb $*: '$got' instead of '$wanted'"
    fi
}

offers "summary" su
offers "reference|rule|run" r
offers "--help|--version" --
offers "a.h5|b c.h5|params" summary ""
offers "a.h5" compare "b c.h5" a
offers "params/x.yaml" run params/
offers "counts.csv|params" run params/x.yaml --counts ""
offers "none" run --keep n
offers "random|sobol" run --sampling ""
offers "--json" summary a.h5 --j
offers "--given" summary --g
offers "--draw" explain --d
offers "" summary --draws ""
offers "layoffs|local_layoffs" explain a.h5 --worst l
offers "columns" reference c

# every command that --help lists is known to the last part of the script
for command in $("$planb" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p'); do
    COMP_WORDS=("$planb" "$command" "")
    COMP_CWORD=2
    _planb
    n=$((n + 1))
    [ ${#COMPREPLY[@]} -gt 0 ] || { failed=$((failed + 1)); echo "nothing is offered behind planb $command"; }
done
echo "$n completions, $failed failures"
[ $failed -eq 0 ]

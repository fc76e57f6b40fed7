#!/bin/sh
# bad_commands.sh PLANB SPOIL_RESULT SOURCE: every line of tests/bad/commands.txt is refused as it
# says, within a second of processor time and 200 MiB of address space, and leaves nothing behind.
set -u
program=$1 spoil=$2 source=$3
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
umask 022
unset OMP_NUM_THREADS SOURCE_DATE_EPOCH PLANB_ISA

# ---- the folder
mkdir in bin && cp "$program" bin/planb && chmod 755 . in bin bin/planb
PATH=$dir/bin:$PATH
cd in || exit 1
cp "$source/params/generic.yaml" good.yaml
cp "$source/params/ct2011-counts.csv" counts.csv
echo "not a scenario" >text.txt
: >empty.h5
mkdir sub locked
planb run good.yaml -q --draws 2000 -o good.h5 || exit 1
head -c 5000 good.h5 >half.h5
for way in $(sed -n 's/^    WAY(\(.*\)),$/\1/p' "$source/tests/spoil_result.c"); do
    cp good.h5 "$way.h5" && "$spoil" "$way.h5" "$way" || { echo "cannot make $way.h5"; exit 1; }
done
cp good.yaml unreadable.yaml && cp good.h5 unreadable.h5 && chmod 000 unreadable.*
chmod 555 locked

# Permissions do not bind root: these commands are run by somebody else.
nobody() {
    if [ "$1" = in ]; then cd "$2" || exit 1; shift 2; fi
    if [ "$(id -u)" -ne 0 ]; then "$@"; else setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; fi
}

# ---- the lines
n=0 failed=0 listing=$dir.before
find .. | sort >"$listing"
while IFS='|' read -r code said command; do
    case $code in '#'* | '') continue ;; esac
    code=$(echo $code)
    said=$(printf '%s' "$said" | sed 's/^ *//; s/ *$//')
    (
        ulimit -t 1
        ulimit -v 204800
        eval "$command"
    ) >"$dir/out" 2>"$dir/err" </dev/null
    got=$?
    n=$((n + 1))
    if [ $got -ne "$code" ] || ! cat "$dir/err" "$dir/out" | grep -qF -- "$said"; then
        failed=$((failed + 1))
        echo "$command: exit $got instead of $code, or not '$said':"
        cat "$dir/err" "$dir/out" | head -n 3
    fi
    rm -f "$dir/out" "$dir/err"
    if ! find .. | sort | cmp -s - "$listing"; then
        failed=$((failed + 1))
        echo "$command: left behind: $(find .. | sort | comm -13 "$listing" -)"
        find .. | sort >"$listing"
    fi
done <"$source/tests/bad/commands.txt"
rm -f "$listing"

echo "$n command lines, $failed failures"
[ $failed -eq 0 ] && [ $n -ge 100 ]

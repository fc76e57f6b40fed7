#!/bin/sh
# report.sh PLANB SOURCE FILE.h5: the notebook runs on a small file and makes one page without code;
# what is there and of its scenario is drawn, the rest is named on stderr. FILE: of `everything`.
set -u
planb=$1 source=$2 file=$3
/usr/bin/python3 -c 'import nbconvert, ipykernel, matplotlib, pandas, xarray, h5netcdf' 2>/dev/null ||
    { echo "skipped: jupyter-nbconvert python3-ipykernel python3-matplotlib python3-pandas"\
" python3-xarray python3-h5netcdf are not all installed"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
fail() { echo "$*"; failed=1; }

cp "$file" "$dir/small.h5"
cd "$dir" || exit 1
for threshold in 0.5 0.8; do
    for support in 0 1; do
        "$planb" run "$source/params/generic.yaml" --draws 512 -q --keep none \
            --set scenario.name=everything --set "rules.strict={members_represented: {at_least: $threshold}}" \
            --set vote.mu0=$support -o $threshold-$support.h5 || fail "a run failed"
    done
done
"$planb" collect sweep-phase.h5 --axis threshold=0.5,0.8 --axis support=0,1 \
    --where 'threshold:rules.strict={members_represented: {at_least: {}}}' \
    --where 'support:vote.mu0={}' 0.5-0.h5 0.5-1.h5 0.8-0.h5 0.8-1.h5 || fail "collect failed"

# a sweep and a forecast of another scenario
"$planb" run "$source/params/generic.yaml" --draws 512 -q --keep none --set budget.psi=0 \
    --set scenario.name=elsewhere -o elsewhere.h5 &&
    "$planb" collect sweep-psi.h5 --axis budget.psi=0 elsewhere.h5 || fail "a run failed"

refused() { # FILE MESSAGE
    sh "$source/results/report.sh" "$1" >said 2>&1 && fail "a report of $1"
    [ "$(cat said)" = "report: $2" ] || { cat said; fail "not the message of $1"; }
}
refused nothere.h5 "nothere.h5: no such file"
cp "$source/params/generic.yaml" x.yaml
refused x.yaml "x.yaml is not a result of planb run"
refused sweep-psi.h5 "sweep-psi.h5 is not a result of planb run"
refused elsewhere.h5 "elsewhere.h5 keeps no draws: run without --keep none"

PYTHONDONTWRITEBYTECODE=1 sh "$source/results/report.sh" small.h5 "$dir" >said 2>notes ||
    { cat said notes; fail "the notebook failed"; }
count() { grep -o "$1" small.html | wc -l; }
[ "$(count '<img ')" -eq 8 ] || fail "$(count '<img ') pictures instead of 8"
[ "$(count 'src="data:image/png;base64')" -eq 8 ] || fail "pictures are not inside the page"
[ "$(count '<table')" -eq 2 ] || fail "$(count '<table') tables instead of 2"
[ "$(count "Not drawn")" -eq 0 ] || fail "the page speaks of what is not on it"
grep -qF "$dir" small.html && fail "the page names a folder of this machine"
[ "$(grep -c '^Not drawn: ' notes)" -eq 9 ] || { cat notes; fail "not 9 names of what is left out"; }
grep -q 'make sweep-campaign' notes || fail "the command for a sweep is not named"
grep -q 'sweep psi: is one of elsewhere, not of everything' notes || fail "psi is not named"
grep -q 'import figures' small.html && fail "there is code on the page"
grep -Eq '(src|href)="https?:' small.html && fail "the page needs the network"

# the joined file in the hands of its readers, every number that of its point
/usr/bin/python3 - <<'END' || fail "the sweep is not what its points are"
import xarray as xr
cubes = [xr.open_dataset("sweep-phase.h5", engine="h5netcdf")]
try:
    cubes.append(xr.open_dataset("sweep-phase.h5", engine="netcdf4"))
except ValueError:
    print("skipped: python3-netcdf4 is not installed")
for cube in map(xr.Dataset.load, cubes):
    assert cube.value.dims == ("threshold", "support", "entry"), cube.value.dims
    assert cube.threshold.values.tolist() == [0.5, 0.8] and cube.support.values.tolist() == [0, 1]
    for threshold, support in ((0.5, 0), (0.5, 1), (0.8, 0), (0.8, 1)):
        point = xr.open_dataset(f"{threshold}-{support}.h5", engine="h5netcdf", group="summary")
        numbers = point.where(point.kind.isin([0, 1, 3]), drop=True)
        mine = cube.sel(threshold=threshold, support=support, entry=numbers.entry)
        xr.testing.assert_equal(mine.value.reset_coords(drop=True), numbers.value)
        known = numbers.kind == 0
        xr.testing.assert_equal(mine.standard_error.where(known).reset_coords(drop=True),
                                numbers.standard_error.where(known))
        other = cube.entry[~cube.entry.isin(numbers.entry)]
        assert cube.value.sel(threshold=threshold, support=support, entry=other).isnull().all()
        assert f"--set 'vote.mu0={support}'" in str(mine.command.values)
print("the sweep has the numbers of its points")
END
exit $failed

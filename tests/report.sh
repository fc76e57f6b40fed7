#!/bin/sh
# report.sh PLANB SOURCE FILE.h5: the notebook runs on a small file and makes one page without code;
# what is there is drawn, what is not is named.
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
            --set "rules.strict={members_represented: {at_least: $threshold}}" \
            --set vote.mu0=$support -o $threshold-$support.h5 || fail "a run failed"
    done
done
"$planb" collect sweep-phase.h5 --axis threshold=0.5,0.8 --axis support=0,1 \
    --where 'threshold:rules.strict={members_represented: {at_least: {}}}' \
    --where 'support:vote.mu0={}' 0.5-0.h5 0.5-1.h5 0.8-0.h5 0.8-1.h5 || fail "collect failed"

PYTHONDONTWRITEBYTECODE=1 sh "$source/results/report.sh" small.h5 "$dir" >said 2>&1 ||
    { cat said; fail "the notebook failed"; }
count() { grep -o "$1" small.html | wc -l; }
[ "$(count '<img ')" -eq 9 ] || fail "$(count '<img ') pictures instead of 9"
[ "$(count 'src="data:image/png;base64')" -eq 9 ] || fail "pictures are not inside the page"
[ "$(count '<table')" -eq 2 ] || fail "$(count '<table') tables instead of 2"
[ "$(count "Not drawn: ")" -eq 5 ] || fail "$(count 'Not drawn') pictures not drawn"
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

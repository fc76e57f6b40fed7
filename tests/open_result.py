#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a result file as its readers do and checks what FORMAT.md promises.

usage: open_result.py FILE.h5

Exit code 77: a Python package is missing (Debian: python3-h5py python3-xarray python3-h5netcdf
python3-netcdf4), so nothing was checked.
"""
import hashlib
import sys

try:
    import h5netcdf  # noqa: F401, one of xarray's engines
    import h5py
    import netCDF4  # noqa: F401, the other one
    import numpy as np
    import xarray as xr
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

DOLLAR = 1e-6  # million USD
DEAL_OUTCOMES = [1, 2]


def check(truth, what):
    if not truth:
        sys.exit(f"open_result.py: {what}")


def check_axes(file):
    """Every axis of every dataset has exactly one scale, whose name is the axis's name."""
    def visit(name, item):
        if not isinstance(item, h5py.Dataset):
            return
        for attribute in ("long_name", "units"):
            check(isinstance(item.attrs.get(attribute), str), f"{name} has no {attribute}")
        check(item.fletcher32 or h5py.check_string_dtype(item.dtype), f"{name} has no checksum")
        if h5py.h5ds.is_scale(item.id):
            return
        for axis, dim in enumerate(item.dims):
            check(len(dim) == 1, f"axis {axis} of {name} has {len(dim)} scales")
            check(dim[0].shape == (item.shape[axis],), f"axis {axis} of {name} has another length")
    file.visititems(visit)


def check_provenance(file):
    attrs = file.attrs
    check(attrs["planb_format"] == 1 and attrs["complete"] == 1, "format or completeness")
    check(attrs["Conventions"] == "CF-1.10", "conventions")
    for name in ("title", "source", "command", "date_created", "planb_version",
                 "planb_git_revision", "sampling", "keep", "scenario_name"):
        check(isinstance(attrs[name], str), f"attribute {name} is not a text")
    digest = hashlib.sha256(attrs["scenario_yaml"].encode()).hexdigest()
    check(digest == attrs["scenario_sha256"], "the scenario does not have its SHA-256")
    check(attrs["seed"].dtype == np.uint64, "the seed is not 64 bits without sign")


def check_labels(data):
    check(list(data.branch.values) == ["deal", "no_deal"], "branches")
    years = data.fiscal_year.values
    check(len(years) == 2 and years[1] == years[0] + 1 and years[0] > 1900, "fiscal years")
    for axis in ("round", "union", "unit", "stream", "option", "saving"):
        if axis in data.dims:
            check(all(isinstance(label, str) and label for label in data[axis].values), axis)
            check(len(set(data[axis].values)) == data.sizes[axis], f"two {axis}s have one name")
    if "unit" in data.dims:
        members = np.zeros(data.sizes["union"], int)
        np.add.at(members, data.unit_union.values, data.unit_members.values)
        check((members == data.members.values).all(), "members do not add up")


def check_flags(data):
    for name, column in data.variables.items():
        if "flag_values" in column.attrs:
            values = np.atleast_1d(column.attrs["flag_values"])
            check(column.dtype == np.uint8, f"{name} was decoded to {column.dtype}")
            check(len(values) == len(column.attrs["flag_meanings"].split()), f"flags of {name}")
            check(np.isin(column.values, values).all(), f"{name} has a value without a meaning")


def check_ledger(data):
    """Every draw's ledger adds up from the file alone."""
    def same(a, b, what):
        check(a.dims == b.dims, f"{what}: {a.dims} against {b.dims}")
        worst = float(abs(a - b).max())
        check(worst < DOLLAR, f"{what} is off by {worst} million USD")
    flow = (data.labor_savings + data.revenue + data.plan_b + data.layoff_savings
            + data.rescission + data.mitigation + data.lapse + data.other - data.appropriations
            - data.separation_cost - data.spending_error)
    same(data.flow, flow, "flow")
    same(data.balance_by_branch, data.flow - data.carry, "balance_by_branch")
    closing = data.balance_by_branch + data.reserve_use
    realised = xr.where(data.outcome.isin(DEAL_OUTCOMES), closing.sel(branch="deal", drop=True),
                        closing.sel(branch="no_deal", drop=True))
    same(data.balance, realised.transpose("draw", "fiscal_year"), "balance")
    if "stream_revenue" in data:
        same(data.revenue, data.stream_revenue.sum("stream"), "revenue")


def check_draws(data):
    check((data.draw.values == np.arange(data.sizes["draw"])).all(), "draws are not numbered")
    check(data.sizes["draw"] == data.attrs["draws"], "number of draws")
    check(np.issubdtype(data.result_date.dtype, np.datetime64), "result_date is no date")
    for name, column in data.variables.items():
        if column.dtype.kind == "f":
            check(not np.isnan(column.values).any(), f"{name} has missing values")
    check_ledger(data)


def check_summary(summary, data):
    value = dict(zip(summary.entry.values, summary.value.values))
    text = dict(zip(summary.entry.values, summary.text.values))
    check(text["scenario"] == data.attrs["scenario_name"], "the summary's scenario")
    check(int(text["seed"]) == int(data.attrs["seed"]), "the summary's seed")
    ends = [v for path, v in value.items() if path.startswith("outcomes/")]
    if len(ends) == 7:
        check(abs(sum(ends) - 1) < 1e-9, "outcomes do not add up to 1")
        if "draw" in data.dims:
            shares = np.bincount(data.outcome.values, minlength=7) / data.sizes["draw"]
            # the estimates average exact probabilities, so they differ from the counts by chance
            error = np.sqrt(np.maximum(shares * (1 - shares), 1e-3) / data.sizes["draw"])
            check((np.abs(shares - ends) < 5 * error).all(), "outcomes differ from their draws")


def main(path):
    with h5py.File(path) as file:
        check_axes(file)
        check_provenance(file)
    for engine in ("h5netcdf", "netcdf4"):
        with xr.open_dataset(path, engine=engine) as data:
            check_labels(data)
            check_flags(data)
            if data.attrs["keep"] != "none":
                check_draws(data)
            with xr.open_dataset(path, engine=engine, group="summary") as summary:
                check_flags(summary)
                check_summary(summary, data)
        print(f"{engine}: {path} is as FORMAT.md says")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])

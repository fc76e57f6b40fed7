#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# report.sh FILE.h5 [SWEEPS]: executes analysis.ipynb on the result and makes one page, FILE.html,
# that needs no other file and shows no code. SWEEPS: the folder of the sweeps (results/).
# What is not there is not on the page; stderr says what, and the command that makes it.
set -eu
refuse() { echo "report: $*" >&2; exit 1; }
[ $# -ge 1 ] || refuse "which result? report.sh FILE.h5"
[ -f "$1" ] || refuse "$1: no such file"
/usr/bin/python3 -c 'import sys, h5py
path = sys.argv[1]
if not h5py.is_hdf5(path) or "planb_format" not in h5py.File(path, "r").attrs:
    sys.exit(f"report: {path} is not a result of planb run")
if "draw" not in h5py.File(path, "r"):
    sys.exit(f"report: {path} keeps no draws: run without --keep none")' "$1" || exit 1
file=$(realpath "$1") page=$(realpath "${1%.h5}.html") missing=$(mktemp)
trap 'rm -f "$missing"' EXIT
cd "$(dirname "$0")"
export PLANB_FILE="$file" PLANB_RESULTS="${2:-$PWD}" PLANB_MISSING="$missing"
export PYDEVD_DISABLE_FILE_VALIDATION=1 # a debugger that nobody uses here would warn
/usr/bin/python3 -m nbconvert --execute --to html --no-input --log-level=WARN \
    --HTMLExporter.mathjax_url= --HTMLExporter.require_js_url= \
    --output "$page" analysis.ipynb
sed 's/^/Not drawn: /' "$missing" >&2
echo "The report is in $page"

#!/bin/sh
# report.sh FILE.h5 [SWEEPS]: executes analysis.ipynb on the result and makes one page, FILE.html,
# that needs no other file and shows no code. SWEEPS: the folder of the sweeps (results/).
set -eu
file=$(realpath "$1") page=$(realpath "${1%.h5}.html")
cd "$(dirname "$0")"
export PLANB_FILE="$file" PLANB_RESULTS="${2:-$PWD}"
export PYDEVD_DISABLE_FILE_VALIDATION=1 # a debugger that nobody uses here would warn
/usr/bin/python3 -m nbconvert --execute --to html --no-input --log-level=WARN \
    --HTMLExporter.mathjax_url= --HTMLExporter.require_js_url= \
    --output "$page" analysis.ipynb
echo "The report is in $page"

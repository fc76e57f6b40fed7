#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Opens a result file with netCDF's own tool.
# usage: open_result.sh FILE.h5; exit code 77: ncdump is missing (Debian: netcdf-bin)

command -v ncdump >/dev/null || { echo "skipped: no ncdump"; exit 77; }
header=$(ncdump -h "$1") || exit 1
for expected in 'branch = 2 ;' 'fiscal_year = 2 ;' 'double appropriations(fiscal_year) ;' \
    ':Conventions = "CF-1.10" ;' ':planb_format = 1 ;' ':complete = 1 ;' 'group: summary {' \
    'string entry(entry) ;' 'double standard_error(entry) ;'; do
    case $header in
        *"$expected"*) ;;
        *) echo "open_result.sh: ncdump -h $1 does not show: $expected"; exit 1 ;;
    esac
done
echo "ncdump: $1 is as FORMAT.md says"

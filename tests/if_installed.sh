#!/bin/sh
# if_installed.sh PROGRAM ARGUMENT...: runs PROGRAM, or says that it is missing and exits 77, which
# the test runner counts as skipped.
command -v "$1" >/dev/null 2>&1 || { echo "skipped: $1 is not installed"; exit 77; }
exec "$@"

#!/bin/sh
# sweep_point.sh SWEEP POINT COMMAND...: runs the command in silence. If it fails, says so in one
# line that names the point, behind what the command said itself.
sweep=$1 point=$2
shift 2
said=$("$@" 2>&1) && exit 0
printf '%s\nplanb: sweep %s: no result for %s\n' "$said" "$sweep" "$point" >&2
exit 1

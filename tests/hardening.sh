#!/bin/sh
# hardening.sh PLANB: the program that people get was linked and compiled as the build asks:
# position-independent, nothing writable executable, tables read-only before main, stack and
# buffers guarded.
set -u
planb=$1 failed=0

# demand WHAT PATTERN COMMAND...: the command's output has the pattern
demand() {
    what=$1 pattern=$2; shift 2
    if "$@" 2>/dev/null | grep -qE -- "$pattern"; then echo "$what: yes"; else echo "$what: NO"; failed=1; fi
}

demand "position-independent executable" 'Type: +DYN' readelf -hW "$planb"
demand "stack not executable" 'GNU_STACK .* RW +0x' readelf -lW "$planb"
demand "tables read-only after start" 'GNU_RELRO' readelf -lW "$planb"
demand "all functions bound at start" 'BIND_NOW|Flags:.* NOW' readelf -dW "$planb"
demand "stack guarded" '__stack_chk_fail' readelf -sW "$planb"
demand "buffers of known size guarded" '__(memcpy|snprintf|strcpy)_chk' readelf -sW "$planb"
case $(uname -m) in
x86_64) demand "indirect jumps land on marks" 'endbr64' objdump -d --disassemble=main "$planb" ;;
esac
if readelf -lW "$planb" | grep -E '^ *(LOAD|GNU_STACK)' | grep -q 'RWE'; then
    echo "a segment is writable and executable"
    failed=1
fi
exit $failed

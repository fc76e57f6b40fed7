#!/bin/sh
# Fails if a room includes a room above it, or if something lies at the top level that has no
# place there. Floors, lowest first: models params results sim.
cd "$(dirname "$0")/.." || exit 1
bad=$(
    grep -En '#include "(params|results|sim)/' models/*.[ch]
    grep -En '#include "(results|sim)/' params/*.[ch]
    grep -En '#include "sim/' results/*.[ch]
    ls | grep -vxE 'sim|models|params|results|tests|build|CMakeLists\.txt|CMakePresets\.json|Makefile|README\.md|LICENSE|CHANGELOG\.md|CITATION\.cff|compile_commands\.json' |
        sed 's/$/: no place for this at the top level/'
)
[ -z "$bad" ] || { printf '%s\n' "$bad"; exit 1; }

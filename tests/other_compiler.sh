#!/bin/sh
# other_compiler.sh SOURCE BUILD CC: builds planb once more with another compiler.
set -eu
cmake -S "$1" -B "$2" -G Ninja -D CMAKE_BUILD_TYPE=RelWithDebInfo -D CMAKE_C_COMPILER="$3" \
    -D PLANB_WERROR=ON -D BUILD_TESTING=OFF >/dev/null
cmake --build "$2" --target planb

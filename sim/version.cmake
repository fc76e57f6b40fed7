# Writes sim/version.h into the build: cmake -D SOURCE= -D OUT= -D PROJECT_VERSION= -P this
execute_process(
    COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
    OUTPUT_VARIABLE PLANB_GIT_REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT PLANB_GIT_REVISION)
    set(PLANB_GIT_REVISION "unknown")
endif()
configure_file(${SOURCE}/sim/version.h.in ${OUT}/sim/version.h @ONLY)

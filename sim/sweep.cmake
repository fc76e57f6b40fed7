# planb_sweep(NAME
#     SCENARIO file.yaml [DRAWS n] [SET path=value ...]
#     AXIS path value ... [AXIS path value ...]
#     [WHERE "name:path=text with {}" ...])
#
# Makes the target sweep-NAME: one rule for each point of the grid, which runs again when the
# scenario, a file it reads or the program has changed, and one that joins the points to
# PLANB_SWEEP_RESULTS/sweep-NAME.h5. Every point has the scenario's seed, so that points differ by
# what is swept alone. An axis that is not called as its path, or that sets several paths, says
# with WHERE what it sets; {} stands for the value.
#
# PLANB_SWEEP_RESULTS   where the joined files go: results/ of the sources
# PLANB_SWEEP_DRAWS     draws of every point of every sweep, instead of DRAWS
set(PLANB_SWEEP_RESULTS ${PROJECT_SOURCE_DIR}/results CACHE PATH "where sweeps are joined")
set(PLANB_SWEEP_DRAWS "" CACHE STRING "draws of every point of a sweep, instead of its own")
set(PLANB_SWEEP_POINT ${CMAKE_CURRENT_LIST_DIR}/sweep_point.sh)
add_custom_target(sweep-all)

# What `axis` sets at `value`: "--set" and an override for each WHERE, or for the path itself.
function(planb_sweep_sets out axis value)
    set(sets "")
    foreach(where IN LISTS ARGN)
        string(FIND "${where}" "${axis}:" at)
        if(at EQUAL 0)
            string(LENGTH "${axis}:" start)
            string(SUBSTRING "${where}" ${start} -1 set)
            string(REPLACE "{}" "${value}" set "${set}")
            list(APPEND sets --set "${set}")
        endif()
    endforeach()
    if(NOT sets)
        set(sets --set "${axis}=${value}")
    endif()
    set(${out} "${sets}" PARENT_SCOPE)
endfunction()

# The rule of one point: its file in `directory`, with a rule's list of files beside it.
function(planb_sweep_point sweep directory point)
    add_custom_command(
        OUTPUT ${directory}/${point}.h5
        COMMAND sh ${PLANB_SWEEP_POINT} ${sweep} ${point} $<TARGET_FILE:planb> run ${ARGN}
                --keep none --threads 1 --quiet --overwrite
                --depfile ${directory}/${point}.d -o ${directory}/${point}.h5
        DEPENDS planb
        DEPFILE ${directory}/${point}.d
        COMMENT "sweep ${sweep}: ${point}"
        VERBATIM)
endfunction()

function(planb_sweep sweep)
    # AXIS may come several times, which cmake_parse_arguments does not know.
    set(options "")
    set(names "")
    set(next option)
    foreach(word IN LISTS ARGN)
        if("${word}" STREQUAL "AXIS")
            set(next name)
        elseif("${word}" MATCHES "^(SCENARIO|DRAWS|SET|WHERE)$")
            set(next option)
            list(APPEND options "${word}")
        elseif(next STREQUAL "name")
            list(APPEND names "${word}")
            set(axis "${word}")
            set(next value)
        elseif(next STREQUAL "value")
            list(APPEND "values_${axis}" "${word}")
        else()
            list(APPEND options "${word}")
        endif()
    endforeach()
    cmake_parse_arguments(S "" "SCENARIO;DRAWS" "SET;WHERE" ${options})
    if(NOT S_SCENARIO OR NOT names OR S_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "planb_sweep(${sweep}): SCENARIO, AXIS path value ... are needed")
    endif()

    get_filename_component(scenario "${S_SCENARIO}" ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
    set(common ${scenario})
    if(PLANB_SWEEP_DRAWS)
        set(S_DRAWS ${PLANB_SWEEP_DRAWS})
    endif()
    if(S_DRAWS)
        list(APPEND common --draws ${S_DRAWS})
    endif()
    foreach(set IN LISTS S_SET)
        list(APPEND common --set "${set}")
    endforeach()

    # The grid, the last axis fastest: for each point its name, and in sets_NAME what it sets.
    set(points start)
    set(sets_start "")
    set(axis_arguments "")
    foreach(axis IN LISTS names)
        string(JOIN "," values ${values_${axis}})
        list(APPEND axis_arguments --axis "${axis}=${values}")
        set(longer "")
        foreach(point IN LISTS points)
            foreach(value IN LISTS "values_${axis}")
                string(REGEX REPLACE "[^A-Za-z0-9.=+_-]" "_" label "${axis}=${value}")
                string(REGEX REPLACE "^start," "" name "${point},${label}")
                if(name IN_LIST longer)
                    message(FATAL_ERROR "planb_sweep(${sweep}): two points are called ${name}")
                endif()
                planb_sweep_sets(sets "${axis}" "${value}" ${S_WHERE})
                set("sets_${name}" "${sets_${point}};${sets}")
                list(APPEND longer "${name}")
            endforeach()
        endforeach()
        set(points "${longer}")
    endforeach()

    set(directory ${PROJECT_BINARY_DIR}/sweeps/${sweep})
    file(MAKE_DIRECTORY ${directory})
    set(files "")
    foreach(point IN LISTS points)
        list(FILTER "sets_${point}" EXCLUDE REGEX "^$")
        planb_sweep_point(${sweep} ${directory} ${point} ${common} ${sets_${point}})
        list(APPEND files ${point}.h5)
    endforeach()

    set(cube ${PLANB_SWEEP_RESULTS}/sweep-${sweep}.h5)
    set(where_arguments "")
    foreach(where IN LISTS S_WHERE)
        list(APPEND where_arguments --where "${where}")
    endforeach()
    set(depends ${files})
    list(TRANSFORM depends PREPEND ${directory}/)
    add_custom_command(
        OUTPUT ${cube}
        COMMAND $<TARGET_FILE:planb> collect ${cube} --overwrite ${axis_arguments}
                ${where_arguments} ${files}
        DEPENDS planb ${depends}
        WORKING_DIRECTORY ${directory} # short names: a command line has an end
        COMMENT "sweep ${sweep}: ${cube}"
        VERBATIM)
    add_custom_target(sweep-${sweep} DEPENDS ${cube})
    add_dependencies(sweep-all sweep-${sweep})
endfunction()

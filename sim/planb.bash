# bash completion for planb; the commands and options are those its --help prints.

_planb_words() { # _planb_words COMMAND: its long options
    "${COMP_WORDS[0]}" "$1" --help 2>/dev/null | grep -oE '^  (-[a-z],|   ) --[a-z-]+' | grep -oE -- '--[a-z-]+'
}

_planb_files() { # _planb_files ENDING: files that end so, and directories on the way to them
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -X "!*.$1" -- "$cur") $(compgen -d -- "$cur"))
}

_planb() {
    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" --help 2>/dev/null |
            sed -n 's/^  \([a-z][a-z]*\) .*/\1/p') --help --version" -- "$cur"))
        return
    fi
    case $before in
        --keep) COMPREPLY=($(compgen -W "none draws units inputs" -- "$cur")); return ;;
        --sampling) COMPREPLY=($(compgen -W "sobol random" -- "$cur")); return ;;
        --progress) COMPREPLY=($(compgen -W "auto json none" -- "$cur")); return ;;
        --worst)
            COMPREPLY=($(compgen -W "balance revenue gap layoffs notices local_layoffs" -- "$cur"))
            return ;;
        --counts) _planb_files csv; return ;;
        -o | --output) _planb_files h5; return ;;
        --draws | --draw | --seed | -j | --threads | --set | --rule | --given | --checkpoint | --more | --shard) return ;;
    esac
    case $cur in
        -*) COMPREPLY=($(compgen -W "$(_planb_words "$command")" -- "$cur")); return ;;
    esac
    case $command in
        summary | rule | compare | explain | collect | merge) _planb_files h5 ;;
        run | check | verify) _planb_files yaml ;;
        reference) COMPREPLY=($(compgen -W "fields columns schema" -- "$cur")) ;;
    esac
}

complete -F _planb planb

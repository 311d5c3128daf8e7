# Gets things from elsewhere. Sourced by build.sh.

# Never a prompt, never a transport that reaches into this machine or runs a program, no configuration but ours.
quiet_git() {
    printf '[safe]\n\tdirectory = *\n[advice]\n\tdetachedHead = false\n' >"$results/gitconfig"
    GIT_TERMINAL_PROMPT=0 GIT_CONFIG_GLOBAL=$results/gitconfig GIT_CONFIG_NOSYSTEM=1 GIT_ALLOW_PROTOCOL=${git_protocols-http:https:git} \
        timeout "$fetch_seconds" git "$@" </dev/null
}

clone() { # FROM REF TO
    local depth=(--quiet --depth 1 --recurse-submodules --shallow-submodules)
    if [ -z "$2" ]; then
        # A server of plain files knows no depth.
        quiet_git clone "${depth[@]}" -- "$1" "$3" 2>"$results/git.err" || { rm -rf -- "$3"; quiet_git clone --quiet --recurse-submodules -- "$1" "$3"; }
    elif ! quiet_git clone "${depth[@]}" --branch "$2" -- "$1" "$3" 2>/dev/null; then
        # Not a branch or tag, so it is a commit, which only a whole clone is sure to have.
        rm -rf -- "$3"
        quiet_git clone --quiet --recurse-submodules -- "$1" "$3" || return
        if ! quiet_git -C "$3" checkout --quiet "$2" -- 2>/dev/null; then
            problem "$1 has no branch, tag or commit \"$2\""
            return 1
        fi
        quiet_git -C "$3" submodule --quiet update --init --recursive
    fi
}

# One commit, by its id.
clone_commit() { # FROM COMMIT TO
    quiet_git init --quiet --template= -- "$3" &&
        { quiet_git -C "$3" fetch --quiet --depth 1 -- "$1" "$2" 2>/dev/null || quiet_git -C "$3" fetch --quiet -- "$1" '+refs/*:refs/renga/*'; } &&
        quiet_git -C "$3" checkout --quiet "$2" -- &&
        quiet_git -C "$3" submodule --quiet update --init --recursive --depth 1
}

download() { # URL TO
    local status shown=${1%%\?*} # what follows may be a signature
    (
        ulimit -f $((max_bytes / 1024)) # also where the server does not say how much comes
        exec curl --fail --silent --show-error --location --max-redirs 5 --proto '=http,https' --proto-redir '=http,https' --connect-timeout 30 \
            --max-time "$3" --max-filesize "$max_bytes" --retry 2 --output "$2" -- "$1"
    ) 2>"$results/curl.err"
    status=$?
    case $status in
        0) return 0 ;;
        63 | 153) problem "$shown is larger than $((max_bytes / 1048576))M." ;;
        *) problem "$shown: $(sed 's/^curl: ([0-9]*) //' "$results/curl.err" | tail -n 1)" ;;
    esac
    return 1
}

# An archive of a repository has one folder around everything.
strip_top() { # FOLDER
    local inside
    mapfile -t -d '' inside < <(find "$1" -mindepth 1 -maxdepth 1 -print0)
    if [ "${#inside[@]}" = 1 ] && [ -d "${inside[0]}" ] && [ ! -L "${inside[0]}" ]; then
        mv -- "${inside[0]}" "$1.inner" && rm -rf -- "$1" && mv -- "$1.inner" "$1"
    fi
}

# How every line of a build looks.
step() { printf -- '-----> %s\n' "$*"; }
detail() { printf '       %s\n' "$*"; }
problem() { printf ' !     %s\n' "$*"; }
indent() { sed -u 's/^/       /'; }

fail() {
    problem ""
    while [ "$#" -gt 0 ]; do
        problem "$1"
        shift
    done
    exit 1
}

# Config vars become variables of the build, except those that would change what the build's own programs are.
export_config() { # ENV_DIR
    local file name
    for file in "$1"/*; do
        name=${file##*/}
        [[ -f $file && $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || continue
        case $name in
            PATH | HOME | GIT_DIR | CPATH | CPPATH | LD_PRELOAD | LD_LIBRARY_PATH | LIBRARY_PATH | BASH_ENV | ENV | IFS | JAVA_OPTS | BUILD_DIR | CACHE_DIR) continue ;;
        esac
        export "$name=$(cat "$file")"
    done
}

# What bin/report tells of a build, which it may be asked whether the build went well or not. Kept beside the pack, as "export" is.
fact() { # NAME VALUE
    [ -z "$2" ] || printf '%s=%s\n' "$1" "$2" >>"$pack/facts" 2>/dev/null || true
}

# Installs what an app names, and keeps it.

# Sets lock, the file that names what to install; the first that is there counts.
choose_lock() {
    local known found=()
    for known in Pipfile.lock requirements.txt poetry.lock uv.lock; do
        if [ -f "$known" ]; then found+=("$known"); fi
    done
    if [ "${#found[@]}" -gt 1 ]; then
        problem "There are ${found[*]}: ${found[0]} counts. Better keep one."
    fi
    lock=${found[0]-}
    [ -n "$lock" ] || [ ! -f Pipfile ] || fail "Pipfile.lock is missing." "Run \"pipenv lock\", commit Pipfile.lock, and push again."
    if [ -z "$lock" ]; then
        [ -f pyproject.toml ] || [ -f setup.py ] || [ -f setup.cfg ] || fail "Nothing names the app's packages." "Add a requirements.txt; it may be empty. Pipfile.lock, poetry.lock and uv.lock are read, too."
        lock=pyproject.toml
        [ -f pyproject.toml ] || lock=setup.py
    fi
    fact package_manager "$(case $lock in Pipfile.lock) echo pipenv ;; poetry.lock) echo poetry ;; uv.lock) echo uv ;; *) echo pip ;; esac)"
}

# A requirements file and those that it names, as far as they are the app's.
requirement_files() { # FILE
    local named
    [ -f "$1" ] && [[ " ${files[*]} " != *" $1 "* ]] || return 0
    files+=("$1")
    while IFS= read -r named; do
        requirement_files "$(dirname "$1")/$named"
    done < <(sed -nE 's/^[[:space:]]*(-r|--requirement|-c|--constraint)[ =]*([^ #]+).*/\2/p' "$1" | tr -d '\r')
}

# Writes what to install to two files: what is the same for the same text, and what is a folder of the app itself and may have changed.
list_requirements() {
    local file said
    work=$(mktemp -d)
    touch "$work/fixed" "$work/own" "$work/key"
    files=()
    case $lock in
        requirements.txt)
            requirement_files requirements.txt
            [ -z "${INSTALL_TEST-}" ] || requirement_files requirements-test.txt
            for file in "${files[@]}"; do
                grep -E '^[[:space:]]*(-e|--editable|\.{1,2}(/|\[|$)|file:)|@ *file:' "$file" | grep -vE '\.(whl|zip|tar\.gz)' >>"$work/own"
            done
            cat "${files[@]}" >>"$work/key"
            [ "$(grep -hcE '^[[:space:]]*[^#[:space:]]' "${files[@]}" | awk -F: '{ n += $NF } END { print n }')" = 0 ] || fixed=(--requirement requirements.txt)
            if [ -n "${INSTALL_TEST-}" ] && [ -f requirements-test.txt ]; then fixed+=(--requirement requirements-test.txt); fi
            ;;
        *.lock)
            said=$("$python" "$pack/lib/locks.py" "$lock" "$build" "$work/fixed" "$work/own" ${INSTALL_TEST:+dev}) || {
                mapfile -t said <<<"$said"
                fail "${said[@]}"
            }
            # Poetry and uv install the app itself when it says how it is built.
            case $lock in
                poetry.lock) grep -q '^\[build-system\]' pyproject.toml && ! grep -qE '^package-mode *= *false' pyproject.toml && echo '-e .' >>"$work/own" ;;
                uv.lock) grep -qE '^source = \{ (editable|directory) = "\." \}' uv.lock && echo '-e .' >>"$work/own" ;;
            esac
            cat "$work/fixed" "$work/own" >>"$work/key"
            [ ! -s "$work/fixed" ] || fixed=(--requirement "$work/fixed" --require-hashes --no-deps)
            ;;
        *)
            fixed=(.)
            echo . >"$work/own"
            ;;
    esac
    # Packages in the source, and how its own are built.
    find . \( -name .git -o -name .renga -o -name node_modules \) -prune -o -type f \( -name '*.whl' -o -name pyproject.toml -o -name setup.py -o -name setup.cfg \) -print0 | LC_ALL=C sort -z | xargs -0 --no-run-if-empty sha256sum >>"$work/key"
}

install_dependencies() {
    local key fixed=() target=$build/.renga/python
    step "Installing dependencies"
    "$python" -m pip --version >/dev/null 2>&1 || fail "This machine's Python has no pip." "Its operator installs it with: apt-get install python3-pip python3-venv"
    list_requirements
    if [ "${#fixed[@]}" = 0 ] && [ ! -s "$work/own" ]; then
        detail "$lock names none"
        rm -rf -- "$work"
        return
    fi

    # The same text gives the same packages, for the same Python and settings.
    key=$({ cat "$work/key"; env | grep '^PIP_' | grep -v '^PIP_CACHE_DIR' | LC_ALL=C sort; echo "$python_from $python_version $(uname -m) ${STACK-} ${INSTALL_TEST-}"; } | sha256sum | cut -d' ' -f1)
    if [ -d "$cache/python/$key" ]; then
        detail "Using installed packages from the cache: $lock is unchanged"
        rm -rf -- "$target"
        cp -a -- "$cache/python/$key" "$target"
        install_own again
    else
        if [ "${#fixed[@]}" -gt 0 ]; then
            detail "$lock: pip install"
            pip_install "${fixed[@]}"
        fi
        [[ $lock != *.lock ]] || install_own
        relocate
        rm -rf -- "$cache/python"
        mkdir -p "$cache/python"
        cp -a -- "$target" "$cache/python/draft" && mv -- "$cache/python/draft" "$cache/python/$key"
    fi
    rm -rf -- "$work"
}

pip_install() {
    "${pip[@]}" install --progress-bar off "$@" 2>&1 | indent ||
        fail "Installing dependencies failed." "Does every line of $lock name a version that exists for Python $python_version?" "Its output is above; PIP_INDEX_URL names a mirror."
}

# Packages that are folders of the app: links to them stay as they are, copies of them are made again.
install_own() { # [again]
    local line
    [ -s "$work/own" ] || return 0
    while IFS= read -r line; do
        line=$(sed -E 's/^[[:space:]]+//; s/[[:space:]]+(#.*)?$//' <<<"$line")
        case $line in
            '') ;;
            -e* | --editable*) [ -n "${1-}" ] || pip_install --no-deps --editable "$(sed -E 's/^(-e|--editable)[ =]*//' <<<"$line")" ;;
            *' @ git+'*) [ -n "${1-}" ] || pip_install --no-deps "$line" ;;
            *)
                [ -z "${1-}" ] || detail "Installing $line again, as it is a part of the app"
                pip_install --no-deps --force-reinstall "$line"
                ;;
        esac
    done <"$work/own"
    [ -z "${1-}" ] || relocate
}

collect_static() {
    local manage
    [ "${DISABLE_COLLECTSTATIC:-0}" = 0 ] && "$build/.renga/python/bin/python3" -c 'import django' 2>/dev/null || return 0
    manage=$(find . -maxdepth 3 -name manage.py -not -path './.renga/*' -type f | LC_ALL=C sort | head -n 1)
    [ -n "$manage" ] && grep -rqs --include='*.py' --exclude-dir=.renga STATIC_ROOT . || return 0
    step "Collecting static files (${manage#./} collectstatic)"
    python "$manage" collectstatic --noinput 2>&1 | indent || fail "${manage#./} collectstatic failed." "To skip it: heroku config:set DISABLE_COLLECTSTATIC=1"
}

# bin/pre_compile and bin/post_compile are the app's own steps.
run_hook() { # NAME
    [ -f "$build/bin/$1" ] || return 0
    step "Running bin/$1"
    chmod +x "$build/bin/$1"
    "$build/bin/$1" 2>&1 | indent || fail "bin/$1 failed." "Its output is above."
}

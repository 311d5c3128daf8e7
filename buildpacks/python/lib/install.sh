# Chooses a Python and installs what an app names.

# Sets python and python_version. The app asks in .python-version or runtime.txt; what there is are the machine's.
choose_python() {
    local wanted candidate
    wanted=$(grep -vE '^[[:space:]]*(#|$)' .python-version 2>/dev/null | head -n 1 | tr -d '[:space:]')
    [ -n "$wanted" ] || wanted=$(head -n 1 runtime.txt 2>/dev/null | tr -d '[:space:]')
    wanted=${wanted#python-}
    if [ -n "$wanted" ] && ! [[ $wanted =~ ^3(\.[0-9]+){0,2}$ ]]; then
        fail "\"$wanted\" is not a Python version." "Write for example 3.11 in .python-version. Available: $(available_pythons)."
    fi
    for candidate in /usr/local/bin/python3 /usr/bin/python3 /usr/local/bin/python3.[0-9]* /usr/bin/python3.[0-9]*; do
        python_version=$("$candidate" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue
        # The patch level is the machine's: it is the newest that is safe.
        if [ -z "$wanted" ] || [[ $python_version == "$(cut -d. -f1-2 <<<"$wanted")"* ]]; then
            python=$candidate
            detail "Using Python $python_version of this machine${wanted:+ (asked for: $wanted)}"
            return
        fi
    done
    fail "Python ${wanted:-3} is not available." "Available: $(available_pythons)." "Name one of them in .python-version."
}

available_pythons() {
    local candidate
    for candidate in /usr/local/bin/python3 /usr/bin/python3 /usr/local/bin/python3.[0-9]* /usr/bin/python3.[0-9]*; do
        "$candidate" -c 'import platform; print(platform.python_version())' 2>/dev/null
    done | sort -uV | paste -sd ' ' | sed 's/^$/none/'
}

# pip's "user" scheme, with the app's own folder as the user's: scripts and .pth files work, and no path of the build is written into them.
install_dependencies() {
    local what=()
    if [ -f requirements.txt ]; then
        grep -qE '^[[:space:]]*[^#[:space:]]' requirements.txt && what=(--requirement requirements.txt)
    elif [ -f Pipfile ]; then
        fail "Pipfile is not installed here." "Write the locked versions to requirements.txt (pipenv requirements > requirements.txt)."
    else
        what=(.)
    fi
    step "Installing dependencies"
    if [ "${#what[@]}" = 0 ]; then
        detail "requirements.txt names none"
        return
    fi
    "$python" -m pip --version >/dev/null 2>&1 || fail "This machine's Python has no pip." "Its operator installs it with: apt-get install python3-pip python3-venv"

    local key
    key=$({ cat requirements.txt pyproject.toml setup.py setup.cfg constraints.txt 2>/dev/null; env | grep '^PIP_' | grep -v '^PIP_CACHE_DIR' | sort; echo "$python_version $(uname -m)"; } | sha256sum | cut -d' ' -f1)
    # Requirements that point to other files or folders of the app may change without these files changing.
    if [ "${what[0]}" = . ] || grep -qE '^[[:space:]]*(-r|--requirement|-e|--editable|\.|/)' requirements.txt; then key=; fi
    if [ -n "$key" ] && [ -d "$cache/python/$key" ]; then
        detail "Using installed packages from the cache: requirements.txt is unchanged"
        cp -R -- "$cache/python/$key/." "$PYTHONUSERBASE"
        return
    fi
    detail "pip install ${what[*]}"
    "$python" -m pip install --user --ignore-installed --no-warn-script-location --progress-bar off "${what[@]}" 2>&1 | indent ||
        fail "Installing dependencies failed." "Does every line of requirements.txt name a version that exists for Python $python_version?"
    if [ -n "$key" ]; then
        rm -rf -- "$cache/python"
        mkdir -p "$cache/python"
        cp -R -- "$PYTHONUSERBASE" "$cache/python/draft" && mv -- "$cache/python/draft" "$cache/python/$key"
    fi
}

collect_static() {
    [ -f manage.py ] && [ "${DISABLE_COLLECTSTATIC:-0}" = 0 ] && "$python" -c 'import django' 2>/dev/null || return 0
    grep -rqs --include='*.py' STATIC_ROOT . || return 0
    step "Collecting static files (manage.py collectstatic)"
    "$python" manage.py collectstatic --noinput 2>&1 | indent || fail "manage.py collectstatic failed." "To skip it: heroku config:set DISABLE_COLLECTSTATIC=1"
}

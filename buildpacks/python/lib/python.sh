# Chooses a Python: the stack's when it fits, else one of python-build-standalone's releases, which is checked, kept in the cache and copied into the app.

# What the app asks for; the first file that says so counts.
wanted_python() {
    local wanted
    wanted=$(grep -vE '^[[:space:]]*(#|$)' .python-version 2>/dev/null | head -n 1 | tr -d '[:space:]')
    [ -n "$wanted" ] || wanted=$(head -n 1 runtime.txt 2>/dev/null | tr -d '[:space:]')
    [ -n "$wanted" ] || wanted=$(grep -oE '"python_(full_)?version": *"[0-9.]+"' Pipfile.lock 2>/dev/null | head -n 1 | cut -d'"' -f4)
    printf '%s\n' "${wanted#python-}"
}

# The stack's interpreters and their versions, one per line.
stack_pythons() {
    local candidate
    for candidate in /usr/local/bin/python3 /usr/bin/python3 /usr/local/bin/python3.[0-9]* /usr/bin/python3.[0-9]*; do
        [[ $candidate == *-config ]] || "$candidate" -c 'import platform, sys; print(sys.argv[1], platform.python_version())' "$candidate" 2>/dev/null
    done
}

fetch_file() {
    curl --fail --silent --show-error --location --retry 2 --connect-timeout "${CURL_CONNECT_TIMEOUT:-30}" --max-time "${CURL_TIMEOUT:-180}" "$@"
}

# Sets python (the interpreter), python_version and python_from (stack, or download).
choose_python() {
    local wanted series stack found
    wanted=$(wanted_python)
    stack=$(stack_pythons)
    if [ -n "$wanted" ] && ! [[ $wanted =~ ^3(\.[0-9]+){0,2}$ ]]; then
        fail "\"$wanted\" is not a Python version." "Write for example 3.13 in .python-version. This machine has: $(names_of <<<"$stack")."
    fi
    # The patch level is the machine's, or the newest: it is the one that is safe.
    series=$(cut -d. -f1-2 <<<"$wanted")
    found=$(awk -v series="$series" 'series == "" || series == "3" || index($2, series ".") == 1 { print; exit }' <<<"$stack")
    if [ -n "$found" ]; then
        python=${found% *} python_version=${found#* } python_from=stack
        detail "Using Python $python_version of this machine${wanted:+ (asked for: $wanted)}"
    else
        download_python "${series:-3}" "$(names_of <<<"$stack")"
        python=$cache/cpython/$python_version/bin/python3 python_from=download
    fi
}

names_of() { sed '/^$/d; s/.* //' | sort -uV | paste -sd ' ' | sed 's/^$/none/'; }

# The newest of a series. Its list, and the digest, are the release's SHA256SUMS.
download_python() { # SERIES STACK_HAS
    local base=${PYTHON_BUILD_STANDALONE_MIRROR:-https://github.com/astral-sh/python-build-standalone/releases}
    local list file digest there kept=$cache/cpython pattern
    pattern="cpython-[0-9.]+\+[0-9]+-$(uname -m)-unknown-linux-gnu-install_only_stripped\.tar\.gz"
    # What an earlier build downloaded serves for a day without asking.
    if [ "$(cat "$kept/asked" 2>/dev/null)" = "$1" ] && [ -n "$(find "$kept/asked" -mmin -1440)" ]; then
        python_version=$(cat "$kept/version")
        detail "Using Python $python_version from the cache"
        return
    fi
    base=${base%/}
    if [ -n "${PYTHON_BUILD_STANDALONE_RELEASE-}" ]; then
        list=$(fetch_file "$base/download/$PYTHON_BUILD_STANDALONE_RELEASE/SHA256SUMS" 2>&1)
    else
        list=$(fetch_file "$base/latest/download/SHA256SUMS" 2>&1)
    fi || {
        indent <<<"$list"
        fail "Python $1 is not available." "Available: $2." "Others would come from $base, which cannot be reached; PYTHON_BUILD_STANDALONE_MIRROR names a mirror." "Name an available one in .python-version."
    }
    there=$(grep -oE "$pattern" <<<"$list" | sed -E 's/^cpython-([0-9.]+)\+.*/\1/' | sort -uV)
    python_version=$(awk -v series="$1." 'index($0, series) == 1' <<<"$there" | tail -n 1)
    [ -n "$python_version" ] || fail "Python $1 is not available." "Available: $({ tr ' ' '\n' <<<"$2" | grep '^3'; echo "$there"; } | sed '/^$/d' | sort -uV | paste -sd ' ')." "Name one of them in .python-version."
    if [ -x "$kept/$python_version/bin/python3" ]; then
        detail "Using Python $python_version from the cache"
    else
        file=$(grep -oE "$pattern" <<<"$list" | grep -F "cpython-$python_version+" | head -n 1)
        digest=$(grep -F "$file" <<<"$list" | head -n 1 | grep -oE '^[0-9a-f]{64}')
        detail "Downloading Python $python_version ($file)"
        rm -rf -- "$kept"
        mkdir -p "$kept"
        local tag=${file#*+}
        fetch_file --output "$kept/python.tar.gz" "$base/download/${tag%%-*}/${file/+/%2B}" || fail "Python $python_version could not be downloaded."
        [ "$(sha256sum <"$kept/python.tar.gz" | cut -d' ' -f1)" = "$digest" ] || fail "$file does not have the digest in SHA256SUMS."
        tar --extract --gzip --file="$kept/python.tar.gz" --directory="$kept" --no-same-owner || fail "$file cannot be unpacked."
        rm -- "$kept/python.tar.gz"
        mv -- "$kept/python" "$kept/$python_version"
    fi
    printf '%s\n' "$1" >"$kept/asked"
    printf '%s\n' "$python_version" >"$kept/version"
}

# .renga/python: a virtual environment on the stack's Python, or the downloaded Python itself. Sets pip, which installs into it.
make_environment() {
    local target=$build/.renga/python
    rm -rf -- "$target"
    mkdir -p "$build/.renga"
    if [ "$python_from" = download ]; then
        cp -a -- "$cache/cpython/$python_version" "$target"
        # It is the app's alone now, so nobody else manages it.
        rm -f -- "$target"/lib/python3*/EXTERNALLY-MANAGED
        pip=("$target/bin/python3" -m pip)
    else
        "$python" -m venv --without-pip "$target" || fail "This machine's Python cannot make a virtual environment." "Its operator installs what is missing: apt-get install python3-venv"
        # Who made it, and where, says nothing in a dyno.
        rm -f -- "$target"/bin/[aA]ctivate* "$target/lib64"
        sed -i '/^command = /d' "$target/pyvenv.cfg"
        pip=("$python" -m pip --python "$target/bin/python3")
    fi
    ln -sf python3 "$target/bin/python"
    export PATH=$target/bin:$PATH
}

# The build's folder is not the dyno's: programs find their Python by PATH, and links to folders of the app go by way of where they are.
relocate() {
    local target=$build/.renga/python file
    while IFS= read -r -d '' file; do
        [ "$(head -c 2 "$file")" = '#!' ] || continue
        # A path too long for the first line is in the second of three, which sh reads and Python takes for a text.
        if head -n 2 "$file" | tail -n 1 | grep -F "'''exec' " | grep -qF "$build/"; then
            sed -i '1,2d; 3s|.*|#!/usr/bin/env python3|' "$file"
        else
            sed -i "1s|^#!$build/.*python[0-9.]*\\(.*\\)\$|#!/usr/bin/env python3\\1|" "$file"
        fi
    done < <(find "$target/bin" -type f -print0)
    while IFS= read -r -d '' file; do
        sed -i "s|^$build\$|../../../../..|; s|^$build/|../../../../../|" "$file"
    done < <(find "$target/lib" -maxdepth 3 \( -name '*.pth' -o -name '*.egg-link' \) -print0)
    while IFS= read -r -d '' file; do
        sed -i "s|'$build\\(/[^']*\\)\\{0,1\\}'|__file__.rsplit('/.renga/', 1)[0] + '\\1'|g" "$file"
    done < <(find "$target/lib" -maxdepth 3 -name '__editable__*.py' -print0)
    find "$target/lib" -maxdepth 4 -name direct_url.json -exec sed -i "s|file://$build|file:///app|" {} +
}

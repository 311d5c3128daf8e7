# Modules, programs, process types.

# Go says in many ways that what the files of modules say is not so.
refuse_stale_modules() { # LOG
    if grep -qE 'missing go\.sum entry|updates to go\.(mod|work) needed|go: updating|inconsistent vendoring|is explicitly required in go\.mod|checksum mismatch|go mod (tidy|vendor|download)' "$1"; then
        fail "go.mod, go.sum and what is imported disagree${vendored:+, or vendor/ is not what go.mod says}." "Run \"go mod tidy\"${vendored:+ and \"go mod vendor\"} and commit what changed."
    fi
}

count_modules() { find "$GOMODCACHE/cache/download" -name '*.zip' 2>/dev/null | wc -l; }

# Modules are fetched before anything is compiled, so that a network that fails is told from code that does.
fetch_modules() {
    local before after
    step "Fetching modules"
    fact package_manager "go modules"
    vendored=
    if [ -f vendor/modules.txt ]; then
        vendored=yes
        detail "Using the modules in vendor/"
        return
    fi
    before=$(count_modules)
    go mod download 2>&1 | tee "$cache/go.log" | sed -u '/no module dependencies/d' | indent || {
        refuse_stale_modules "$cache/go.log"
        fail "The modules could not be fetched." "Mirrors and access: GOPROXY, GOPRIVATE, GONOSUMDB."
    }
    after=$(count_modules)
    if [ "$after" -gt "$before" ]; then
        detail "Downloaded $((after - before)) modules"
    else
        detail "Using $after modules from the cache, none fetched"
    fi
}

# Sets patterns, what to build: GO_INSTALL_PACKAGE_SPEC, "// +heroku install", or every program of the module.
choose_patterns() {
    local words pattern
    words=${GO_INSTALL_PACKAGE_SPEC:-$(sed -nE 's|^//[[:space:]]*\+heroku[[:space:]]+install[[:space:]]+(.*)|\1|p' go.mod 2>/dev/null | tr -d '\r' | head -n 1)}
    # A workspace has no packages of its own, but modules that have.
    if [ -z "$words" ] && [ -f go.work ]; then words=$(go list -m -f '{{.Dir}}/...' | paste -sd ' '); fi
    read -ra patterns <<<"${words:-./...}"
    for pattern in "${patterns[@]}"; do
        [[ $pattern =~ ^[A-Za-z0-9._/@~+-]+$ && $pattern != -* ]] || fail "\"$pattern\" is not a package." "Name packages like ./cmd/web, separated by blanks."
    done
}

build_programs() {
    local patterns packages flags=()
    step "Building programs"
    choose_patterns
    mapfile -t packages < <(go list -find -e -f '{{if eq .Name "main"}}{{.ImportPath}}{{end}}' -tags heroku "${patterns[@]}" 2>"$cache/go.log")
    if [ "${#packages[@]}" = 0 ]; then
        indent <"$cache/go.log"
        refuse_stale_modules "$cache/go.log"
        fail "There is no program to build: no package is called main in ${patterns[*]}." "Name where it is: \"// +heroku install ./cmd/NAME\" in go.mod, or GO_INSTALL_PACKAGE_SPEC."
    fi
    if [ -n "${GO_LINKER_SYMBOL-}" ]; then
        [[ $GO_LINKER_SYMBOL =~ ^[A-Za-z0-9._/-]+$ ]] || fail "GO_LINKER_SYMBOL must be the name of a variable, like main.version."
        flags=(-ldflags "-X '$GO_LINKER_SYMBOL=${GO_LINKER_VALUE:-${SOURCE_VERSION-}}'")
    fi
    detail "go build -tags heroku ${packages[*]}"
    rm -f -- "$cache/go.log"
    # -v names each package that is compiled, so what comes from the cache is what is not named. Those of Go's own library are only counted.
    go build -v -tags heroku ${flags[@]+"${flags[@]}"} -o "$build/bin/" "${packages[@]}" 2>&1 | tee "$cache/go.log" | sed -uE '/^[a-z0-9]+(\/[a-z0-9/._-]+)?$/d' | indent || {
        refuse_stale_modules "$cache/go.log"
        fail "go build failed; the compiler's words are above."
    }
    if [ -n "${GO_WITH_TESTS-}" ]; then go vet -tags heroku ./... 2>&1 | indent || fail "go vet, which also compiles the tests, failed."; fi
    detail "Compiled $(grep -cE '^[^ :]+$' "$cache/go.log") packages, the others came from the cache"
    rm -f -- "$cache/go.log"
    write_types "${packages[@]}"
}

# The web's program is that of the module's root, or the one whose name says so, or the only one.
write_types() { # PACKAGES...
    local package program web='' module
    module=$(go list -m 2>/dev/null | head -n 1)
    for package in "$@"; do
        if [ "$package" = "$module" ]; then web=$(program_of "$package"); fi
    done
    for package in "$@"; do
        program=$(program_of "$package")
        if [ -z "$web" ] && { [ "$#" = 1 ] || [[ $program == web || $program == server || $program == app ]]; }; then web=$program; fi
    done
    for package in "$@"; do
        program=$(program_of "$package")
        [[ $program =~ ^[A-Za-z0-9._-]+$ ]] || continue
        if [ "$program" = "$web" ]; then
            printf '  web: bin/%s\n' "$program"
        else
            printf '  %s: bin/%s\n' "$(tr -c '[:alnum:]_\n-' - <<<"$program")" "$program"
        fi
    done >"$build/.renga/go/types"
}

# How Go names a program: the last part of the path that is not a major version.
program_of() { # example.com/app/v2
    local path=$1
    [[ ! ${path##*/} =~ ^v[0-9]+$ || $path != */* ]] || path=${path%/*}
    printf '%s\n' "${path##*/}"
}

run_hook() { # FILE
    [ -f "$1" ] || return 0
    step "Running $1"
    chmod +x "$1"
    "./$1" 2>&1 | indent || fail "$1 failed."
}

write_profile() {
    cp "$pack/lib/profile.sh" .profile.d/go.sh
    printf 'export PATH=%q:%q/bin:$PATH GOTOOLCHAIN=local\n' "$(dirname "$(command -v go)")" "$build" >"$pack/export"
    if [ -n "${GO_WITH_TESTS-}" ]; then
        printf 'export PATH=%q:$PATH GOTOOLCHAIN=local GOPATH=%q GOMODCACHE=%q GOCACHE=%q GOENV=off GOFLAGS=%q\n' "$(dirname "$(command -v go)")" "$GOPATH" "$GOMODCACHE" "$GOCACHE" "$GOFLAGS" >.renga/go/test-environment
    fi
}

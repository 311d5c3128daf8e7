# Chooses a Go: the machine's when it is new enough, else one of go.dev, checked against the digest that is published there and kept in the cache.

# What the app asks for. GOVERSION and "// +heroku goVersion" name a version that must be had; a "toolchain" or "go" line names the oldest that will do.
wanted_go() {
    local wanted
    wanted=${GOVERSION:-$(sed -nE 's|^//[[:space:]]*\+heroku[[:space:]]+goVersion[[:space:]]+([^[:space:]]+).*|\1|p' go.mod go.work 2>/dev/null | head -n 1)}
    if [ -n "$wanted" ]; then
        echo "= ${wanted#go}"
        return
    fi
    wanted=$(sed -nE 's/^toolchain[[:space:]]+go([^[:space:]]+).*/\1/p' go.work go.mod 2>/dev/null | head -n 1)
    if [ -n "$wanted" ]; then
        echo "+ $wanted"
        return
    fi
    wanted=$(sed -nE 's/^go[[:space:]]+([^[:space:]]+).*/\1/p' go.work go.mod 2>/dev/null | sort -V | tail -n 1)
    echo "> ${wanted:-1.16}"
}

# 1.21 and 1.21.x mean any 1.21; 1.21.3 means itself, or with ">" and "+" also what is newer.
go_fits() { # '> 1.21.3' 1.22.0
    local wanted=${1#? } had=$2
    wanted=${wanted%.x}
    case $1 in
        '='*) [ "$had" = "$wanted" ] || { [[ $wanted =~ ^[0-9]+\.[0-9]+$ ]] && [[ $had == "$wanted".* ]]; } ;;
        *) [ "$(printf '%s\n%s\n' "$wanted" "$had" | sort -V | head -n 1)" = "$wanted" ] ;;
    esac
}

# Sets go_version, and puts that Go at the front of PATH; the machine's first, since it needs no download.
provide_go() {
    local wanted machine candidate number known base name digest
    wanted=$(wanted_go)
    number=${wanted#? }
    [[ $number =~ ^[0-9]+\.[0-9]+(\.([0-9]+|x))?((rc|beta)[0-9]+)?$ ]] || fail "\"$number\" is not a version of Go." "Write for example \"go 1.22\" in go.mod, or set GOVERSION=go1.22.5."
    for candidate in /usr/local/go/bin/go /usr/bin/go /usr/lib/go-1.[0-9]*/bin/go; do
        go_version=$(cd / && GOTOOLCHAIN=local "$candidate" env GOVERSION 2>/dev/null) || continue
        go_version=${go_version#go} go_version=${go_version%% *}
        [[ " $machine " == *" $go_version "* ]] || machine+="${machine:+ }$go_version"
        if go_fits "$wanted" "$go_version"; then
            detail "Using Go $go_version of this machine (asked for: $number)"
            use_go "$(dirname "$candidate")"
            return
        fi
    done

    # The newest patch of the series that is asked for, not the newest of all: a new series changes what code means.
    base=${GO_DOWNLOAD_URL:-https://go.dev/dl}
    known=$(download "${GO_VERSIONS_URL:-${base%/}/?mode=json&include=all}" 2>/dev/null | tr -d ' \n' | grep -oE '"filename":"go[0-9][^"]*\.linux-'"$(go_machine)"'\.tar\.gz"[^}]*"sha256":"[0-9a-f]{64}"' |
        sed -E 's/^"filename":"go(.*)\.linux-[^"]*".*"sha256":"([0-9a-f]*)"/\1 \2/') ||
        fail "Go $number is not on this machine (it has ${machine:-none}), and $base cannot be asked for it." "Ask for a version that is there in go.mod, or name a mirror in GO_DOWNLOAD_URL."
    go_version=$(cut -d' ' -f1 <<<"$known" | sort -V | while read -r candidate; do
        if go_fits "$wanted" "$candidate" && [[ $candidate == "$(cut -d. -f1-2 <<<"${number%%[a-z]*}")"* ]] && { [[ $number == *[a-z]* ]] || [[ $candidate != *[a-z]* ]]; }; then echo "$candidate"; fi
    done | tail -n 1)
    [ -n "$go_version" ] || fail "No version of Go fits \"$number\"." "This machine has ${machine:-none}; the newest of $base are $(cut -d' ' -f1 <<<"$known" | grep -v '[a-z]' | sort -V | tail -n 6 | paste -sd ' ')."
    # "toolchain" asks for one that is at least so new; the one it names is what its authors tried.
    if [[ $wanted == '+'* ]] && cut -d' ' -f1 <<<"$known" | grep -qxF "$number"; then go_version=$number; fi
    digest=$(awk -v version="$go_version" '$1 == version { print $2; exit }' <<<"$known")
    if [ -x "$cache/go/$go_version/bin/go" ]; then
        detail "Using Go $go_version from the cache (asked for: $number)"
    else
        detail "Downloading Go $go_version (asked for: $number)"
        name=go$go_version.linux-$(go_machine).tar.gz
        rm -rf -- "$cache/go"
        mkdir -p "$cache/go/draft"
        download_checked "${base%/}/$name" "$cache/go/$name" "$digest" &&
            tar --extract --gzip --file="$cache/go/$name" --directory="$cache/go/draft" --strip-components=1 --no-same-owner || fail "Go $go_version could not be downloaded."
        rm -rf -- "${cache:?}/go/$name" "$cache/go/draft/"{doc,test,api}
        mv -- "$cache/go/draft" "$cache/go/$go_version"
    fi
    use_go "$cache/go/$go_version/bin"
}

go_machine() { case $(uname -m) in aarch64) echo arm64 ;; *) echo amd64 ;; esac; }

# Which Go is decided above, so Go itself fetches none. What it makes is kept in the cache: modules, and compiled packages, which -trimpath lets serve the next build.
use_go() { # FOLDER
    fact go_version "$go_version"
    export PATH=$1:$PATH GOTOOLCHAIN=local GOPATH=$cache/gopath GOMODCACHE=$cache/modules GOCACHE=$cache/compiled GOENV=off
    [[ " ${GOFLAGS-} " == *" -trimpath "* ]] || export GOFLAGS="${GOFLAGS:+$GOFLAGS }-trimpath"
    [[ $GOFLAGS == *-modcacherw* ]] || export GOFLAGS="$GOFLAGS -modcacherw"
    unset GOROOT GOBIN
    if [ "$(cat "$cache/compiled.by" 2>/dev/null)" != "$go_version" ]; then
        rm -rf -- "$cache/compiled"
        echo "$go_version" >"$cache/compiled.by"
    fi
}

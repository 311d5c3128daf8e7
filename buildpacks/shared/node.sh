# Finds the Node.js that an app asks for: the stack's when it fits, else one that is downloaded, checked, kept in the cache and copied into the app. It comes from
# npm's registry (packages node-linux-* and npm); or from Node.js' own downloads, when NODE_MIRROR names where they are or nothing here knows npm's registry.

# What the app asks for; the first file that says so counts.
wanted_node() { # BUILD_DIR
    local wanted
    wanted=$(tr '\n' ' ' <"$1/package.json" | sed -nE 's/.*"engines"[[:space:]]*:[[:space:]]*\{([^}]*)\}.*/\1/p' | sed -nE 's/.*"node"[[:space:]]*:[[:space:]]*"([^"]*)".*/\1/p')
    [ -n "$wanted" ] || wanted=$(head -n 1 "$1/.nvmrc" 2>/dev/null | tr -d '\r')
    [ -n "$wanted" ] || wanted=$(head -n 1 "$1/.node-version" 2>/dev/null | tr -d '\r')
    printf '%s\n' "$wanted"
}

registry() {
    local url=${NPM_CONFIG_REGISTRY:-${npm_config_registry:-$(npm config get registry 2>/dev/null)}}
    [ -n "$url" ] && printf '%s\n' "${url%/}"
}

fetch_file() {
    curl --fail --silent --show-error --location --retry 2 --connect-timeout "${CURL_CONNECT_TIMEOUT:-30}" --max-time "${CURL_TIMEOUT:-180}" "$@"
}

# Every version there is, one per line.
known_nodes() { # MIRROR
    if [ -n "$1" ]; then
        fetch_file "$1/index.tab" | sed -nE 's/^v([0-9]+\.[0-9]+\.[0-9]+)[[:space:]].*/\1/p'
    else
        fetch_file --header 'Accept: application/vnd.npm.install-v1+json' "$(registry)/node-linux-$node_arch" | grep -oE '"[0-9]+\.[0-9]+\.[0-9]+":' | tr -d '":'
    fi
}

# Downloads a Node.js with its npm into a folder that has bin and lib.
download_node() { # MIRROR VERSION TO
    local archive=node-v$2-linux-$node_arch.tar.gz program
    rm -rf -- "$3" && mkdir -p "$3" || return
    if [ -n "$1" ]; then
        fetch_file --output "$3/$archive" "$1/v$2/$archive" && fetch_file --output "$3/SHASUMS256.txt" "$1/v$2/SHASUMS256.txt" || return
        if ! (cd "$3" && grep -F "  $archive" SHASUMS256.txt | sha256sum --check --status); then
            problem "$archive does not have the digest in SHASUMS256.txt."
            return 1
        fi
        tar --extract --gzip --file="$3/$archive" --directory="$3" --strip-components=1 --no-same-owner && rm -- "$3/$archive" "$3/SHASUMS256.txt"
        return
    fi

    unpack_package "node-linux-$node_arch" "$2" "$3" && mkdir -p "$3/lib/node_modules" && unpack_package npm "$(npm_for "$2")" "$3/lib/node_modules/npm" || return
    for program in npm npx; do
        printf '#!/bin/sh\nhere=$(dirname "$0")\nexec "$here/node" "$here/../lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$program" >"$3/bin/$program"
        chmod +x "$3/bin/$program"
    done
}

# Unpacks a package of the registry after checking it against the digest that the registry gives.
unpack_package() { # NAME VERSION TO
    local about tarball digest actual
    about=$(fetch_file "$(registry)/$1/$2") || return
    tarball=$(grep -oE '"tarball": ?"[^"]+"' <<<"$about" | head -n 1 | cut -d'"' -f4)
    digest=$(grep -oE '"integrity": ?"sha512-[^"]+"' <<<"$about" | head -n 1 | cut -d'"' -f4)
    rm -rf -- "$3.new" && mkdir -p "$3.new" || return
    fetch_file --output "$3.new/package.tgz" "$tarball" || return
    actual=$(sha512sum <"$3.new/package.tgz" | cut -d' ' -f1)
    if [ "$actual" != "$(base64 -d <<<"${digest#sha512-}" | od -An -v -tx1 | tr -d ' \n')" ]; then
        problem "$1 $2 does not have the digest that the registry announces."
        return 1
    fi
    tar --extract --gzip --file="$3.new/package.tgz" --directory="$3.new" --strip-components=1 --no-same-owner && rm -- "$3.new/package.tgz" && rm -rf -- "$3" && mv -- "$3.new" "$3"
}

# An npm that runs on it.
npm_for() { # 20.11.1
    case ${1%%.*} in
        [0-9] | 1[0-7]) echo 8.19.4 ;;
        18 | 19 | 2[0-3]) echo 10.9.2 ;;
        *) echo 11.6.2 ;;
    esac
}

# The version chosen in an earlier build, if it was for the same wish and, unless AGE is "any", less than a day ago: then nobody needs to be asked.
chosen_node() { # CACHE_DIR WANTED [any]
    local chosen
    { read -r chosen && read -r node_version; } 2>/dev/null <"$1/node/chosen" && [ "$chosen" = "wanted:$2" ] && [ -x "$1/node/$node_version/bin/npm" ] &&
        { [ "${3-}" = any ] || [ -n "$(find "$1/node/chosen" -mmin -1440)" ]; }
}

# Sets node_version, and puts node and npm at the front of PATH. A Node.js that the stack lacks is copied into the app at .renga/node.
provide_node() { # BUILD_DIR CACHE_DIR WANTED
    local build=$1 cache=$2 wanted=$3 machine known mirror=${NODE_MIRROR%/}
    machine=$(node --version 2>/dev/null | tr -d v)
    if [ -n "$machine" ] && command -v npm >/dev/null && highest_in_range "$wanted" <<<"$machine" >/dev/null; then
        node_version=$machine
        detail "Using Node.js $node_version of this machine${wanted:+ (asked for: $wanted)}"
        return
    fi
    node_arch=$(case $(uname -m) in aarch64) echo arm64 ;; *) echo x64 ;; esac)
    [ -n "$mirror" ] || registry >/dev/null || mirror=https://nodejs.org/dist

    if ! chosen_node "$cache" "$wanted"; then
        if known=$(known_nodes "$mirror") && [ -n "$known" ]; then
            node_version=$(highest_in_range "${wanted:-24}" <<<"$known")
            case $? in
                0) ;;
                2) fail "\"$wanted\" is not a range of versions of Node.js." "Write for example \"24.x\" or \">=20 <25\" in package.json under engines.node." ;;
                *) fail "No version of Node.js fits \"$wanted\"." "This machine has ${machine:-none}; to be had are $(sort -V <<<"$known" | sort -t. -k1,1nr -u | head -n 8 | sort -V | sed 's/\..*/.x/' | tr '\n' ' ')(newest: $(sort -V <<<"$known" | tail -n 1))." ;;
            esac
        elif ! chosen_node "$cache" "$wanted" any; then
            fail "Node.js ${wanted:-of any version} is not on this machine (it has ${machine:-none}), and ${mirror:-$(registry)} cannot be asked for it." "A mirror is named by NPM_CONFIG_REGISTRY or NODE_MIRROR."
        fi
    fi
    if [ -x "$cache/node/$node_version/bin/npm" ]; then
        detail "Using Node.js $node_version from the cache"
    else
        detail "Downloading Node.js $node_version"
        rm -rf -- "$cache/node"
        download_node "$mirror" "$node_version" "$cache/node/draft" || fail "Node.js $node_version could not be downloaded."
        mv -- "$cache/node/draft" "$cache/node/$node_version"
        printf 'wanted:%s\n%s\n' "$wanted" "$node_version" >"$cache/node/chosen"
    fi
    mkdir -p "$build/.renga"
    rm -rf -- "$build/.renga/node"
    cp -a -- "$cache/node/$node_version" "$build/.renga/node"
    PATH=$build/.renga/node/bin:$PATH
    export PATH
}

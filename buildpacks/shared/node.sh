# Finds the Node.js that an app asks for: the machine's when it fits, else one from npm's registry (packages node-linux-* and npm), kept in the cache.

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
    [ -n "$url" ] || fail "Node.js must come from npm's registry, and this machine has no npm that knows where that is: set NPM_CONFIG_REGISTRY for builds."
    printf '%s\n' "${url%/}"
}

from_registry() {
    curl --fail --silent --show-error --location --retry 2 --connect-timeout "${CURL_CONNECT_TIMEOUT:-30}" --max-time "${CURL_TIMEOUT:-180}" "$@"
}

# Unpacks a package of the registry after checking it against the digest that the registry gives.
unpack_package() { # NAME VERSION TO
    local about tarball digest actual
    about=$(from_registry "$(registry)/$1/$2") || return
    tarball=$(grep -oE '"tarball": ?"[^"]+"' <<<"$about" | head -n 1 | cut -d'"' -f4)
    digest=$(grep -oE '"integrity": ?"sha512-[^"]+"' <<<"$about" | head -n 1 | cut -d'"' -f4)
    rm -rf -- "$3.new" && mkdir -p "$3.new" || return
    from_registry --output "$3.new/package.tgz" "$tarball" || return
    actual=$(sha512sum <"$3.new/package.tgz" | cut -d' ' -f1)
    if [ "$actual" != "$(base64 -d <<<"${digest#sha512-}" | od -An -v -tx1 | tr -d ' \n')" ]; then
        problem "$1 $2 does not have the digest that the registry announces."
        return 1
    fi
    tar --extract --gzip --file="$3.new/package.tgz" --directory="$3.new" --strip-components=1 --no-same-owner && rm -- "$3.new/package.tgz" && rm -rf -- "$3" && mv -- "$3.new" "$3"
}

# Sets node_version, and puts node and npm at the front of PATH. A Node.js that the machine lacks is copied into the app at .renga/node.
provide_node() { # BUILD_DIR CACHE_DIR WANTED
    local build=$1 cache=$2 wanted=$3 machine known name
    machine=$(node --version 2>/dev/null | tr -d v)
    if [ -n "$machine" ] && command -v npm >/dev/null && highest_in_range "$wanted" <<<"$machine" >/dev/null; then
        node_version=$machine
        detail "Using Node.js $node_version of this machine${wanted:+ (asked for: $wanted)}"
        return
    fi

    name=node-linux-$(case $(uname -m) in aarch64) echo arm64 ;; *) echo x64 ;; esac)
    known=$(from_registry --header 'Accept: application/vnd.npm.install-v1+json' "$(registry)/$name" | grep -oE '"[0-9]+\.[0-9]+\.[0-9]+":' | tr -d '":') ||
        fail "Node.js ${wanted:-of any version} is not on this machine (it has ${machine:-none}), and the registry $(registry) cannot be asked for it."
    node_version=$(highest_in_range "${wanted:-20}" <<<"$known")
    case $? in
        0) ;;
        2) fail "\"$wanted\" is not a range of versions of Node.js." "Write for example \"20.x\" or \">=18 <23\" in package.json under engines.node." ;;
        *) fail "No version of Node.js fits \"$wanted\"." "This machine has ${machine:-none}; the registry's newest are $(sort -V <<<"$known" | tail -n 5 | tr '\n' ' ')." ;;
    esac
    if [ -x "$cache/node/$node_version/bin/npm" ]; then
        detail "Using Node.js $node_version from the cache"
    else
        detail "Downloading Node.js $node_version from the registry"
        rm -rf -- "$cache/node"
        mkdir -p "$cache/node"
        unpack_package "$name" "$node_version" "$cache/node/draft" || fail "Node.js $node_version could not be downloaded."
        mkdir -p "$cache/node/draft/lib/node_modules"
        unpack_package npm "$(npm_for "$node_version")" "$cache/node/draft/lib/node_modules/npm" || fail "npm could not be downloaded."
        local program
        for program in npm npx; do
            printf '#!/bin/sh\nhere=$(dirname "$0")\nexec "$here/node" "$here/../lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$program" >"$cache/node/draft/bin/$program"
            chmod +x "$cache/node/draft/bin/$program"
        done
        mv -- "$cache/node/draft" "$cache/node/$node_version"
    fi
    mkdir -p "$build/.renga"
    rm -rf -- "$build/.renga/node"
    cp -R -- "$cache/node/$node_version" "$build/.renga/node"
    PATH=$build/.renga/node/bin:$PATH
    export PATH
}

# An npm that runs on it.
npm_for() { # 20.11.1
    case ${1%%.*} in
        [0-9] | 1[0-7]) echo 8.19.4 ;;
        *) echo 10.9.2 ;;
    esac
}

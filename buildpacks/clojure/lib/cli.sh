# The Clojure CLI (deps.edn): where it comes from, what it is asked to do, and what of it goes into the slug.
downloadable_cli=1.12.5.1664
downloadable_cli_sha256=77dd6868948074adcc93e83a796f8e8f15a1a92bcb1b9002d715fd2210e476f3

# Sets cli_version and puts clojure at the front of PATH: the stack's, else a release kept in the cache. Its programs hold the place where they are, so each build
# writes them anew.
provide_cli() {
    local archive=$cache/clojure/clojure-tools-$downloadable_cli.tar.gz
    export CLJ_CONFIG=$cache/clojure/config CLJ_CACHE=$cache/clojure/cpcache
    mkdir -p "$CLJ_CONFIG" "$cache/clojure/m2"
    write_user_deps
    cli_version=$(clojure --version 2>/dev/null | sed -nE 's/.*version ([0-9.]+)$/\1/p')
    if [ -n "$cli_version" ]; then
        detail "Using the Clojure CLI $cli_version of the stack"
        return
    fi
    cli_version=$downloadable_cli
    if [ -f "$archive" ]; then
        detail "Using the Clojure CLI $cli_version from the cache"
    else
        detail "Downloading the Clojure CLI $cli_version"
        rm -f -- "$cache"/clojure/clojure-tools-*.tar.gz
        download_published "${CLOJURE_DOWNLOAD_URL:-https://github.com/clojure/brew-install/releases/download}/$cli_version/clojure-tools-$cli_version.tar.gz" "$archive" "$downloadable_cli_sha256" ||
            fail "The Clojure CLI $cli_version could not be had." "Behind a firewall set CLOJURE_DOWNLOAD_URL to a mirror, or https_proxy."
    fi
    install_cli "$archive" "$cache/clojure/cli" "$cache/clojure/cli"
    export PATH=$cache/clojure/cli/bin:$PATH
}

install_cli() { # ARCHIVE TO PLACE_AT_RUN_TIME
    local to=$2
    rm -rf -- "$to"
    mkdir -p "$to/bin" "$to/libexec"
    tar --extract --gzip --file="$1" --directory="$to" --strip-components=1 --no-same-owner || fail "The Clojure CLI could not be unpacked."
    mv -- "$to"/*.jar "$to/libexec/"
    sed "s|PREFIX|$3|g" "$to/clojure" >"$to/bin/clojure"
    sed "s|BINDIR|$3/bin|g" "$to/clj" >"$to/bin/clj"
    chmod +x "$to"/bin/*
}

write_user_deps() {
    local repositories=
    [ -z "${MAVEN_MIRROR_URL:-}" ] || repositories+="\"central\" {:url \"$(maven_central "$build" | tr -d '"\\')\"} "
    [ -z "${CLOJARS_MIRROR_URL:-}" ] || repositories+="\"clojars\" {:url \"${CLOJARS_MIRROR_URL//[\"\\]/}\"} "
    printf '{:mvn/local-repo "%s" :mvn/repos {%s}}\n' "$cache/clojure/m2" "$repositories" >"$CLJ_CONFIG/deps.edn"
}

# An alias called build makes the app (tools.build); else what the app depends on is only fetched.
build_with_cli() {
    local alias=${CLOJURE_BUILD_ALIAS:-build} words
    if [ "$alias" = build ] && grep -qE "(^|[[:space:]{]):build([[:space:]{]|$)" deps.edn; then
        read -ra words <<<"-T:build ${CLOJURE_BUILD_TASK:-uber}"
    elif [ "$alias" != build ]; then
        words=(-P "-M:$alias")
    else
        words=(-P)
    fi
    step "Building with the Clojure CLI"
    detail "\$ clojure ${words[*]}"
    clojure "${words[@]}" 2>&1 | indent ||
        fail "The Clojure CLI failed (above)." "The same command on your machine shows the same; behind a firewall set MAVEN_MIRROR_URL and CLOJARS_MIRROR_URL."
}

set_up_cli() {
    local jar
    mkdir -p "$build/.renga"
    jar=$(find target -type f \( -name '*standalone*.jar' -o -name '*uber*.jar' \) 2>/dev/null | grep -E '^[A-Za-z0-9._/+-]+$' | head -n 1)
    [ -n "$jar" ] || jar=$(find target -maxdepth 1 -type f -name '*.jar' 2>/dev/null | grep -E '^[A-Za-z0-9._/+-]+$' | head -n 1)
    echo 'export RING_ENV=${RING_ENV:-production}' >"$build/.profile.d/clojure.sh"
    if [ -n "$jar" ]; then
        echo "java \$JAVA_OPTS -jar $jar" >"$build/.renga/clojure-web"
        return
    fi
    step "Copying the Clojure CLI and its repository into the app"
    rm -rf -- "$build/.renga/clojure"
    mkdir -p "$build/.renga/clojure/config"
    cp -R -- "$cache/clojure/m2" "$build/.renga/clojure/m2"
    echo '{:mvn/local-repo "/app/.renga/clojure/m2"}' >"$build/.renga/clojure/config/deps.edn"
    [ ! -d "$cache/clojure/cli" ] || install_cli "$cache/clojure/clojure-tools-$cli_version.tar.gz" "$build/.renga/clojure/cli" /app/.renga/clojure/cli
    echo 'export CLJ_CONFIG=$HOME/.renga/clojure/config CLJ_CACHE=/tmp/cpcache PATH=$HOME/.renga/clojure/cli/bin:$PATH' >>"$build/.profile.d/clojure.sh"
    if grep -qE "(^|[[:space:]{]):run-m([[:space:]{]|$)" deps.edn; then
        echo "clojure -M:run-m" >"$build/.renga/clojure-web"
    fi
}

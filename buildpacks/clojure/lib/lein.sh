# Leiningen: which, where it downloads from, what it is asked to do, and what of it goes into the slug.
downloadable_lein=2.12.0
downloadable_sha256=b721a573af631784f27ccb52e719e6d1287d9d3951ad56d316d38f7ecfa81aa2

# Sets lein and lein_version: the app's own bin/lein, else the stack's, else a release kept in the cache.
provide_lein() {
    local wanted jar
    grep -qE ':min-lein-version[[:space:]]+"1' project.clj && fail "Leiningen 1.x is not supported." "Write into project.clj: :min-lein-version \"2.0.0\""
    wanted=$(sed -nE 's/.*:min-lein-version[[:space:]]+"([0-9.]+)".*/\1/p' project.clj | head -n 1)
    lein_home=$cache/clojure
    write_settings
    export LEIN_HOME=$lein_home/lein LEIN_JVM_OPTS="${LEIN_JVM_OPTS:--Xmx400m -XX:+TieredCompilation -XX:TieredStopAtLevel=1} -Duser.home=$lein_home" JVM_OPTS="${JVM_OPTS:--Xmx600m}"
    if [ -x bin/lein ]; then
        lein=$build/bin/lein
        lein_version=$(version_of "$lein")
        detail "Using the app's own bin/lein: Leiningen $lein_version"
        return
    fi
    lein_version=$(version_of lein)
    if [ -n "$lein_version" ] && [ "$(printf '%s\n' "${wanted:-0}" "$lein_version" | sort -V | tail -n 1)" = "$lein_version" ]; then
        lein=lein
        detail "Using Leiningen $lein_version of the stack"
        return
    fi
    [ "$(printf '%s\n' "${wanted:-0}" "$downloadable_lein" | sort -V | tail -n 1)" = "$downloadable_lein" ] ||
        fail "project.clj asks for Leiningen $wanted or newer." "Available are ${lein_version:+$lein_version (of the stack) and }$downloadable_lein. Another can come with the app as bin/lein."
    lein_version=$downloadable_lein
    jar=$lein_home/bin/leiningen-$lein_version-standalone.jar
    if [ -f "$jar" ]; then
        detail "Using Leiningen $lein_version from the cache"
    else
        detail "Downloading Leiningen $lein_version"
        rm -rf -- "$lein_home/bin"
        download_published "${LEIN_DOWNLOAD_URL:-https://github.com/technomancy/leiningen/releases/download}/$lein_version/leiningen-$lein_version-standalone.jar" "$jar" "$downloadable_sha256" ||
            fail "Leiningen $lein_version could not be had." "Behind a firewall set LEIN_DOWNLOAD_URL to a mirror, or https_proxy."
    fi
    lein=$lein_home/bin/lein
    cp -- "$pack/lib/lein" "$lein"
    chmod +x "$lein"
}

version_of() { # PROGRAM
    "$1" version 2>/dev/null | sed -nE 's/^Leiningen ([0-9.]+).*/\1/p'
}

# Mirrors hold for every profile, so they are among Leiningen's defaults rather than in one. Leiningen refuses plain http unless told that it is meant.
write_settings() {
    mkdir -p "$lein_home/lein"
    echo '{}' >"$lein_home/lein/profiles.clj"
    local mirrors=
    [ -z "${MAVEN_MIRROR_URL:-}" ] || mirrors+="\"central\" {:name \"mirror\" :url \"$(maven_central "$build" | tr -d '"\\')\" :checksum :warn} "
    [ -z "${CLOJARS_MIRROR_URL:-}" ] || mirrors+="\"clojars\" {:name \"clojars-mirror\" :url \"${CLOJARS_MIRROR_URL//[\"\\]/}\" :checksum :warn} "
    cat >"$lein_home/lein/init.clj" <<EOF
(require 'leiningen.core.project 'cemerick.pomegranate.aether)
(alter-var-root #'leiningen.core.project/defaults update-in [:mirrors] merge {$mirrors})
EOF
    if [[ $mirrors == *'"http://'* ]]; then
        cat >>"$lein_home/lein/init.clj" <<'EOF'
(cemerick.pomegranate.aether/register-wagon-factory! "http"
  #(clojure.lang.Reflector/invokeConstructor (Class/forName "org.apache.maven.wagon.providers.http.HttpWagon") (object-array 0)))
EOF
    fi
}

# The name of the jar with everything in it, if the app says one.
uberjar_name() {
    sed -nE 's/(^|[^;]*[[:space:](])?:uberjar-name[[:space:]]+"([A-Za-z0-9._+-]+)".*/\2/p' project.clj | head -n 1
}

framework() {
    local name
    for name in luminus:luminus pedestal:io.pedestal ring:ring; do
        grep -qE "[[(\"[:space:]]${name#*:}[/. -]" project.clj && echo "${name%%:*}" && return
    done
    return 0
}

# bin/build of the app, or LEIN_BUILD_TASK, or an uberjar if it has a name, or only compiled.
build_with_lein() {
    local command print last uberjar
    uberjar=$(uberjar_name)
    if [ -x bin/build ] && [ -z "${LEIN_BUILD_TASK:-}" ]; then
        command=(bin/build)
        PATH=$(dirname "$(command -v "$lein")"):$PATH
    elif [ -n "${LEIN_BUILD_TASK:-}" ]; then
        read -ra command <<<"$lein $LEIN_BUILD_TASK"
    elif [ -n "$uberjar" ]; then
        command=("$lein" uberjar)
    else
        command=("$lein" with-profile production compile :all)
    fi
    print=$(find . -maxdepth 1 -type f \( -name project.clj -o -name profiles.clj \) -print0 | fingerprint "$lein_version" "${MAVEN_MIRROR_URL:-}" "${command[@]}")
    last=$(cat "$cache/clojure/fingerprint" 2>/dev/null)
    step "Building with Leiningen"
    detail "\$ ${command[0]##*/} ${command[*]:1}"
    if [ "$print" = "$last" ] && [ "${command[0]}" = "$lein" ]; then
        detail "Using dependencies from the cache: what project.clj says is unchanged"
        "$lein" -o "${command[@]:1}" 2>&1 | tee "$cache/clojure/log" | indent && return
        grep -q 'in offline mode' "$cache/clojure/log" || lein_failed
        detail "Something is missing in the cache; building online"
    fi
    rm -f -- "$cache/clojure/fingerprint"
    "${command[@]}" 2>&1 | tee "$cache/clojure/log" | indent || lein_failed
    printf '%s\n' "$print" >"$cache/clojure/fingerprint"
}

lein_failed() {
    if grep -qE 'Could not (transfer|find) artifact' "$cache/clojure/log"; then
        fail "Leiningen could not get what the app depends on (above)." "Check the names and versions in project.clj; behind a firewall set MAVEN_MIRROR_URL and CLOJARS_MIRROR_URL, or https_proxy."
    fi
    fail "Leiningen failed (above)." "The same command on your machine shows the same."
}

# An uberjar needs nothing else; other apps take Leiningen's repository along, and Leiningen itself if the stack has none.
set_up_lein() {
    local uberjar jar
    uberjar=$(uberjar_name)
    mkdir -p "$build/.renga"
    if [ -n "$uberjar" ]; then
        jar=$(find target -type f -name "$uberjar" 2>/dev/null | grep -E '^[A-Za-z0-9._/+-]+$' | head -n 1)
    fi
    if [ -n "${jar:-}" ]; then
        echo "java \$JAVA_OPTS -jar $jar" >"$build/.renga/clojure-web"
    else
        echo "lein with-profile production trampoline run" >"$build/.renga/clojure-web"
    fi
    echo 'export LEIN_NO_DEV=${LEIN_NO_DEV:-yes} RING_ENV=${RING_ENV:-production}' >"$build/.profile.d/clojure.sh"
    if [ "${LEIN_INCLUDE_IN_SLUG:-$([ -n "$uberjar" ] && echo no || echo yes)}" != no ]; then
        step "Copying Leiningen's repository into the app"
        rm -rf -- "$build/.renga/clojure"
        cp -R -- "$lein_home" "$build/.renga/clojure"
        # Nothing is fetched there, so neither a build's mirror counts nor from where each file came.
        rm -f -- "$build/.renga/clojure"/{lein/init.clj,fingerprint,log}
        find "$build/.renga/clojure/.m2" \( -name _remote.repositories -o -name _maven.repositories \) -delete
        echo 'export LEIN_HOME=$HOME/.renga/clojure/lein LEIN_JVM_OPTS="-Xmx160m -XX:TieredStopAtLevel=1 -Duser.home=$HOME/.renga/clojure" LEIN_OFFLINE=true PATH=$HOME/bin:$HOME/.renga/clojure/bin:$PATH' >>"$build/.profile.d/clojure.sh"
    fi
    printf 'export LEIN_HOME=%q PATH=%q/bin:$PATH\n' "$LEIN_HOME" "$lein_home" >>"$pack/export"
}

# Maven: which, where it downloads from, and how it runs.
default_maven=3.9.9

# Sets the array maven, and maven_version: the app's own wrapper, else the stack's when no other is asked for, else one from Maven Central, kept in the cache.
provide_maven() {
    local wanted home
    wanted=$(java_property system.properties maven.version)
    # The Java machine takes the home folder from the system, not from HOME.
    export MAVEN_OPTS="-Xmx1024m ${MAVEN_JAVA_OPTS:-} -Duser.home=$cache/maven/home -Dmaven.repo.local=$cache/maven/repository $(proxy_options)" MAVEN_USER_HOME=$cache/maven/home/.m2
    mkdir -p "$MAVEN_USER_HOME" "$cache/maven/repository"
    if [ -f mvnw ] && [ -z "$wanted" ] && [ ! -f .mvn/wrapper/maven-wrapper.properties ]; then
        problem "mvnw is not used: .mvn/wrapper/maven-wrapper.properties is missing. Run mvn wrapper:wrapper and commit what it makes."
    elif [ -f mvnw ] && [ -z "$wanted" ]; then
        chmod +x mvnw
        maven=(./mvnw)
        [ -z "${MAVEN_MIRROR_URL:-}" ] || export MVNW_REPOURL=${MVNW_REPOURL:-$(maven_central "$build")}
        maven_version=$(version_of ./mvnw) || fail "The app's Maven wrapper did not run." "$(./mvnw --version 2>&1 | tail -n 3)"
        detail "Using the app's wrapper: Maven $maven_version"
        return
    fi
    maven_version=$(version_of mvn)
    if [ -n "$maven_version" ] && { [ -z "$wanted" ] || [ "$wanted" = "$maven_version" ]; }; then
        maven=(mvn)
        detail "Using Maven $maven_version of the stack"
        return
    fi
    maven_version=${wanted:-$default_maven}
    home=$cache/maven/dist/$maven_version
    if [ -x "$home/bin/mvn" ]; then
        detail "Using Maven $maven_version from the cache"
    else
        detail "Downloading Maven $maven_version"
        rm -rf -- "$cache/maven/dist"
        mkdir -p "$home.draft"
        download_published "$(maven_central "$build")/org/apache/maven/apache-maven/$maven_version/apache-maven-$maven_version-bin.tar.gz" "$cache/maven/maven.tar.gz" &&
            tar --extract --gzip --file="$cache/maven/maven.tar.gz" --directory="$home.draft" --strip-components=1 --no-same-owner && mv -- "$home.draft" "$home" ||
            fail "Maven $maven_version is not available." "Ask for a released version in system.properties (maven.version=$default_maven), or commit a wrapper."
        rm -- "$cache/maven/maven.tar.gz"
    fi
    maven=("$home/bin/mvn")
}

version_of() { # PROGRAM
    "$1" --version 2>/dev/null | sed -E 's/\x1b\[[0-9;]*m//g' | sed -nE 's/^Apache Maven ([^ ]+).*/\1/p' | grep .
}

# Prints the options that name the app's settings, then ours: Maven takes the app's word first.
settings_options() {
    local own=
    if [ -n "${MAVEN_SETTINGS_PATH:-}" ]; then
        own=$MAVEN_SETTINGS_PATH
        [ -f "$own" ] || fail "MAVEN_SETTINGS_PATH: the app has no file $own."
    elif [ -n "${MAVEN_SETTINGS_URL:-}" ]; then
        own=$cache/maven/app-settings.xml
        download --output "$own" "$MAVEN_SETTINGS_URL" || fail "MAVEN_SETTINGS_URL: no settings could be had from there."
    elif [ -f settings.xml ]; then
        own=settings.xml
    elif [ -f .m2/settings.xml ]; then
        own=.m2/settings.xml
    fi
    [ -z "$own" ] || printf -- '-s\n%s\n' "$own"
    [ -n "${MAVEN_MIRROR_URL:-}" ] || return 0
    printf '<settings><mirrors><mirror><id>mirror</id><mirrorOf>%s</mirrorOf><url>%s</url></mirror></mirrors></settings>\n' \
        "${MAVEN_MIRROR_OF:-central}" "$(maven_central "$build")" >"$cache/maven/settings.xml"
    printf -- '-gs\n%s\n' "$cache/maven/settings.xml"
}

# Builds offline when nothing has changed of what decides about dependencies; what it lacks all the same is looked for online.
run_maven() { # OPTIONS GOALS
    local settings options goals last print command
    settings=$(settings_options) || { printf '%s\n' "$settings"; exit 1; }
    mapfile -t settings < <(printf '%s' "${settings:+$settings$'\n'}")
    read -ra options <<<"$1"
    read -ra goals <<<"$2"
    print=$(find . \( -name target -o -name node_modules -o -name .git \) -prune -o -type f \( -name 'pom.*' -o -path '*/.mvn/*' -o -name settings.xml \) -print0 |
        fingerprint "$maven_version" "${MAVEN_MIRROR_URL:-}" "${options[@]}" "${goals[@]}")
    last=$(cat "$cache/maven/fingerprint" 2>/dev/null)
    command=("${maven[@]}" -B "${settings[@]}" -DoutputFile=target/mvn-dependency-list.log "${options[@]}" "${goals[@]}")
    step "Building with Maven"
    detail "\$ ${maven[0]##*/} $1 $2"
    if [ "$print" = "$last" ]; then
        detail "Using dependencies from the cache: what pom.xml says is unchanged"
        "${command[@]}" -o 2>&1 | tee "$cache/maven/log" | indent && return
        grep -qE 'offline mode|in offline' "$cache/maven/log" || maven_failed "$@"
        detail "Something is missing in the cache; building online"
    fi
    rm -f -- "$cache/maven/fingerprint"
    "${command[@]}" 2>&1 | tee "$cache/maven/log" | indent || maven_failed "$@"
    printf '%s\n' "$print" >"$cache/maven/fingerprint"
}

maven_failed() { # OPTIONS GOALS
    if grep -q 'Could not \(transfer\|find\) artifact\|Unknown host' "$cache/maven/log"; then
        fail "Maven could not get what the app depends on (above)." "Check the names and versions in pom.xml; behind a firewall set MAVEN_MIRROR_URL, or http_proxy and https_proxy."
    elif grep -qE 'release version [0-9]+ not supported|invalid target release' "$cache/maven/log"; then
        fail "pom.xml asks for a newer Java than OpenJDK $java_version." "Write the version into system.properties, for example: java.runtime.version=21"
    fi
    fail "Maven failed (above)." "The same command on your machine shows the same: ${maven[0]##*/} $*"
}

# Which framework the app's pom.xml names.
framework() {
    local name
    for name in quarkus:io.quarkus spring-boot:org.springframework.boot wildfly-swarm:org.wildfly.swarm micronaut:io.micronaut; do
        grep -qs "<groupId>${name#*:}" pom.xml && echo "${name%%:*}" && return
    done
    return 0
}

# The biggest jar is the one with everything in it. Names that a process type could not hold are passed over.
largest_jar() { # FOLDER
    find "$1" -maxdepth 1 -type f -name '*.jar' -printf '%s %p\n' 2>/dev/null | sort -rn | cut -d' ' -f2- | grep -E '^[A-Za-z0-9._/+-]+$' | head -n 1
}

tell_facts() {
    fact java_version "$java_version"
    fact build_tool Maven
    fact build_tool_version "$maven_version"
    fact framework "$(framework)"
}

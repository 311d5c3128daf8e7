# Gradle: which, where it downloads from, what it is asked to do, and how it runs.
default_gradle=8.10.2

# Sets the array gradle, and gradle_version: the app's own wrapper, else the stack's, else a release from where Gradle publishes them, kept in the cache.
provide_gradle() {
    export GRADLE_USER_HOME=$cache/gradle/home
    mkdir -p "$GRADLE_USER_HOME/init.d"
    rm -rf -- "$GRADLE_USER_HOME/daemon"
    GRADLE_OPTS="${GRADLE_OPTS:-} -Duser.home=$GRADLE_USER_HOME -Dorg.gradle.daemon=false $(proxy_options)"
    export GRADLE_OPTS
    printf 'org.gradle.welcome=never\norg.gradle.caching=true\norg.gradle.vfs.watch=false\norg.gradle.daemon=false\n' >"$GRADLE_USER_HOME/gradle.properties"
    write_init_script >"$GRADLE_USER_HOME/init.d/renga.gradle"
    local properties=gradle/wrapper/gradle-wrapper.properties home
    if [ -f gradlew ]; then
        [ -f "$properties" ] && [ -f gradle/wrapper/gradle-wrapper.jar ] ||
            fail "gradlew is there, but not all of gradle/wrapper." "Run gradle wrapper, and commit gradlew, gradle-wrapper.properties and gradle-wrapper.jar (.gitignore often hides the jar)."
        chmod +x gradlew
        gradle=(./gradlew)
        redirect_wrapper "$properties"
        gradle_version=$(java_property "$properties" distributionUrl | sed -nE 's/.*gradle-([0-9][^/]*)-(bin|all)\.zip$/\1/p')
        detail "Using the app's wrapper: Gradle ${gradle_version:-of its own address}"
        return
    fi
    gradle_version=$(gradle --version 2>/dev/null | sed -nE 's/^Gradle ([^ ]+).*/\1/p')
    if [ -n "$gradle_version" ]; then
        detail "Using Gradle $gradle_version of the stack: the app has no wrapper"
        gradle=(gradle)
        return
    fi
    gradle_version=$default_gradle
    home=$cache/gradle/dist/gradle-$gradle_version
    if [ -x "$home/bin/gradle" ]; then
        detail "Using Gradle $gradle_version from the cache: the app has no wrapper"
    else
        detail "Downloading Gradle $gradle_version: the app has no wrapper"
        rm -rf -- "$cache/gradle/dist"
        mkdir -p "$cache/gradle/dist"
        download_published "$(distributions)/gradle-$gradle_version-bin.zip" "$cache/gradle/dist/gradle.zip" &&
            (cd "$cache/gradle/dist" && jar xf gradle.zip && rm gradle.zip && chmod +x "$home/bin/gradle") ||
            fail "Gradle $gradle_version could not be had." "Commit a wrapper (run gradle wrapper), or set GRADLE_DISTRIBUTIONS_URL to a mirror."
    fi
    gradle=("$home/bin/gradle")
}

distributions() {
    echo "${GRADLE_DISTRIBUTIONS_URL:-https://services.gradle.org/distributions}"
}

# With a mirror of Gradle's releases the wrapper downloads from there; its file is the app's again when the build has ended.
redirect_wrapper() { # PROPERTIES
    [ -n "${GRADLE_DISTRIBUTIONS_URL:-}" ] || return 0
    wrapper_file=$1
    cp -- "$wrapper_file" "$wrapper_file.original"
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        if [[ $line =~ ^distributionUrl=.*/([^/]+)$ ]]; then
            line=distributionUrl=$(sed 's/:/\\:/g' <<<"${GRADLE_DISTRIBUTIONS_URL%/}")/${BASH_REMATCH[1]}
        fi
        printf '%s\n' "$line"
    done <"$wrapper_file.original" >"$wrapper_file"
}

restore_wrapper() {
    [ -z "${wrapper_file:-}" ] || mv -- "$wrapper_file.original" "$wrapper_file"
}

# Mirrors, and a task that only resolves what tests need. Written so that old releases of Gradle understand it too.
write_init_script() {
    local central= plugins=${GRADLE_PLUGINS_MIRROR_URL:-}
    [ -z "${MAVEN_MIRROR_URL:-}" ] || central=$(maven_central "$build")
    cat <<EOF
def central = '${central//[\'\\]/}', plugins = '${plugins//[\'\\]/}'
def redirect = { repository ->
    if (!(repository instanceof MavenArtifactRepository)) return
    def url = repository.url.toString()
    def mirror = url.startsWith('https://repo.maven.apache.org/maven2') || url.startsWith('https://repo1.maven.org/maven2') ? central
        : url.startsWith('https://plugins.gradle.org/m2') ? plugins : ''
    if (mirror) {
        repository.url = mirror
        if (repository.hasProperty('allowInsecureProtocol')) repository.allowInsecureProtocol = true
    }
}
settingsEvaluated { settings ->
    if (plugins && settings.pluginManagement.repositories.empty) settings.pluginManagement.repositories.gradlePluginPortal()
    settings.pluginManagement.repositories.all(redirect)
    if (settings.hasProperty('dependencyResolutionManagement')) settings.dependencyResolutionManagement.repositories.all(redirect)
}
allprojects {
    buildscript.repositories.all(redirect)
    repositories.all(redirect)
    task('renga-test-dependencies') {
        doLast {
            ['testCompileClasspath', 'testRuntimeClasspath'].each { name ->
                def found = project.configurations.findByName(name)
                if (found) found.resolve()
            }
        }
    }
}
EOF
}

# What the app's build scripts say, without running them.
scripts_say() { # EXTENDED_REGULAR_EXPRESSION
    find . \( -name build -o -name .gradle -o -name node_modules \) -prune -o -type f \( -name '*.gradle' -o -name '*.gradle.kts' -o -name '*.versions.toml' \) -print0 | xargs -0 -r grep -qsE "$1"
}

framework() {
    local name
    for name in quarkus:io.quarkus webapp-runner:webapp-runner spring-boot:org.springframework.boot micronaut:io.micronaut ratpack:io.ratpack shadow:'com.(github.johnrengelman|gradleup).shadow'; do
        scripts_say "['\":]${name#*:}|=[[:space:]]*\"${name#*:}" && echo "${name%%:*}" && return
    done
    return 0
}

# A task named stage is for this; else it is what the framework packs a whole app with.
default_task() {
    if scripts_say "task[( ]+['\"]?stage['\") (]|tasks\.(register|create)(<[^>]*>)?\(['\"]stage['\"]|val +stage +by"; then
        echo stage
        return
    fi
    case $(framework) in
        spring-boot) echo bootJar ;;
        quarkus | webapp-runner) echo build -x check ;;
        micronaut) scripts_say 'shadow' && echo shadowJar || echo build -x check ;;
        shadow) echo shadowJar ;;
        ratpack) echo installDist ;;
        *) scripts_say "(plugin: *['\"]application|id[ (]+['\"]application|^[[:space:]]*application[[:space:]]*$)" && echo installDist || echo build -x test ;;
    esac
}

# Builds offline when nothing has changed of what decides about dependencies; what is missing all the same is looked for online.
run_gradle() { # TASKS
    local tasks print last command
    read -ra tasks <<<"$1"
    print=$(find . \( -name build -o -name .gradle -o -name node_modules -o -name .git \) -prune -o -type f \
        \( -name '*.gradle' -o -name '*.gradle.kts' -o -name gradle.properties -o -name '*.lockfile' -o -name '*.versions.toml' -o -name gradle-wrapper.properties \) -print0 |
        fingerprint "$gradle_version" "${MAVEN_MIRROR_URL:-}" "${tasks[@]}")
    last=$(cat "$cache/gradle/fingerprint" 2>/dev/null)
    command=("${gradle[@]}" --no-daemon --project-cache-dir "$cache/gradle/project" "${tasks[@]}")
    step "Building with Gradle"
    detail "\$ ${gradle[0]##*/} $1"
    if [ "$print" = "$last" ]; then
        detail "Using dependencies from the cache: what the build scripts say is unchanged"
        "${command[@]}" --offline 2>&1 | tee "$cache/gradle/log" | indent && return
        grep -q 'for offline mode' "$cache/gradle/log" || gradle_failed "$1"
        detail "Something is missing in the cache; building online"
    fi
    rm -f -- "$cache/gradle/fingerprint"
    "${command[@]}" 2>&1 | tee "$cache/gradle/log" | indent || gradle_failed "$1"
    printf '%s\n' "$print" >"$cache/gradle/fingerprint"
}

gradle_failed() { # TASKS
    if grep -q "Task '.*' not found" "$cache/gradle/log"; then
        fail "The app has no such Gradle task (above)." "Name one in the config var GRADLE_TASK, or define a task called stage."
    elif grep -qE 'Could not (resolve|GET|HEAD)|UnknownHostException' "$cache/gradle/log"; then
        fail "Gradle could not get what it needs (above)." "Check the names and versions in the build scripts; behind a firewall set GRADLE_DISTRIBUTIONS_URL, MAVEN_MIRROR_URL and GRADLE_PLUGINS_MIRROR_URL, or https_proxy."
    elif grep -qE 'Unsupported class file major version|Could not determine java version|Could not initialize class org.codehaus.groovy' "$cache/gradle/log"; then
        fail "Gradle $gradle_version does not run on OpenJDK $java_version." "Ask for an older Java in system.properties (java.runtime.version=17), or update the wrapper."
    fi
    fail "Gradle failed (above)." "The same command on your machine shows the same: ${gradle[0]##*/} $1"
}

# The one jar in build/libs that is not for other programs to use.
runnable_jar() {
    find build/libs -maxdepth 1 -type f -name '*.jar' -printf '%s %p\n' 2>/dev/null | grep -vE '(-plain|-sources|-javadoc)\.jar$' | sort -rn | cut -d' ' -f2- | grep -E '^[A-Za-z0-9._/+-]+$' | head -n 1
}

tell_facts() {
    fact java_version "$java_version"
    fact build_tool Gradle
    fact build_tool_version "$gradle_version"
    fact framework "$(framework)"
}

# sbt: which, where it downloads from, what it is asked to do, and what of it goes into the slug.

# Sets sbt_version and the folder sbt_home, which holds the launcher and everything that it downloads. The launcher then gets the sbt that project/build.properties
# names by itself.
provide_sbt() {
    local jar
    sbt_version=$(java_property project/build.properties sbt.version)
    case $sbt_version in
        '') fail "project/build.properties does not say which sbt." "Write into it, for example: sbt.version=1.10.7" ;;
        1.* | 2.*) [[ $sbt_version =~ ^[0-9A-Za-z.-]+$ ]] || fail "project/build.properties: \"$sbt_version\" is not a version of sbt." "Write for example: sbt.version=1.10.7" ;;
        *) fail "sbt $sbt_version is not supported." "Supported are 1.x and 2.x. Write into project/build.properties, for example: sbt.version=1.10.7" ;;
    esac
    sbt_home=$cache/sbt
    jar=$sbt_home/launcher/sbt-launch-$sbt_version.jar
    if [ -f "$jar" ]; then
        detail "Using the launcher of sbt $sbt_version from the cache"
    else
        detail "Downloading the launcher of sbt $sbt_version"
        rm -rf -- "$sbt_home/launcher"
        download_published "$(maven_central "$build")/org/scala-sbt/sbt-launch/$sbt_version/sbt-launch-$sbt_version.jar" "$jar" ||
            fail "sbt $sbt_version could not be had." "Check sbt.version in project/build.properties; behind a firewall set MAVEN_MIRROR_URL, or https_proxy."
    fi
    mkdir -p "$sbt_home/bin" "$sbt_home/global/plugins"
    cp -- "$pack/lib/sbt" "$sbt_home/bin/sbt"
    chmod +x "$sbt_home/bin/sbt"
    rm -f -- "$sbt_home/repositories"
    [ -z "${MAVEN_MIRROR_URL:-}" ] || printf '[repositories]\n  local\n  mirror: %s/\n%s' "$(maven_central "$build")" "${SBT_REPOSITORIES:+$SBT_REPOSITORIES$'\n'}" >"$sbt_home/repositories"
    SBT_OPTS="${SBT_OPTS:-} $(proxy_options)"
    export SBT_OPTS PATH=$sbt_home/bin:$PATH
}

framework() {
    if grep -qsE 'play\.sbt|com\.typesafe\.play|org\.playframework' project/*.sbt; then
        echo play
    fi
}

# The words of SBT_TASKS, each for SBT_PROJECT if there is one.
tasks() {
    local task list=()
    for task in $([ "${SBT_CLEAN:-}" = true ] && echo clean) ${SBT_PRE_TASKS:-} ${SBT_TASKS:-compile stage}; do
        list+=("${SBT_PROJECT:+$SBT_PROJECT/}$task")
    done
    echo "${list[*]}"
}

# What was compiled last time spares compiling it again, of the app and of its build definition.
restore_targets() {
    [ "${SBT_CLEAN:-}" != true ] && [ -d "$cache/sbt-targets" ] || return 0
    cp -R --preserve=timestamps -- "$cache/sbt-targets/." "$build/"
}

keep_targets() {
    rm -rf -- "$cache/sbt-targets"
    [ "${SBT_CLEAN:-}" != true ] || return 0
    local folder
    for folder in target project/target project/project/target; do
        [ -d "$folder" ] || continue
        mkdir -p "$cache/sbt-targets/$folder"
        tar --create --directory="$folder" --exclude=./universal . | tar --extract --directory="$cache/sbt-targets/$folder"
    done
}

run_sbt() { # TASKS
    local words
    read -ra words <<<"$1"
    step "Building with sbt"
    detail "\$ sbt $1"
    "$sbt_home/bin/sbt" "${words[@]}" 2>&1 | tee "$cache/sbt/log" | indent && return
    if grep -qE 'Not a valid (command|key)' "$cache/sbt/log"; then
        fail "The app has no such task (above)." "For stage, add the plugin sbt-native-packager (Play has it); or name your own tasks in the config var SBT_TASKS."
    elif grep -qE 'not found: https?://|[Dd]ownload error|unresolved dependency|could not retrieve' "$cache/sbt/log"; then
        fail "sbt could not get what it needs (above)." "Check the names and versions in build.sbt; behind a firewall set MAVEN_MIRROR_URL, or https_proxy."
    elif grep -q 'OutOfMemoryError' "$cache/sbt/log"; then
        fail "sbt had too little memory." "It has 1024 MB unless the config var SBT_OPTS says otherwise, for example: -Xmx1500m"
    fi
    fail "sbt failed (above)." "The same command on your machine shows the same: sbt $1"
}

# A staged app has everything that runs in target/universal/stage. KEEP_SBT_CACHE=true keeps what it was made of.
prune_targets() {
    if compgen -G "target/universal/stage/bin/*" >/dev/null && [ "${KEEP_SBT_CACHE:-}" != true ]; then
        step "Removing what only the build needed"
        rm -rf -- target/scala-* target/streams target/resolution-cache target/global-logging target/task-temp-directory project/target project/project
    fi
    # An app that runs sbt itself takes it along.
    if [ "${SBT_AT_RUNTIME:-}" = true ] || grep -qsE '^[a-z]+:.*\bsbt\b' Procfile; then
        step "Copying sbt into the app"
        mkdir -p "$build/.renga" "$build/.profile.d"
        rm -rf -- "$build/.renga/sbt"
        cp -R -- "$sbt_home" "$build/.renga/sbt"
        printf 'export PATH=$HOME/.renga/sbt/bin:$PATH\n' >"$build/.profile.d/sbt.sh"
    fi
}

export_sbt() {
    printf 'export PATH=%q/bin:$PATH\n' "$sbt_home" >>"$pack/export"
}

# Restores, publishes, and leaves what a dyno needs.

# The build folder is another one each time and none of them is the dyno's, so what is compiled names the dyno's.
options=(-p:UseSharedCompilation=false "-p:PathMap=$build=/app" --verbosity quiet)

count_packages() { find "$NUGET_PACKAGES" -mindepth 2 -maxdepth 2 -type d 2>/dev/null | wc -l; }

# A lock file of packages is binding where there is one.
restore_packages() {
    local before after locked=()
    step "Restoring packages"
    fact package_manager nuget
    if [ -n "$(find . -name packages.lock.json -not -path '*/obj/*' -print -quit)" ]; then
        detail "packages.lock.json: locked"
        locked=(-p:RestoreLockedMode=true)
    fi
    if [ -n "${NUGET_SOURCE-}" ]; then locked+=(--source "$NUGET_SOURCE"); fi
    before=$(count_packages)
    if ! dotnet restore "$target" "${options[@]}" ${locked[@]+"${locked[@]}"} "-p:Configuration=$(configuration)" $(ahead_of_time) 2>&1 | tee "$cache/restore.log" | sed -uE "s|$build/||g; s/ \[[^][]*\]\$//" | indent; then
        if grep -q NU1004 "$cache/restore.log"; then
            fail "packages.lock.json is not what the project asks for." "Run \"dotnet restore --force-evaluate\" and commit packages.lock.json."
        fi
        fail "dotnet restore failed." "Can every package be had? Mirrors: nuget.config in the source, or NUGET_SOURCE."
    fi
    rm -f -- "$cache/restore.log"
    after=$(count_packages)
    if [ "$after" -gt "$before" ]; then
        detail "Downloaded $((after - before)) packages"
    else
        detail "Using $after packages from the cache, none fetched"
    fi
}

configuration() { echo "${BUILD_CONFIGURATION:-Release}"; }

# A single file is compiled to machine code unless told otherwise, which needs a C compiler and time; here the file itself must ask for it.
ahead_of_time() {
    if [ "$target" = app.cs ] && ! grep -qiE '^#:property +PublishAot *= *true' app.cs; then echo -p:PublishAot=false; fi
}

publish() {
    local where=(-p:PublishDir=bin/publish/)
    [ "$target" != app.cs ] || where=(--output bin/publish)
    step "Publishing $target"
    dotnet publish "$target" --no-restore --configuration "$(configuration)" "${options[@]}" "${where[@]}" $(ahead_of_time) 2>&1 | sed -uE "s|$build/||g; s/ \[[^][]*\]\$//" | indent || fail "dotnet publish failed."
}

# Tests are programs too; they are told by what they are made with.
prune() {
    local folder framework
    find . -type d -name obj -prune -exec rm -rf -- {} +
    find . -type d -path '*/bin/*' -prune ! -path '*/bin/publish' -exec rm -rf -- {} +
    while IFS= read -r folder; do
        for framework in xunit nunit.framework Microsoft.TestPlatform. Microsoft.Testing. TUnit; do
            if compgen -G "$folder/$framework*.dll" >/dev/null; then rm -rf -- "$folder"; fi
        done
    done < <(find . -type d -path '*/bin/publish')
    [ -n "$("$pack/bin/release" "$build" | sed 1d)" ] || fail "Nothing that can run was published: no project has OutputType Exe."
}

published_for() { find . -path '*/bin/publish/*.runtimeconfig.json' -exec grep -hE "$1" {} + | grep . >/dev/null; }

# An app that brings no runtime of its own needs one that its dynos see: the stack's on the stack "host", whose dynos have what builds have, else a copy in the app.
provide_runtime() {
    local root name
    published_for '"frameworks?":' || { detail "The app brings its own runtime"; return; }
    root=$(dirname "$(readlink -f "$(command -v dotnet)")")
    case $root in
        "$cache"/*) ;;
        *) if [ "${STACK:-host}" = host ]; then return; fi ;;
    esac
    mkdir -p .renga/dotnet/shared
    cp -R -- "$root/dotnet" "$root/host" .renga/dotnet/
    for name in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
        if [ "$name" = Microsoft.NETCore.App ] || published_for "$name"; then cp -R -- "$root/shared/$name" .renga/dotnet/shared/; fi
    done
    detail "The runtime is in the app: .renga/dotnet"
}

build_tests() {
    step "Building the app and its tests"
    dotnet build "$target" --no-restore "${options[@]}" 2>&1 | indent || fail "dotnet build failed."
    printf 'export PATH=%q:$PATH NUGET_PACKAGES=%q DOTNET_CLI_HOME=%q DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1\n' "$(dirname "$(command -v dotnet)")" "$NUGET_PACKAGES" "$DOTNET_CLI_HOME" >.renga/test-environment
}

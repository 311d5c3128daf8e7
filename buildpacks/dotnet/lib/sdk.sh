# Chooses an SDK: the machine's when it fits global.json and the projects, else one that Microsoft publishes, checked against its digest and kept in the cache.

# What is published: a solution before a project, a project before a file.
choose_target() {
    local targets=(*.slnx *.sln)
    [ "${#targets[@]}" -gt 0 ] || targets=(*.csproj *.fsproj *.vbproj)
    [ "${#targets[@]}" -gt 0 ] || targets=(app.cs)
    [ "${#targets[@]}" = 1 ] || fail "There are several to choose from: ${targets[*]}." "Keep one solution at the root; it names the projects."
    target=${targets[0]}
}

# The newest framework that a project names, like 9.0.
target_framework() {
    find . \( -name '*.*proj' -o -name 'Directory.Build.props' -o -name app.cs \) -not -path '*/bin/*' -not -path '*/obj/*' -exec grep -hoE '(TargetFrameworks?>[^<]*|#:property +TargetFramework *=.*)' {} + 2>/dev/null |
        grep -oE 'net[0-9]+\.[0-9]+' | sed 's/^net//' | sort -V | tail -n 1
}

provide_sdk() {
    local machine framework wanted roll
    framework=$(target_framework)
    [ -z "$framework" ] || fact target_framework "net$framework"
    machine=$(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd ' ')
    if version=$(dotnet --version 2>/dev/null) && [ "$(printf '%s\n' "${version%%.*}" "${framework%%.*}" | sort -n | tail -n 1)" = "${version%%.*}" ]; then
        detail "Using .NET SDK $version of this machine"
        fact dotnet_version "$version"
        return
    fi

    wanted=$(json_string global.json version) roll=$(json_string global.json rollForward)
    download_sdk "${wanted:-${framework:-10.0}.0}" "$(if [ -n "$wanted" ]; then echo "${roll:-latestPatch}"; else echo latestFeature; fi)" "$machine"
}

json_string() { sed -nE 's/.*"'"$2"'"[[:space:]]*:[[:space:]]*"([^"]*)".*/\1/p' "$1" 2>/dev/null | head -n 1; }

download_sdk() { # 9.0.100 ROLL_FORWARD MACHINES
    local base=${DOTNET_DOWNLOAD_URL:-https://builds.dotnet.microsoft.com/dotnet} channel known fitting url digest rid
    [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[A-Za-z0-9.]+)?$ ]] || fail "\"$1\" in global.json is not a version of the .NET SDK." "Write for example 10.0.100."
    channel=$(cut -d. -f1-2 <<<"$1") rid=linux-$(case $(uname -m) in aarch64) echo arm64 ;; *) echo x64 ;; esac)
    # Lines of VERSION URL DIGEST, taken from a list that is meant to be read as JSON, whose fields come in this order.
    known=$(download "${base%/}/release-metadata/$channel/releases.json" 2>/dev/null | tr -d ' \r\n' | grep -oE '"name":"dotnet-sdk-'"$rid"'\.tar\.gz","rid":"[^"]*","url":"[^"]*","hash":"[0-9a-fA-F]{128}"' |
        sed -E 's|.*"url":"([^"]*/Sdk/([^/"]+)/[^"]*)","hash":"([^"]*)"|\2 \1 \3|' | sort -uV) ||
        fail "No .NET SDK on this machine fits: $1 is asked for, it has ${3:-none}." "And $base cannot be asked for another. Change global.json or TargetFramework, or name a mirror in DOTNET_DOWNLOAD_URL."
    fitting=$(while read -r version url digest; do
        case $2 in
            disable) [ "$version" = "$1" ] || continue ;;
            patch | latestPatch) [[ $version == "${1%??}"?? ]] || continue ;;
            *) [[ $version != *-* ]] || continue ;;
        esac
        [ "$(printf '%s\n%s\n' "$1" "$version" | sort -V | head -n 1)" = "$1" ] && echo "$version $url $digest"
    done <<<"$known" | tail -n 1)
    [ -n "$fitting" ] || fail "No .NET SDK fits: $1 is asked for (rollForward $2)." "This machine has ${3:-none}; of $channel there are $(cut -d' ' -f1 <<<"$known" | tail -n 8 | paste -sd ' ')."
    read -r version url digest <<<"$fitting"
    if [ -x "$cache/sdk/$version/dotnet" ]; then
        detail "Using .NET SDK $version from the cache"
    else
        detail "Downloading .NET SDK $version"
        rm -rf -- "$cache/sdk"
        mkdir -p "$cache/sdk/draft"
        download_checked "${base%/}/${url#*/dotnet/}" "$cache/sdk/sdk.tar.gz" "$digest" &&
            tar --extract --gzip --file="$cache/sdk/sdk.tar.gz" --directory="$cache/sdk/draft" --no-same-owner || fail ".NET SDK $version could not be downloaded."
        rm -f -- "$cache/sdk/sdk.tar.gz"
        mv -- "$cache/sdk/draft" "$cache/sdk/$version"
    fi
    export DOTNET_ROOT=$cache/sdk/$version DOTNET_MULTILEVEL_LOOKUP=0 PATH=$cache/sdk/$version:$PATH
    fact dotnet_version "$version"
}

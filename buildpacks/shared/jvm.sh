# What the buildpacks of the Java machine share: the JDK, downloads that are checked, where Maven artifacts come from, and what a dyno sets up.

# Prints a value of a .properties file.
java_property() { # FILE KEY
    [ -f "$1" ] || return 0
    tr -d '\r' <"$1" | sed -nE "s/^[[:space:]]*${2//./\\.}[[:space:]]*[=:][[:space:]]*([^[:space:]]*)[[:space:]]*$/\1/p" | tail -n 1
}

# Downloads a file whose digest is known, or else published beside it: .sha512, .sha256 or, as for all of Maven Central, .sha1.
download_published() { # URL TO [SHA256]
    local digest=${3:-} kind code
    if [ -z "$digest" ]; then
        for kind in 512 256 1; do
            digest=$(download "$1.sha$kind" 2>/dev/null)
            code=$?
            # Only where there is no such file does another help; 22 is HTTP's word for it, 37 that of a folder.
            [ "$code" = 22 ] || [ "$code" = 37 ] || break
        done
        digest=$(grep -oE '^[0-9a-fA-F]{40,128}' <<<"$digest" | head -n 1)
        [ -n "$digest" ] || { problem "$1 cannot be reached, or has no digest beside it (.sha512, .sha256, .sha1)."; return 1; }
    fi
    download_checked "$1" "$2" "$digest"
}

# One digest of files' contents and of words.
fingerprint() { # WORD... (names of files on standard input, each ended by a zero byte)
    { printf '%s\n' "$@"; sort -z | xargs -0 -r sha256sum; } | sha256sum | cut -d' ' -f1
}

# Where the artifacts of Maven Central come from. MAVEN_MIRROR_URL may be a folder of the app, for an app that brings them.
maven_central() { # BUILD_DIR
    case ${MAVEN_MIRROR_URL:-} in
        '') echo https://repo.maven.apache.org/maven2 ;;
        *:/*) echo "${MAVEN_MIRROR_URL%/}" ;;
        *) echo "file://$1/${MAVEN_MIRROR_URL%/}" ;;
    esac
}

# The proxy that the environment names, as the Java machine wants to hear it.
proxy_options() {
    local scheme variable hosts
    for scheme in http https; do
        variable=${scheme}_proxy
        [ -n "${!variable:-}" ] || variable=${variable^^}
        [[ ${!variable:-} =~ ^(https?://)?([^/@:]+)(:([0-9]+))?/?$ ]] && printf -- '-D%s.proxyHost=%s -D%s.proxyPort=%s ' "$scheme" "${BASH_REMATCH[2]}" "$scheme" "${BASH_REMATCH[4]:-3128}"
    done
    hosts=${no_proxy:-${NO_PROXY:-}}
    [ -n "$hosts" ] && printf -- '-Dhttp.nonProxyHosts=%s ' "$(sed -E 's/(^|,) *\./\1*./g; s/, */|/g' <<<"$hosts")"
    return 0
}

jdk_version() { # JDK_FOLDER
    sed -nE 's/^JAVA_VERSION="(.*)"/\1/p' "$1/release" 2>/dev/null | sed -E 's/^1\.8\.0_/8.0./'
}

# "VERSION FOLDER" of each JDK below a folder, the highest last.
jdks_in() { # FOLDER
    local folder
    for folder in "$1"/*; do
        [ -x "$folder/bin/javac" ] && [ ! -L "$folder" ] && printf '%s %s\n' "$(jdk_version "$folder")" "$folder"
    done | sort -V
}

# Reads such lines and prints the folder of the last that fits: 17 fits any 17, 17.0.9 only itself.
fitting_jdk() { # WANTED
    awk -v wanted="$1" 'wanted == "" || $1 == wanted || index($1, wanted ".") == 1 { found = $2 } END { if (found == "") exit 1; print found }'
}

# What system.properties asks for, as the JDK numbers itself: "temurin-17.0.9", "1.8", "1.8.0_392" are 17.0.9, 8, 8.0.392.
wanted_jdk() { # BUILD_DIR
    java_property "$1/system.properties" java.runtime.version | sed -E 's/^[a-zA-Z]+-//; s/^1\.8\.0_/8.0./; s/^1\.([0-9])$/\1/; s/\+.*$//'
}

adoptium() { # PATH
    download "${ADOPTIUM_API_URL:-https://api.adoptium.net/v3}/$1"
}

# Downloads a JDK into the cache and prints its folder.
download_jdk() { # WANTED CACHE_DIR
    local wanted=$1 to=$2/jvm/jdk query package link checksum machine=x64
    [ "$(uname -m)" = aarch64 ] && machine=aarch64
    query="architecture=$machine&heap_size=normal&image_type=jdk&jvm_impl=hotspot&os=linux&vendor=eclipse"
    if [[ $wanted == *.* ]]; then
        # The API takes a range of versions; this one holds the version alone.
        package=$(adoptium "assets/version/%5B$wanted,${wanted%.*}.$((${wanted##*.} + 1)))?$query&release_type=ga&sort_order=DESC&page_size=1")
    else
        package=$(adoptium "assets/latest/$wanted/hotspot?$query")
    fi || return
    package=$(tr -d '\n' <<<"$package" | grep -oE '"package"[[:space:]]*:[[:space:]]*\{[^}]*\}' | head -n 1)
    link=$(sed -nE 's/.*"link"[[:space:]]*:[[:space:]]*"([^"]+)".*/\1/p' <<<"$package")
    checksum=$(sed -nE 's/.*"checksum"[[:space:]]*:[[:space:]]*"([0-9a-f]{64})".*/\1/p' <<<"$package")
    [ -n "$link" ] && [ -n "$checksum" ] || return
    rm -rf -- "$to"
    mkdir -p "$to/draft"
    download_published "${link/#https:\/\/github.com/${GITHUB_MIRROR_URL:-https://github.com}}" "$to/jdk.tar.gz" "$checksum" >&2 || return
    tar --extract --gzip --file="$to/jdk.tar.gz" --directory="$to/draft" --strip-components=1 --no-same-owner && rm -- "$to/jdk.tar.gz" || return
    rm -rf -- "$to/draft"/{jmods,man,demo,sample,lib/src.zip,src.zip}
    mv -- "$to/draft" "$to/$(jdk_version "$to/draft")"
    jdks_in "$to" | fitting_jdk ""
}

# Sets java_version and JAVA_HOME, and puts the JDK at the front of PATH: the stack's if it fits, else one from Adoptium, kept in the cache and put into the app at
# .renga/jdk. Without a wish it is the stack's own choice, else the newest that has long-term support.
provide_jdk() { # BUILD_DIR CACHE_DIR
    local build=$1 cache=$2 wanted stack folder offered has
    jdk_of_stack=
    wanted=$(wanted_jdk "$build")
    [[ $wanted =~ ^([0-9]+(\.[0-9]+)*)?$ ]] || fail "system.properties: \"$wanted\" is not a version of Java." "Write for example: java.runtime.version=17"
    stack=$(jdks_in /usr/lib/jvm)
    folder=
    [ -n "$wanted" ] || folder=$(readlink -f "$(command -v javac)" 2>/dev/null | sed -nE 's#/bin/javac$##p')
    if [ -n "$folder" ] || folder=$(fitting_jdk "$wanted" <<<"$stack"); then
        java_version=$(jdk_version "$folder")
        detail "Using OpenJDK $java_version of the stack${wanted:+ (asked for: $wanted)}"
        jdk_of_stack=$folder
    else
        if folder=$(jdks_in "$cache/jvm/jdk" | fitting_jdk "$wanted"); then
            detail "Using OpenJDK $(jdk_version "$folder") from the cache"
        else
            offered=$(adoptium info/available_releases 2>/dev/null | tr -d ' \n')
            [ -n "$wanted" ] || wanted=$(sed -nE 's/.*"most_recent_lts":([0-9]+).*/\1/p' <<<"$offered")
            offered=$(sed -nE 's/.*"available_releases":\[([0-9,]+)\].*/\1/p' <<<"$offered")
            detail "Downloading OpenJDK $wanted (Eclipse Temurin)"
            has=$(cut -d' ' -f1 <<<"$stack" | paste -sd' ')
            folder=$(download_jdk "$wanted" "$cache") ||
                fail "OpenJDK ${wanted:-of any version} is not available." "The stack has ${has:-none}; Adoptium offers ${offered:-nothing that could be asked for}." \
                    "Ask for one of these in system.properties, for example: java.runtime.version=17"
        fi
        java_version=$(jdk_version "$folder")
    fi
    rm -rf -- "$build/.renga/jdk"
    if [ -z "$jdk_of_stack" ] || [ "$(jdk_in_slug)" = true ]; then
        mkdir -p "$build/.renga/jdk"
        # Links of a distribution's JDK lead into its /etc.
        tar --create --dereference --directory="$folder" --exclude=./{jmods,man,demo,sample,lib/src.zip,src.zip} . | tar --extract --directory="$build/.renga/jdk" || fail "OpenJDK could not be copied into the app."
    fi
    export JAVA_HOME=$folder PATH=$folder/bin:$PATH
    # What the config vars say to the app's Java machine is not for the build's.
    unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS
}

# The machine's own programs are there when the app runs; what else a stack offers to builds may not be.
jdk_in_slug() {
    local default=true
    [ "${STACK:-host}" = host ] && default=false
    echo "${JDK_IN_SLUG:-$default}"
}

# For bin/test, which runs where an app was compiled for it.
use_jdk_of_app() { # BUILD_DIR
    if [ -x "$1/.renga/jdk/bin/java" ]; then
        export JAVA_HOME=$1/.renga/jdk PATH=$1/.renga/jdk/bin:$PATH
    fi
    unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS
}

# Copies a folder of the cache into the app, where bin/test takes .renga/test for the cache. From where Maven got each file no longer counts.
take_along() { # FOLDER BUILD_DIR
    rm -rf -- "$2/.renga/test"
    mkdir -p "$2/.renga/test"
    cp -R -- "$1" "$2/.renga/test/"
    find "$2/.renga/test" -name _remote.repositories -delete
}

# What a dyno does at its start, and what the next buildpack sees.
set_up_dynos() { # BUILD_DIR PACK_DIR
    mkdir -p "$1/.profile.d"
    { printf 'java_of_stack=%q\n' "$jdk_of_stack"; cat "$2/lib/memory.sh" "$2/lib/jvm-profile.sh"; } >"$1/.profile.d/jvm.sh"
    printf 'export JAVA_HOME=%q PATH=%q/bin:$PATH\n' "$JAVA_HOME" "$JAVA_HOME" >"$2/export"
}

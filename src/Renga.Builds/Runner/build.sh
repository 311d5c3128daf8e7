#!/bin/bash
# Runs inside the build dyno, as its unprivileged user. 1. Unpack the source. 2. Remove what a slug never holds, and what .slugignore names.
# 3. Fetch each buildpack. 4. Detect. 5. Compile. 6. Release. What it ends with is read by BuildService (RunnerStatus.cs); what it leaves is read from
# $results and $build after the dyno has ended. The source and the buildpacks are hostile: no word of theirs is ever evaluated here.
set -u
umask 022

readonly given=$RENGA_BUILD packs=$RENGA_BUILDPACKS cache=$RENGA_CACHE source=$RENGA_SOURCE
readonly work=$RENGA_TMP id=$RENGA_BUILD_ID
readonly build=$work/build_$id results=$work/results_$id fetched=$work/buildpacks_$id
IFS=: read -ra locals <<<"$RENGA_LOCAL"
unset "${!RENGA_@}"
readonly fetch_seconds=90

step() { printf -- '-----> %s\n' "$*"; }
detail() { printf '       %s\n' "$*"; }
problem() { printf ' !     %s\n' "$*"; }

# 1.
mkdir -p "$build" "$results" "$fetched" || exit 20
tar --extract --file="$source" --directory="$build" --no-same-owner --no-same-permissions || exit 20

# 2.
clear_folder() {
    if [ -d "$1" ] && [ ! -L "$1" ]; then
        find "$1" -mindepth 1 -delete
    fi
}
rm -rf -- "$build/.git"
clear_folder "$build/tmp"
clear_folder "$build/log"
find "$build" -name .DS_Store -type f -delete

# The patterns are those of .gitignore, so git itself finds what they name; ! has no meaning here, and no configuration counts.
apply_slugignore() {
    local patterns=$results/slugignore scratch=$results/slugignore.git list=$results/slugignore.list
    tr -d '\r' <"$build/.slugignore" | grep -v '^[[:space:]]*!' >"$patterns"
    local quiet_git=(env -i "PATH=$PATH" HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
        GIT_DIR="$scratch" GIT_WORK_TREE="$build" git -c safe.directory='*' -c core.excludesFile=/dev/null)
    "${quiet_git[@]}" init --quiet --template= || return
    (cd "$build" && "${quiet_git[@]}" ls-files -z --others --ignored --directory --exclude-from="$patterns") >"$list" || return
    (cd "$build" && xargs --null --no-run-if-empty rm -rf --) <"$list" || return
    detail ".slugignore removed $(tr -cd '\0' <"$list" | wc -c) entries"
    rm -rf -- "$scratch" "$list" "$patterns"
}
if [ -f "$build/.slugignore" ] && [ ! -L "$build/.slugignore" ]; then
    step "Removing files named in .slugignore"
    apply_slugignore || exit 26
fi

# 3.
clone() { # FROM REF TO
    local git=(env GIT_TERMINAL_PROMPT=0 GIT_CONFIG_GLOBAL="$results/gitconfig" timeout "$fetch_seconds" git)
    printf '[safe]\n\tdirectory = *\n[advice]\n\tdetachedHead = false\n' >"$results/gitconfig"
    if [ -z "$2" ]; then
        "${git[@]}" clone --quiet --depth 1 --recurse-submodules --shallow-submodules -- "$1" "$3"
    elif ! "${git[@]}" clone --quiet --depth 1 --recurse-submodules --shallow-submodules --branch "$2" -- "$1" "$3" 2>/dev/null; then
        # Not a branch or tag, so it is a commit, which only a whole clone is sure to have.
        rm -rf -- "$3"
        "${git[@]}" clone --quiet --recurse-submodules -- "$1" "$3" && "${git[@]}" -C "$3" checkout --quiet "$2" --
    fi
}
download() { # URL TO
    mkdir -p "$2" &&
        timeout "$fetch_seconds" curl --fail --silent --show-error --location --retry 2 --output "$2.tgz" -- "$1" &&
        tar --extract --gzip --file="$2.tgz" --directory="$2" --no-same-owner --no-same-permissions || return
    # An archive of a repository has one folder around everything.
    local inside=("$2"/*/bin/compile)
    if [ ! -e "$2/bin/compile" ] && [ "${#inside[@]}" = 1 ] && [ -e "${inside[0]}" ]; then
        local folder=${inside[0]%/bin/compile}
        mv -- "$folder" "$2.inner" && rm -rf -- "$2" && mv -- "$2.inner" "$2"
    fi
}
# Into a folder of its own that it may write to: a buildpack leaves its "export" file there.
fetch() { # KIND LOCATION REF TO
    case $1 in
        builtin) cp -RL -- "$packs/$2" "$4" ;; # our buildpacks share files by links
        local)
            local path=${locals[$2]}
            if [ -d "$path/.git" ] || [ -f "$path/HEAD" ] || [ -n "$3" ]; then clone "$path" "$3" "$4"; else cp -R -- "$path" "$4"; fi
            ;;
        git) clone "$2" "$3" "$4" ;;
        tarball) download "$2" "$4" ;;
    esac || return
    [ -f "$4/bin/compile" ] && chmod +x "$4"/bin/* 2>/dev/null
}

# 4.
detect() { # PACK; prints the name
    "$1/bin/detect" "$build" </dev/null 2>"$results/detect.err"
}

# 5. Sees what earlier buildpacks exported, and nothing of this script's variables.
exports=()
compile() { # PACK
    (cd "$build" && exec /bin/bash -c 'for file in "${@:5}"; do . "$file"; done; exec "$1/bin/compile" "$2" "$3" "$4"' \
        compile "$1" "$build" "$cache" "$given/env" ${exports[@]+"${exports[@]}"}) </dev/null 2>&1
}

# 6.
release() { # PACK
    [ -f "$1/bin/release" ] || return 0
    (cd "$build" && exec "$1/bin/release" "$build") </dev/null >"$results/release.yml"
}

run_pack() { # PACK NAME
    printf '%s\n' "$2" >"$results/description"
    step "$2 app detected"
    compile "$1" || exit 24
    if [ -f "$1/export" ]; then exports+=("$1/export"); fi
    release "$1" || exit 25
}

export HOME=${HOME:-/app}
if [ -s "$given/plan" ]; then
    number=0
    while IFS='|' read -r kind location ref display <&3; do
        number=$((number + 1))
        pack=$fetched/$number
        if ! fetch "$kind" "$location" "$ref" "$pack"; then
            problem "Could not fetch the buildpack $display"
            [ -d "$pack" ] && [ ! -f "$pack/bin/compile" ] && problem "It has no bin/compile."
            exit 22
        fi
        if ! name=$(detect "$pack"); then
            problem "App not compatible with buildpack: $display"
            [ -n "$name" ] && printf '%s\n' "$name" | head -c 4000
            head -c 4000 "$results/detect.err"
            exit 23
        fi
        run_pack "$pack" "${name%%$'\n'*}"
    done 3<"$given/plan"
else
    found=
    while read -r candidate <&3; do
        pack=$fetched/$candidate
        fetch builtin "$candidate" "" "$pack" || exit 22
        if name=$(detect "$pack"); then
            found=yes
            run_pack "$pack" "${name%%$'\n'*}"
            break
        fi
        rm -rf -- "$pack"
    done 3<"$packs/order"
    if [ -z "$found" ]; then
        # A Procfile alone says enough: the app brings what it runs.
        [ -f "$build/Procfile" ] || exit 21
        step "No buildpack fits; the Procfile says what runs"
    fi
fi
exit 0

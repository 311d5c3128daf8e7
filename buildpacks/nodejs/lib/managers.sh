# Which package manager an app uses, and in which version. Without corepack: what is named comes from npm's registry as any package does.

# Starting Node.js for each question would be most of a small build, so what package.json never mentions is answered without.
package() { # QUESTION [NAME]
    local mentions=()
    case $1 in
        script) mentions=("\"$2\"") ;;
        engine) mentions=('"engines"') ;;
        package-manager) mentions=('"packageManager"') ;;
        cache-directories) mentions=('"cacheDirectories"' -e '"cache_directories"') ;;
    esac
    if [ "${#mentions[@]}" -gt 0 ] && ! grep -qF -e "${mentions[@]}" "$build/package.json"; then
        [ "$1" != script ]
        return
    fi
    node "$pack/lib/package.js" "$1" "$build" "${2-}"
}

# Sets manager (npm, yarn, berry: yarn 2 and later, pnpm), lock (its file, or nothing), and puts the tool at the front of PATH.
choose_manager() {
    local named version hash found=() known
    named=$(package package-manager)
    for known in npm-shrinkwrap.json package-lock.json yarn.lock pnpm-lock.yaml; do
        [ -f "$build/$known" ] || continue
        # npm itself prefers its shrinkwrap.
        [[ $known == package-lock.json && ${found[0]-} == npm-shrinkwrap.json ]] || found+=("$known")
    done
    if [ "${#found[@]}" -gt 1 ]; then
        fail "There are lock files of several package managers: ${found[*]}." "Keep the one that you use, remove the others, and commit."
    fi
    lock=${found[0]-}
    case $lock in
        yarn.lock) manager=yarn ;;
        pnpm-lock.yaml) manager=pnpm ;;
        '') manager=${named%%@*} manager=${manager:-npm} ;;
        *) manager=npm ;;
    esac
    if [ -n "$named" ]; then
        [[ $named =~ ^(npm|yarn|pnpm)@([0-9]+\.[0-9]+\.[0-9]+[-.0-9a-z]*)(\+(sha[0-9]+)\.([0-9a-f]+))?$ ]] ||
            fail "packageManager in package.json is \"$named\"." "It should be npm, yarn or pnpm with an exact version, for example \"pnpm@9.15.0\"."
        [ "${BASH_REMATCH[1]}" = "$manager" ] || fail "packageManager in package.json is \"${named%%+*}\", and the lock file is $lock." "Keep what belongs to the one that you use."
        version=${BASH_REMATCH[2]} hash=${BASH_REMATCH[3]#+}
    else
        version=$(package engine "$manager")
    fi
    if [ "$manager" = yarn ] && { grep -qs '^__metadata:' "$build/yarn.lock" || [[ $named =~ ^yarn@([2-9]|[1-9][0-9]) ]]; }; then manager=berry; fi

    case $manager in
        npm) [ -z "$version" ] || provide_tool npm npm "$version" "$hash" ;;
        yarn) provide_tool yarn yarn "${version:-1.22} <2" "$hash" ;;
        berry)
            # It does not read npm's settings, so a mirror is told to it, unless the app names one.
            if [ -n "${NPM_CONFIG_REGISTRY:-${npm_config_registry-}}" ] && ! grep -qs '^npmRegistryServer:' "$build/.yarnrc.yml"; then
                export YARN_NPM_REGISTRY_SERVER=${YARN_NPM_REGISTRY_SERVER:-${NPM_CONFIG_REGISTRY:-$npm_config_registry}}
            fi
            provide_berry "$version" "$hash"
            ;;
        pnpm)
            # Its programs as scripts without the build's path in them, and no second pnpm that it fetches itself; before version 11 it read npm's names.
            export {npm,pnpm}_config_store_dir="$cache/pnpm" {npm,pnpm}_config_extend_node_path=false {npm,pnpm}_config_manage_package_manager_versions=false
            provide_tool pnpm pnpm "${version:-$(pnpm_for_lock)}" "$hash"
            ;;
    esac
    tool=${manager/berry/yarn}
    manager_version=$(cd "$build" && "$tool" --version 2>/dev/null)
    fact package_manager "$tool"
    fact package_manager_version "$manager_version"
}

# A version that writes lock files like the app's.
pnpm_for_lock() {
    case $(sed -nE "s/^lockfileVersion: *'?([0-9]+).*/\1/p" "$build/pnpm-lock.yaml" 2>/dev/null | head -n 1) in
        5) echo 7 ;; 6) echo 8 ;; *) echo 9 ;;
    esac
}

# yarn 2 and later may be in the source itself.
provide_berry() { # RANGE HASH
    local own
    own=$(sed -nE 's/^yarnPath: *"?([^"]*[^" ])"? *$/\1/p' "$build/.yarnrc.yml" 2>/dev/null | head -n 1)
    if [ -z "$own" ]; then
        # Each generation writes lock files of its own version, and calls another one stale; yarn 4 can be told to keep it.
        local range=$1 generation
        generation=$(sed -nE 's/^  version: ([0-9]+).*/\1/p' "$build/yarn.lock" 2>/dev/null | head -n 1)
        if [ -z "$range" ] && [ -n "$generation" ]; then
            if [ "$generation" -lt 7 ]; then range=3; else export YARN_LOCKFILE_VERSION_OVERRIDE=$generation; fi
        fi
        provide_tool yarn @yarnpkg/cli-dist "${range:-4}" "$2"
        return
    fi
    [ -f "$build/$own" ] || fail ".yarnrc.yml says yarnPath: $own, and the source has no such file." "Commit it; .gitignore should have the line !.yarn/releases."
    mkdir -p "$build/.renga/tools/yarn/bin"
    printf '#!/bin/sh\nexec node "$(dirname "$0")/../../../../%s" "$@"\n' "${own//[^-A-Za-z0-9._\/]/}" >"$build/.renga/tools/yarn/bin/yarn"
    chmod +x "$build/.renga/tools/yarn/bin/yarn"
    export PATH=$build/.renga/tools/yarn/bin:$PATH
    detail "Using $own of the source"
}

# A tool of npm's registry, kept in the cache and copied into the app, since "yarn start" is a usual process type. The stack's own serves when it fits.
provide_tool() { # NAME PACKAGE RANGE HASH
    local name=$1 package=$2 range=$3 hash=$4 kept=$cache/tools/$1 machine
    machine=$("$name" --version 2>/dev/null)
    if [ -n "$machine" ] && [[ $machine =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] && highest_in_range "$range" <<<"$machine" >/dev/null; then
        detail "Using $name $machine of this machine (asked for: ${range% <2})"
        return
    fi
    if [ "$(cat "$kept/asked" 2>/dev/null)" = "$package@$range+$hash" ]; then
        detail "Using $name $(cat "$kept/version") from the cache"
    else
        download_tool "$package" "$range" "$hash" "$kept.new"
        rm -rf -- "$kept"
        mv -- "$kept.new" "$kept"
        printf '%s\n' "$package@$range+$hash" >"$kept/asked"
        detail "Downloaded $name $(cat "$kept/version")"
    fi
    mkdir -p "$build/.renga/tools"
    cp -a -- "$kept/root" "$build/.renga/tools/$name"
    export PATH=$build/.renga/tools/$name/bin:$PATH
}

# The digest that package.json may name is of the archive; of yarn 2 and later it is of the one program in it.
download_tool() { # PACKAGE RANGE HASH TO
    local archive digested
    rm -rf -- "$4" && mkdir -p "$4" || exit
    archive=$(cd "$build" && npm pack --silent --pack-destination "$4" "$1@$2" 2>"$4/error") || { indent <"$4/error"; fail "No version of $1 fits \"${2% <2}\", or npm's registry cannot be reached." "It is named in package.json by packageManager or engines."; }
    archive=$4/$(tail -n 1 <<<"$archive")
    npm install --silent --global --prefix "$4/root" --ignore-scripts "$archive" 2>&1 | indent || fail "$1 $2 could not be installed."
    digested=$archive
    [ "$1" != @yarnpkg/cli-dist ] || digested=$4/root/lib/node_modules/$1/bin/yarn.js
    if [ -n "$3" ] && [ "$("${3%%.*}sum" <"$digested" 2>/dev/null | cut -d' ' -f1)" != "${3#*.}" ]; then
        fail "$1 $2 from the registry does not have the digest that packageManager names." "Either the package was changed, or the digest is of another version."
    fi
    node -p 'require(process.argv[1]).version' "$4/root/lib/node_modules/$1/package.json" >"$4/version"
    rm -f -- "$archive" "$4/error"
}

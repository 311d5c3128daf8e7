# Installs, caches and prunes node_modules.

has_script() { node "$pack/lib/package.js" script "$build" "$1"; }

run_script() { # NAME
    has_script "$1" || return 0
    step "Running $1 (npm run $1)"
    npm run --silent "$1" 2>&1 | indent || fail "The script \"$1\" of package.json failed." "Its output is above."
}

lock_file() {
    local lock
    for lock in npm-shrinkwrap.json package-lock.json yarn.lock pnpm-lock.yaml; do
        [ -f "$build/$lock" ] && echo "$lock" && return
    done
}

install_dependencies() {
    lock=$(lock_file)
    step "Installing dependencies"
    if ! node "$pack/lib/package.js" dependencies "$build"; then
        detail "package.json names none"
        return
    fi
    if [ -d "$build/node_modules" ]; then
        problem "node_modules is in the source. It is used as it is, after npm rebuild; better leave it out (.gitignore)."
        npm rebuild 2>&1 | indent || fail "npm rebuild failed."
        installed=source
        return
    fi

    # The same lock file, package.json, Node.js and settings give the same node_modules.
    local key=
    [ "${NODE_MODULES_CACHE:-true}" = false ] || key=$({ cat "$build/package.json" "$build/.npmrc" "${lock:+$build/$lock}" /dev/null; echo "$node_version $(uname -m)"; } 2>/dev/null | sha256sum | cut -d' ' -f1)
    if [ -n "$key" ] && [ -n "$lock" ] && [ -d "$cache/node_modules/$key" ]; then
        detail "Using node_modules from the cache: $lock is unchanged"
        cp -R -- "$cache/node_modules/$key" "$build/node_modules"
        local script
        for script in preinstall install postinstall prepare; do
            run_script "$script"
        done
        return
    fi

    case $lock in
        '') detail "No lock file: npm install (commit package-lock.json to get the same versions each time)"; run_tool npm install --include=dev --no-package-lock --prefer-offline ;;
        yarn.lock) install_with_yarn ;;
        pnpm-lock.yaml) run_tool $(tool pnpm) install --frozen-lockfile --prod=false ;;
        *) detail "$lock: npm ci"; run_tool npm ci --include=dev --prefer-offline ;;
    esac
    if [ -n "$key" ] && [ -n "$lock" ] && [ -d "$build/node_modules" ]; then
        rm -rf -- "$cache/node_modules"
        mkdir -p "$cache/node_modules"
        cp -R -- "$build/node_modules" "$cache/node_modules/draft" && mv -- "$cache/node_modules/draft" "$cache/node_modules/$key"
    fi
}

run_tool() {
    "$@" 2>&1 | indent || fail "Installing dependencies failed: $*" "When it says that package.json and the lock file disagree, install locally and commit the lock file."
}

# How to run yarn or pnpm: the machine's, or the version that package.json names, or the one that is usual for the lock file.
tool() { # NAME
    local named
    named=$(node "$pack/lib/package.js" package-manager "$build")
    named=${named%%+*}
    if [[ $named == "$1"@* ]]; then
        echo "npx --yes $named"
    elif command -v "$1" >/dev/null; then
        echo "$1"
    elif [ "$1" = yarn ]; then
        if grep -q '^__metadata:' "$build/yarn.lock"; then echo "npx --yes @yarnpkg/cli-dist@4"; else echo "npx --yes yarn@1"; fi
    else
        echo "npx --yes $1@9"
    fi
}

install_with_yarn() {
    if grep -q '^__metadata:' "$build/yarn.lock"; then
        detail "yarn.lock: yarn install --immutable"
        export YARN_NODE_LINKER=${YARN_NODE_LINKER:-node-modules} YARN_ENABLE_GLOBAL_CACHE=true YARN_GLOBAL_FOLDER=$cache/yarn-global
        run_tool $(tool yarn) install --immutable
    else
        detail "yarn.lock: yarn install --frozen-lockfile"
        run_tool $(tool yarn) install --frozen-lockfile --production=false --non-interactive
    fi
}

prune_dependencies() {
    [ -d "$build/node_modules" ] && [ "${installed-}" != source ] && node "$pack/lib/package.js" dev-dependencies "$build" || return 0
    if [ "${NPM_CONFIG_PRODUCTION-}" = false ] || [ "${YARN_PRODUCTION-}" = false ] || [ "${PNPM_SKIP_PRUNING-}" = true ]; then
        return 0
    fi
    case $lock in
        yarn.lock)
            if grep -q '^__metadata:' "$build/yarn.lock"; then
                detail "devDependencies stay: this yarn has no command that removes them"
            else
                step "Pruning devDependencies"
                run_tool $(tool yarn) install --frozen-lockfile --production=true --ignore-scripts --prefer-offline --non-interactive
            fi
            ;;
        pnpm-lock.yaml) step "Pruning devDependencies"; run_tool $(tool pnpm) prune --prod --ignore-scripts ;;
        *) step "Pruning devDependencies"; run_tool npm prune --omit=dev --ignore-scripts ;;
    esac
}

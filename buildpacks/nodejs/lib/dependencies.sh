# Installs, caches and prunes node_modules.

has_script() { package script "$1"; }

run_script() { # NAME
    has_script "$1" || return 0
    step "Running $1 ($tool run $1)"
    case $tool in
        npm) npm run --silent "$1" ;;
        *) "$tool" run "$1" ;;
    esac 2>&1 | indent || fail "The script \"$1\" of package.json failed." "Its output is above."
}

# Runs an installing command. Each tool has its own words for a lock file that is not package.json's any more.
install_with() { # COMMAND...
    local said status
    said=$(mktemp)
    detail "${lock:-No lock file}: $*"
    # Without the page of options that npm prints after such an error.
    "$@" 2>&1 | tee "$said" | sed -u '/^npm error Clean install a project/,/^npm error Run "npm help/d' | indent
    status=${PIPESTATUS[0]}
    if [ "$status" != 0 ] && grep -qE 'can only install packages when your package.json and|lockfile needs to be updated|YN0028|ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_LOCKFILE_CONFIG_MISMATCH' "$said"; then
        fail "$lock does not fit package.json: one was changed without the other." "Run \"$tool install\" in the app's folder, commit the lock file, and push again."
    fi
    rm -f -- "$said"
    [ "$status" = 0 ] || fail "Installing dependencies failed: $*" "Its output is above."
}

# yarn 2 and later installs node_modules, unless the app says that it wants Plug'n'Play.
plug_and_play() {
    [ "$manager" = berry ] && { grep -qsE '^nodeLinker: *"?pnp' "$build/.yarnrc.yml" || [ -f "$build/.pnp.cjs" ]; } && ! grep -qsE '^nodeLinker: *"?(node-modules|pnpm)' "$build/.yarnrc.yml"
}

install_dependencies() {
    step "Installing dependencies"
    if ! package dependencies; then
        detail "package.json names none"
        return
    fi
    if [ -d "$build/node_modules" ] && [ "$manager" = npm ]; then
        problem "node_modules is in the source. It is used as it is, after npm rebuild; better leave it out (.gitignore)."
        npm rebuild 2>&1 | indent || fail "npm rebuild failed."
        installed=source
        return
    fi
    if [ -d "$build/node_modules" ]; then
        problem "node_modules is in the source. It is replaced by what $lock says; better leave it out (.gitignore)."
        rm -rf -- "$build/node_modules"
    fi

    if plug_and_play; then
        # Dynos read packages from there, so it is a part of the app.
        export YARN_ENABLE_GLOBAL_CACHE=false YARN_CACHE_FOLDER=$build/.yarn/cache YARN_NODE_LINKER=pnp
    elif [ "$manager" = berry ]; then
        export YARN_ENABLE_GLOBAL_CACHE=true YARN_NODE_LINKER=${YARN_NODE_LINKER:-$(sed -nE 's/^nodeLinker: *"?([a-z-]+)"?.*/\1/p' "$build/.yarnrc.yml" 2>/dev/null)}
        export YARN_NODE_LINKER=${YARN_NODE_LINKER:-node-modules}
    fi
    # Before anything is installed, since some tools change these files while they do.
    key=
    if [ "${NODE_MODULES_CACHE:-true}" != false ] && [ -n "$lock" ]; then key=$(install_key); fi
    restore_installed && return
    case $manager:$lock in
        npm:) detail "Commit package-lock.json to get the same versions each time."; install_with npm install --include=dev --no-package-lock --prefer-offline ;;
        npm:*) if [ "${USE_NPM_INSTALL-}" = true ]; then install_with npm install --include=dev --prefer-offline; else install_with npm ci --include=dev --prefer-offline; fi ;;
        yarn:) install_with yarn install --no-lockfile --production=false --non-interactive ;;
        yarn:*) install_with yarn install --frozen-lockfile --production=false --non-interactive --prefer-offline ;;
        berry:) install_with yarn install --no-immutable ;;
        berry:*) install_with yarn install --immutable ;;
        pnpm:) install_with pnpm install --no-frozen-lockfile --prod=false ;;
        pnpm:*) install_with pnpm install --frozen-lockfile --prod=false --prefer-offline ;;
    esac
    keep_installed
}

# What the installed packages depend on: every package.json of the app (workspaces have several), the lock file, the tools, their settings; and the schemas that
# Prisma makes code of while it is installed. A variable that a dependency's install script reads must be one of these to count.
install_key() {
    (
        cd "$build" || exit
        find . \( -name node_modules -o -name .git -o -name .renga \) -prune -o -type f \( -name package.json -o -name '*.prisma' -o -name .npmrc -o -name '.yarnrc*' -o -name 'pnpm-workspace.yaml' -o -name '.pnpmfile.*js' -o -path '*/patches/*' -o -path './.yarn/p*' \) -print0 | LC_ALL=C sort -z | xargs -0 --no-run-if-empty sha256sum
        sha256sum "$lock"
        env | grep -iE '^(npm_config|yarn|pnpm|NODE_ENV|NODE_OPTIONS)' | grep -viE 'cache|store_dir|global_folder' | LC_ALL=C sort
        echo "$node_version $manager $manager_version $(uname -m) ${STACK-}"
    ) | sha256sum | cut -d' ' -f1
}

# What an install leaves, wherever a workspace has it.
installed_paths() {
    local path
    (cd "$build" && find . -name .renga -prune -o -name node_modules -prune -print)
    for path in .yarn/install-state.gz .yarn/unplugged .yarn/cache .pnp.cjs .pnp.loader.mjs; do
        [ "$manager" != berry ] || [ ! -e "$build/$path" ] || echo "./$path"
    done
}

keep_installed() {
    local paths
    [ -n "$key" ] || return 0
    mapfile -t paths < <(installed_paths)
    [ "${#paths[@]}" -gt 0 ] || return 0
    rm -rf -- "$cache/node_modules"
    mkdir -p "$cache/node_modules/draft"
    (cd "$build" && cp -a --parents --target-directory="$cache/node_modules/draft" -- "${paths[@]}") && mv -- "$cache/node_modules/draft" "$cache/node_modules/$key"
}

# The same key gives the same node_modules; only the scripts of the app itself run again.
restore_installed() {
    [ -n "$key" ] && [ -d "$cache/node_modules/$key" ] || return 1
    detail "Using node_modules from the cache: $lock is unchanged"
    cp -a -- "$cache/node_modules/$key/." "$build"
    if has_script install; then
        run_script install
    else
        run_script preinstall
        run_script postinstall
    fi
    [ "$manager" = berry ] || run_script prepare
}

# Folders that the app names by cacheDirectories, such as a framework's own cache, come back in the next build.
restore_directories() {
    local directory
    [ "${NODE_MODULES_CACHE:-true}" != false ] || return 0
    while IFS= read -r directory; do
        case ${directory%/} in '' | node_modules | */node_modules) continue ;; esac
        if [ -d "$cache/directories/$directory" ] && [ ! -e "$build/$directory" ]; then
            mkdir -p "$(dirname "$build/$directory")"
            cp -a -- "$cache/directories/$directory" "$build/$directory"
            detail "Using $directory from the cache"
        fi
    done < <(package cache-directories)
}

keep_directories() {
    local directory
    rm -rf -- "$cache/directories"
    [ "${NODE_MODULES_CACHE:-true}" != false ] || return 0
    while IFS= read -r directory; do
        case ${directory%/} in '' | node_modules | */node_modules) continue ;; esac
        [ -d "$build/$directory" ] || continue
        mkdir -p "$(dirname "$cache/directories/$directory")"
        cp -a -- "$build/$directory" "$cache/directories/$directory"
    done < <(package cache-directories)
}

prune_dependencies() {
    [ "${installed-}" != source ] && package dev-dependencies || return 0
    if [ "${NPM_CONFIG_PRODUCTION-}" = false ] || [ "${YARN_PRODUCTION-}" = false ] || [ "${PNPM_SKIP_PRUNING-}" = true ] || [ "${YARN2_SKIP_PRUNING-}" = true ] || [ "$NODE_ENV" != production ]; then
        detail "devDependencies stay, as the app's settings say"
        return
    fi
    step "Pruning devDependencies"
    case $manager in
        npm) npm prune --omit=dev --ignore-scripts --prefer-offline 2>&1 | indent ;;
        yarn) yarn install --production=true --frozen-lockfile --ignore-scripts --prefer-offline --non-interactive 2>&1 | indent ;;
        berry)
            case ${manager_version%%.*} in
                [23]) detail "They stay: yarn $manager_version has no command that removes them" ;;
                *) YARN_ENABLE_SCRIPTS=false yarn workspaces focus --all --production 2>&1 | indent ;;
            esac
            ;;
        pnpm)
            if [ -f "$build/pnpm-workspace.yaml" ]; then
                # "pnpm prune" knows only the root's packages. This one takes them from the store in the cache.
                pnpm install --prod --frozen-lockfile --offline --ignore-scripts 2>&1 | indent
            else
                pnpm prune --prod --ignore-scripts 2>&1 | indent
            fi
            ;;
    esac || fail "devDependencies could not be removed." "To keep them: heroku config:set NPM_CONFIG_PRODUCTION=false"
}

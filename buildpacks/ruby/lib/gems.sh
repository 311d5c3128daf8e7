# Bundler, and the gems of Gemfile.lock in vendor/bundle.

locked_gem() { grep -qE "^    $1 \(" Gemfile.lock; }

framework_of_lock() {
    if locked_gem railties && [ -f config/application.rb ]; then echo rails; elif locked_gem rack && [ -f config.ru ]; then echo rack; fi
}

# Sets bundler_version. The machine's serves every lock file of its major version that is not newer; another is installed as the gem that it is.
set_up_bundler() {
    local locked machine
    locked=$(sed -n '/^BUNDLED WITH/{n;s/[[:space:]]//gp}' Gemfile.lock)
    machine=$(bundle_version)
    # Bundler's own habit is to fetch the version of the lock file whenever it runs, in dynos too; which runs is decided here, once.
    bundler_version=$machine
    if [ -z "$machine" ] || { [ -n "$locked" ] && newer_bundler "$locked" "$machine"; }; then
        install_bundler "${locked:-2.3.27}" "$machine"
    fi
    export BUNDLER_VERSION=$bundler_version
    detail "Using Bundler $bundler_version${locked:+ (Gemfile.lock is of $locked)}"
    fact package_manager bundler
    fact package_manager_version "$bundler_version"

    # Only variables count: the app's own .bundle/config is of a developer's machine.
    [ ! -f .bundle/config ] || problem ".bundle/config is not used; settings are config vars here (BUNDLE_*)."
    if [ -d vendor/bundle ]; then
        problem "vendor/bundle in the source is not used; gems are installed for this machine."
        rm -rf -- vendor/bundle
    fi
    export BUNDLE_GEMFILE=$build/Gemfile BUNDLE_APP_CONFIG=$build/.renga/bundle BUNDLE_PATH=vendor/bundle BUNDLE_BIN=vendor/bundle/bin BUNDLE_USER_HOME=$cache/bundler
    export BUNDLE_DEPLOYMENT=1 BUNDLE_FROZEN=1 BUNDLE_WITHOUT=${BUNDLE_WITHOUT:-development:test} BUNDLE_SHEBANG=ruby BUNDLE_JOBS=${BUNDLE_JOBS:-4} BUNDLE_RETRY=${BUNDLE_RETRY:-2}
    export BUNDLE_CACHE_ALL=false BUNDLE_NO_PRUNE=true BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_GLOBAL_GEM_CACHE=false NOKOGIRI_USE_SYSTEM_LIBRARIES=${NOKOGIRI_USE_SYSTEM_LIBRARIES:-true}
}

bundle_version() { BUNDLER_VERSION='' BUNDLE_GEMFILE=/nonexistent bundle --version 2>/dev/null | sed -nE 's/.*version ([0-9.]+).*/\1/p'; }

newer_bundler() { # LOCKED MACHINE
    [ "${1%%.*}" != "${2%%.*}" ] || [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | tail -n 1)" != "$2" ]
}

install_bundler() { # VERSION MACHINES
    local home=$cache/bundler-$1-$ruby_version
    bundler_version=$1
    if [ ! -x "$home/bin/bundle" ]; then
        detail "Installing Bundler $1"
        rm -rf -- "$cache"/bundler-*
        if ! timeout 120 gem install bundler --version "$1" --install-dir "$home" --bindir "$home/bin" --env-shebang --no-document --clear-sources --source "${BUNDLE_MIRROR__ALL:-https://rubygems.org}" >"$cache/gem.log" 2>&1; then
            tail -n 3 "$cache/gem.log" | indent
            rm -rf -- "$home"
            [ -n "$2" ] && [ "${2%%.*}" = "${1%%.*}" ] || fail "Bundler $1, of which Gemfile.lock is, cannot be installed." "This machine has ${2:-none}. Write that into Gemfile.lock: bundle update --bundler=${2:-VERSION}"
            problem "Bundler $1, of which Gemfile.lock is, cannot be installed; going on with this machine's $2."
            bundler_version=$2
            return
        fi
    fi
    mkdir -p .renga/bundler
    cp -R -- "$home/." .renga/bundler
    GEM_PATH=$build/.renga/bundler:$(gem environment gempath)
    export GEM_PATH PATH=$build/.renga/bundler/bin:$PATH
}

# Gems are the same as last time when all that names them is; then none is even looked at.
install_gems() {
    local key with=$BUNDLE_WITHOUT
    key=$({ cat Gemfile Gemfile.lock ./*.gemspec 2>/dev/null; env | grep -E '^BUNDLE_(WITHOUT|WITH|ONLY|BUILD__|FORCE_RUBY_PLATFORM)' | sort; echo "$ruby_version $bundler_version $STACK $(uname -m)"; } | sha256sum | cut -d' ' -f1)
    # A gem in a folder of the app may change without these files changing.
    if grep -q '^PATH$' Gemfile.lock; then key=; fi
    step "Installing gems"
    if [ -d "$cache/gems" ] && [ "$(cat "$cache/gems.stack" 2>/dev/null)" = "$ruby_version $STACK" ]; then
        mkdir -p vendor
        cp -R --preserve=mode,timestamps -- "$cache/gems" vendor/bundle
        if [ -n "$key" ] && [ "$(cat "$cache/gems.key" 2>/dev/null)" = "$key" ]; then
            detail "Using gems from the cache: Gemfile.lock is unchanged"
            return
        fi
        detail "Starting from the gems in the cache"
    fi

    detail "bundle install without ${with//:/ and }"
    local local_only=()
    if vendored_gems; then
        detail "Every gem is in vendor/cache"
        local_only=(--local)
    fi
    # Bundler itself says what is wrong with a lock file, in many ways that all mean one thing.
    bundle install ${local_only[@]+"${local_only[@]}"} 2>&1 | tee "$cache/bundle.log" | sed -u '/^Using /d' | indent || explain_bundler
    # What an earlier lock file named goes; for want of some platforms' gems this may fail, which costs space only.
    bundle clean --force >/dev/null 2>&1
    rm -rf -- vendor/bundle/ruby/*/cache vendor/bundle/ruby/*/doc vendor/bundle/ruby/*/build_info
    find vendor/bundle \( -name gem_make.out -o -name mkmf.log \) -delete
    rm -rf -- "$cache/gems" "$cache/gems.key"
    cp -R --preserve=mode,timestamps -- vendor/bundle "$cache/gems" && echo "$ruby_version $STACK" >"$cache/gems.stack" && printf '%s' "$key" >"$cache/gems.key"
}

# True when vendor/cache has every gem of the lock file that comes from a registry, so that none need be asked.
vendored_gems() {
    local name found=
    while read -r name; do
        compgen -G "vendor/cache/$name*.gem" >/dev/null || return 1
        found=yes
    done < <(awk '/^[A-Z]/ { gem = ($0 == "GEM") } gem && /^    [^ ].* \(/ { gsub(/[()]/, "", $2); print $1 "-" $2 }' Gemfile.lock)
    [ -n "$found" ]
}

explain_bundler() {
    if grep -qiE 'frozen|deployment mode|(gemfile|dependencies).*(changed|do not match|not in sync)|lockfile|add --platform|add-platform' "$cache/bundle.log"; then
        fail "Gemfile and Gemfile.lock disagree, or the lock file is not for this platform." "Run \"bundle install\" (and \"bundle lock --add-platform x86_64-linux\") and commit Gemfile.lock."
    elif grep -qi 'your ruby version is' "$cache/bundle.log"; then
        fail "Gemfile asks for another Ruby than $ruby_version." "Write the version plainly in Gemfile: ruby \"3.1.2\""
    fi
    fail "bundle install failed." "Can every gem of Gemfile.lock be had? Mirrors: BUNDLE_MIRROR__ALL."
}

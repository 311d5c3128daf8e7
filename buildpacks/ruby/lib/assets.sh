# Rails' assets, the secret that Rails needs, and the settings of a dyno.

# Rails signs cookies with it. Who sets none gets one of the app's own, which lives as long as the build cache.
secret_key_base() {
    [ "$framework" = rails ] || return 0
    if [ ! -s "$cache/secret_key_base" ]; then
        (umask 077 && head -c 64 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$cache/secret_key_base")
    fi
    export SECRET_KEY_BASE=${SECRET_KEY_BASE:-$(cat "$cache/secret_key_base")}
}

precompile_assets() {
    [ -f Rakefile ] && locked_gem rake && [ "${DISABLE_ASSETS_PRECOMPILE:-0}" = 0 ] || return 0
    if compgen -G 'public/assets/.sprockets-manifest-*.json' >/dev/null || compgen -G 'public/assets/manifest-*.json' >/dev/null || [ -f public/assets/.manifest.json ]; then
        step "Assets are compiled already: public/assets has a manifest"
        return
    fi
    local tasks
    # A config var is there for the database; without one, a name that need not answer does for compiling.
    DATABASE_URL=${DATABASE_URL:-$(dummy_database)}
    export DATABASE_URL
    tasks=$(bundle exec rake -P 2>"$cache/rake.log") || { tail -n 20 "$cache/rake.log" | indent; fail "The Rakefile could not be loaded; rake's words are above." "It is loaded with RAILS_ENV=$RAILS_ENV and without the gems of $BUNDLE_WITHOUT."; }
    grep -qx 'rake assets:precompile' <<<"$tasks" || return 0

    step "Compiling assets (rake assets:precompile)"
    local folder
    for folder in public/assets public/packs tmp/cache/assets; do
        if [ -d "$cache/assets/$folder" ]; then mkdir -p "$folder" && cp -R -- "$cache/assets/$folder/." "$folder"; fi
    done
    bundle exec rake assets:precompile 2>&1 | indent || fail "rake assets:precompile failed." "It runs as RAILS_ENV=$RAILS_ENV; config vars are set. To skip it: heroku config:set DISABLE_ASSETS_PRECOMPILE=1"
    # Rails' own task removes what several earlier versions used; it is optional.
    if grep -qx 'rake assets:clean' <<<"$tasks"; then bundle exec rake assets:clean >/dev/null 2>&1; fi
    rm -rf -- "$cache/assets"
    for folder in public/assets public/packs tmp/cache/assets; do
        if [ -d "$folder" ]; then mkdir -p "$cache/assets/$folder" && cp -R -- "$folder/." "$cache/assets/$folder"; fi
    done
    rm -rf -- tmp/cache
}

dummy_database() {
    if locked_gem pg; then echo postgresql://nobody@127.0.0.1:1/none; elif locked_gem mysql2; then echo mysql2://nobody@127.0.0.1:1/none; else echo sqlite3::memory:; fi
}

# Paths are of the dyno, where the app lies in $HOME; the next buildpack sees the same below the build folder.
write_profile() {
    local scope
    scope=$(ruby -e 'print RbConfig::CONFIG["ruby_version"]')
    {
        cat "$pack/lib/memory.sh" "$pack/lib/profile.sh"
        printf 'export BUNDLER_VERSION=%q BUNDLE_WITHOUT=${BUNDLE_WITHOUT:-%q}\n' "$bundler_version" "$BUNDLE_WITHOUT"
        printf 'export PATH="$HOME/bin:$HOME/vendor/bundle/bin:$HOME/vendor/bundle/ruby/%s/bin:$HOME/.renga/bundler/bin:$HOME/.renga/ruby/bin:$PATH"\n' "$scope"
        if [ -d .renga/bundler ]; then printf 'export GEM_PATH="$HOME/vendor/bundle/ruby/%s:$HOME/.renga/bundler:"\n' "$scope"; fi
        if [ "$framework" = rails ]; then printf 'export SECRET_KEY_BASE=${SECRET_KEY_BASE:-%s}\n' "$(cat "$cache/secret_key_base")"; fi
        printf 'export RAILS_ENV=${RAILS_ENV:-%q} RACK_ENV=${RACK_ENV:-%q}\n' "$RAILS_ENV" "$RACK_ENV"
    } >.profile.d/ruby.sh
    {
        printf 'export BUNDLER_VERSION=%q BUNDLE_WITHOUT=%q BUNDLE_GEMFILE=%q/Gemfile BUNDLE_PATH=vendor/bundle BUNDLE_APP_CONFIG=%q/.renga/bundle BUNDLE_DEPLOYMENT=1\n' "$bundler_version" "$BUNDLE_WITHOUT" "$build" "$build"
        printf 'export PATH=%q/bin:%q/vendor/bundle/bin:%q/vendor/bundle/ruby/%s/bin:%q/.renga/bundler/bin:%q/.renga/ruby/bin:$PATH\n' "$build" "$build" "$build" "$scope" "$build" "$build"
    } >"$pack/export"
}

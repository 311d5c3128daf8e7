# Packages, the web server's files, and the settings of a dyno.

without_development() { [ -n "${PHP_WITH_DEVELOPMENT-}" ] || echo --no-dev; }

# Composer compares what is in vendor with the lock file, so what the cache has is not installed again; the autoloader is made anew, since it names the app's own classes.
install_dependencies() {
    local vendor options key cached=
    step "Installing dependencies"
    vendor=$(compose config --no-plugins vendor-dir 2>/dev/null)
    [[ $vendor =~ ^[A-Za-z0-9._/-]+$ && $vendor != /* && $vendor != *..* ]] || fail "config.vendor-dir of composer.json must be a folder of the app."
    key="$php_version $STACK $(without_development)"
    if [ -d "$cache/vendor" ] && [ ! -d "$vendor/composer" ] && [ "$(cat "$cache/vendor.key" 2>/dev/null)" = "$key" ]; then
        detail "Using packages from the cache"
        cached=yes
        rm -rf -- "$vendor"
        mkdir -p "$(dirname "$vendor")" && cp -R --preserve=mode,timestamps -- "$cache/vendor" "$vendor"
    fi
    mirror_packages
    options=(--prefer-dist --optimize-autoloader --no-progress)
    if [ -n "$(without_development)" ]; then options+=(--no-dev); fi
    detail "composer install ${options[*]}"
    compose install "${options[@]}" 2>&1 | tee "$cache/composer.log" | indent || fail "composer install failed." "Can every package of composer.lock be had? Mirrors: PACKAGIST_URL, COMPOSER_DIST_MIRROR; access: COMPOSER_AUTH."
    [ ! -f "$COMPOSER_HOME/composer.lock" ] || mv -- "$COMPOSER_HOME/composer.lock" composer.lock
    fact package_manager composer
    fact package_manager_version "$(compose --version --no-plugins 2>/dev/null | sed -nE 's/^Composer (version )?([0-9.]+).*/\2/p')"
    # What the lock file names was all there: the cache has it still.
    if [ -d "$vendor" ] && ! { [ -n "$cached" ] && grep -q '^Nothing to install' "$cache/composer.log"; }; then
        rm -rf -- "$cache/vendor"
        cp -R --preserve=mode,timestamps -- "$vendor" "$cache/vendor" && printf '%s' "$key" >"$cache/vendor.key"
    fi
    rm -f -- "$cache/composer.log"
    if grep -qE '"compile"[[:space:]]*:' composer.json && compose run-script --list 2>/dev/null | grep -qE '^ +compile\b'; then
        step "Running the compile script of composer.json"
        compose run-script --no-dev compile 2>&1 | indent || fail "The compile script of composer.json failed."
    fi
}

# Where Composer looks is for composer.json to say; what an operator or app adds here are a repository in place of Packagist, and one address for every archive.
mirror_packages() {
    mkdir -p "$COMPOSER_HOME"
    if [ -n "${PACKAGIST_URL-}" ]; then
        "$php" -r 'echo json_encode(["repositories" => [["type" => "composer", "url" => getenv("PACKAGIST_URL")], ["packagist.org" => false]]]);' >"$COMPOSER_HOME/config.json"
    fi
    if [ -n "${COMPOSER_DIST_MIRROR-}" ] && [ -f composer.lock ]; then
        cp -- composer.lock "$COMPOSER_HOME/composer.lock"
        "$php" "$pack/lib/mirror.php" "$COMPOSER_DIST_MIRROR" <"$COMPOSER_HOME/composer.lock" >composer.lock || fail "composer.lock cannot be read."
    fi
    if [ -n "${COMPOSER_GITHUB_OAUTH_TOKEN-}" ] && [ -z "${COMPOSER_AUTH-}" ]; then
        export COMPOSER_AUTH="{\"github-oauth\":{\"github.com\":\"${COMPOSER_GITHUB_OAUTH_TOKEN//[^A-Za-z0-9_]/}\"}}"
    fi
}

# Values that count when no config var says otherwise; the build's own scripts see them too.
framework_settings() {
    case $framework in
        symfony) settings=(APP_ENV=prod APP_DEBUG=0) ;;
        laravel)
            settings=(APP_ENV=production APP_DEBUG=false LOG_CHANNEL=stderr)
            [ -n "${APP_KEY-}" ] || problem "APP_KEY is not set, and Laravel needs it to answer: heroku config:set APP_KEY=\$(php artisan key:generate --show)"
            ;;
        *) settings=() ;;
    esac
    local setting name
    for setting in ${settings[@]+"${settings[@]}"}; do
        name=${setting%%=*}
        export "$name=${!name-${setting#*=}}"
    done
}

prepare_server() {
    local name fpm=/usr/sbin/php-fpm${php_version%.*}
    cp "$pack/lib/serve.sh" .renga/php/serve.sh
    cp "$pack/lib/mime.types" "$pack/lib/memory.sh" .renga/php/
    for name in heroku-php-apache2 heroku-php-nginx; do
        printf '#!/bin/bash\nexec bash "$(dirname "$(readlink -f "$0")")/../serve.sh" %s "$@"\n' "${name#heroku-php-}" >".renga/php/bin/$name"
        chmod +x ".renga/php/bin/$name"
        # Many a Procfile has the name that it had when it was a package.
        mkdir -p vendor/bin
        [ -e "vendor/bin/$name" ] || ln -s "../../.renga/php/bin/$name" "vendor/bin/$name"
    done
    if [ -x "$fpm" ] && { [ -x /usr/sbin/apache2 ] || [ -x /usr/sbin/nginx ]; }; then
        detail "PHP-FPM behind $(for name in apache2 nginx; do [ -x "/usr/sbin/$name" ] && echo "$name"; done | paste -sd ' ' | sed 's/ / or /')"
    else
        problem "This stack lacks PHP-FPM, or both Apache and nginx; the app will be served by PHP's development server." "It is slow and not made for the open network."
        problem "The operator installs: php${php_version%.*}-fpm, and apache2-bin or nginx-light."
    fi
}

write_profile() {
    local setting
    {
        printf '# A dyno sources this before it runs its command.\n'
        printf 'export PATH="$HOME/.renga/php/bin:$HOME/vendor/bin:$PATH" PHP_SERIES=%q\n' "${php_version%.*}"
        for setting in ${settings[@]+"${settings[@]}"}; do
            printf 'export %s="${%s-%s}"\n' "${setting%%=*}" "${setting%%=*}" "${setting#*=}"
        done
    } >.profile.d/php.sh
    printf 'export PATH=%q/.renga/php/bin:%q/vendor/bin:$PATH\n' "$build" "$build" >"$pack/export"
}

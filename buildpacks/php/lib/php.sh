# Chooses a PHP of the machine and a Composer. PHP is published as source that needs dozens of libraries, so what the stack has is what there is.

# Sets phps (programs, the machine's default first) and php, the first.
list_phps() {
    local candidate seen=
    phps=()
    for candidate in /usr/local/bin/php /usr/bin/php /usr/bin/php[0-9].[0-9]; do
        [ -x "$candidate" ] || continue
        [[ " $seen " == *" $(readlink -f "$candidate") "* ]] || phps+=("$candidate")
        seen+=" $(readlink -f "$candidate")"
    done
    [ "${#phps[@]}" -gt 0 ] || fail "This machine has no PHP." "Its operator installs it with: apt-get install php-cli php-fpm composer"
    php=${phps[0]}
}

version_of() { "$1" -r 'echo PHP_VERSION;'; }

# Sets composer: the machine's, else the newest of getcomposer.org, kept in the cache.
provide_composer() {
    local base=${COMPOSER_DOWNLOAD_URL:-https://getcomposer.org/download/latest-2.x} digest
    composer=$(command -v composer) || {
        composer=$cache/composer.phar
        if [ ! -f "$composer" ]; then
            detail "Downloading Composer"
            digest=$(download "${base%/}/composer.phar.sha256sum" | cut -d' ' -f1)
            [ -n "$digest" ] && download_checked "${base%/}/composer.phar" "$composer" "$digest" ||
                fail "Composer is not on this machine, and $base does not have it either." "A mirror is named by COMPOSER_DOWNLOAD_URL."
        fi
    }
}

compose() { "$php" "$composer" --no-ansi "$@"; }

# A lock file that is absent or behind composer.json fails here, before anything is installed.
check_lock() {
    local said
    "$php" -r 'json_decode(file_get_contents("composer.json")); exit(json_last_error() ? 1 : 0);' || fail "composer.json is not valid JSON."
    if [ ! -f composer.lock ]; then
        if "$php" -r 'exit(array_filter(array_keys((array) (json_decode(file_get_contents("composer.json"), true)["require"] ?? [])), fn($n) => str_contains($n, "/")) ? 0 : 1);'; then
            fail "composer.lock is missing, and it says which versions are installed." "Run \"composer update\" and commit composer.lock."
        fi
        # No package is asked for, so there is nothing that the lock file could leave open; Composer wants one all the same.
        mkdir -p "$COMPOSER_HOME"
        echo '{ "repositories": [{ "packagist.org": false }] }' >"$COMPOSER_HOME/config.json"
        compose update --no-install --ignore-platform-reqs --no-progress --quiet || fail "composer.json cannot be used." "Try \"composer update\"."
        rm -f -- "$COMPOSER_HOME/config.json"
        return
    fi
    said=$(compose validate --no-plugins --no-check-publish --no-check-all 2>&1) && return
    if grep -qi 'lock file' <<<"$said"; then
        grep -iE '^[-#]|lock file' <<<"$said" | indent
        fail "composer.json and composer.lock disagree." "Run \"composer update --lock\" (or \"composer update\") and commit composer.lock."
    fi
    printf '%s\n' "$said" | indent
    fail "composer.json cannot be used; Composer's words are above."
}

# The first PHP that has what the lock file asks for, as Composer judges it: versions and extensions.
choose_php() {
    local candidate said missing first=
    for candidate in "${phps[@]}"; do
        php=$candidate
        if [ ! -f composer.json ]; then break; fi
        if said=$(platform_requirements); then break; fi
        missing=$(grep -E ' (failed|missing)' <<<"$said" | tr -s ' ')
        first=${first:-$missing}
        php=
    done
    if [ -z "$php" ]; then
        printf '%s\n' "$first" | indent
        php=${phps[0]}
        fail "This machine's PHP is not what the app asks for; what it lacks is above." "Available PHP: $(for candidate in "${phps[@]}"; do version_of "$candidate"; echo; done | paste -sd ' ')." \
            "Available extensions: $("$php" -m | grep -vE '^\[|^$' | tr '[:upper:] ' '[:lower:]-' | sort -u | paste -sd ' ')."
    fi
    php_version=$(version_of "$php")
    detail "Using PHP $php_version of this machine"
    fact php_version "$php_version"
    if [ "$(command -v php)" != "$php" ]; then ln -sf "$php" .renga/php/bin/php; fi
    export PATH=$build/.renga/php/bin:$PATH
}

platform_requirements() { compose check-platform-reqs --lock --no-plugins $(without_development) 2>&1; }

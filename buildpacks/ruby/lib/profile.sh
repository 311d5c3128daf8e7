# A dyno sources this before it runs its command.
export BUNDLE_GEMFILE="$HOME/Gemfile" BUNDLE_PATH=vendor/bundle BUNDLE_BIN=vendor/bundle/bin BUNDLE_DEPLOYMENT=1 BUNDLE_APP_CONFIG="$HOME/.renga/bundle"
export LANG="${LANG:-C.UTF-8}"
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
export RAILS_SERVE_STATIC_FILES="${RAILS_SERVE_STATIC_FILES:-enabled}"
export RAILS_LOG_TO_STDOUT="${RAILS_LOG_TO_STDOUT:-enabled}"
# Puma's processes: only who asks for the platform's judgement gets them, since an app with threads only may not be ready for it.
if [ -n "${SENSIBLE_DEFAULTS-}" ] && [ -z "${WEB_CONCURRENCY-}" ]; then
    WEB_CONCURRENCY=$(workers_by_memory 256)
    export WEB_CONCURRENCY
fi

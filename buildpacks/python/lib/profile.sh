# A dyno sources this before it runs its command.
export PATH="$HOME/.renga/python/bin:$PATH"
export PYTHONPATH="${PYTHONPATH:-$HOME}"
export PYTHONUNBUFFERED="${PYTHONUNBUFFERED:-1}"
export LANG="${LANG:-C.UTF-8}"
export FORWARDED_ALLOW_IPS="${FORWARDED_ALLOW_IPS:-*}"
export GUNICORN_CMD_ARGS="${GUNICORN_CMD_ARGS:---access-logfile -}"

# A worker per 256 MB, but no more than the processors keep busy.
if [ -z "${WEB_CONCURRENCY-}" ]; then
    WEB_CONCURRENCY=$(workers_by_memory 256)
    renga_most=$(($(nproc) * 2 + 1))
    export WEB_CONCURRENCY=$((WEB_CONCURRENCY < renga_most ? WEB_CONCURRENCY : renga_most))
    unset renga_most
fi

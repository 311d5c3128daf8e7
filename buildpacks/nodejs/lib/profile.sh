# A dyno sources this before it runs its command.
export PATH="$HOME/.renga/node/bin:$HOME/node_modules/.bin:$PATH"
export NODE_ENV="${NODE_ENV:-production}"
if [ -z "${WEB_CONCURRENCY-}" ]; then
    # One worker per 512 MB, as far as the dyno's memory limit is known.
    WEB_CONCURRENCY=$(cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | awk -v per="${WEB_MEMORY:-512}" '/^[0-9]+$/ { n = int($1 / (per * 1048576)); if (n < 1 || n > 64) n = 1; print n; found = 1; exit } END { if (!found) print 1 }')
    export WEB_CONCURRENCY
fi

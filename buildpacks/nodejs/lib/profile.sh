# A dyno sources this before it runs its command.
for renga_tool in "$HOME"/.renga/tools/*/bin; do
    [ -d "$renga_tool" ] && PATH=$renga_tool:$PATH
done
unset renga_tool
export PATH="$HOME/.renga/node/bin:$HOME/node_modules/.bin:$PATH"
export NODE_ENV="${NODE_ENV:-production}" npm_config_update_notifier="${npm_config_update_notifier:-false}"

# pnpm would look whether it installed in this very folder, and install again; a build's folder is never the dyno's.
export pnpm_config_verify_deps_before_run="${pnpm_config_verify_deps_before_run:-false}"

export MEMORY_AVAILABLE="${MEMORY_AVAILABLE:-$(dyno_memory_mb)}"
export WEB_MEMORY="${WEB_MEMORY:-$([ "$MEMORY_AVAILABLE" -gt 16384 ] && echo 2048 || echo 512)}"
export WEB_CONCURRENCY="${WEB_CONCURRENCY:-$(workers_by_memory "$WEB_MEMORY" "$MEMORY_AVAILABLE")}"

# A dyno sources this before it runs its command.
if [ -x "$HOME/.renga/dotnet/dotnet" ]; then export DOTNET_ROOT="$HOME/.renga/dotnet" PATH="$HOME/.renga/dotnet:$PATH"; fi
export ASPNETCORE_URLS="${ASPNETCORE_URLS:-http://*:${PORT:-8080}}"
export ASPNETCORE_FORWARDEDHEADERS_ENABLED="${ASPNETCORE_FORWARDEDHEADERS_ENABLED:-true}"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# Three quarters of the dyno's memory are for objects, so an app that grows collects, or fails with a stack trace, before it swaps (R14).
if [ -z "${DOTNET_GCHeapHardLimit-}${DOTNET_GCHeapHardLimitPercent-}" ]; then
    DOTNET_GCHeapHardLimit=$(printf '0x%X' $(($(dyno_memory_mb) * 1048576 / 4 * 3)))
    export DOTNET_GCHeapHardLimit
fi

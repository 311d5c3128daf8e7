# How much memory a dyno has, for settings that depend on it. It is needed when a dyno starts, since its size may change without a build: a pack writes
# "cat lib/memory.sh lib/profile.sh >.profile.d/NAME.sh". Only what bash itself does, as every dyno waits for it.

# Prints the megabytes that the dyno's control group allows (version 2, then 1). Where none is set or seen it is FALLBACK, or 512, the smallest dyno's.
dyno_memory_mb() { # [FALLBACK [CGROUP_FOLDER]]
    local file bytes
    for file in "${2:-/sys/fs/cgroup}"/{memory.max,memory/memory.limit_in_bytes}; do
        bytes=
        { read -r bytes <"$file"; } 2>/dev/null
        # No limit is "max" in version 2, and in version 1 a number that no machine has.
        if [[ $bytes =~ ^[0-9]{1,15}$ ]] && ((bytes >= 1048576)); then
            echo $((bytes / 1048576))
            return
        fi
    done
    echo "${1:-512}"
}

# Prints how many worker processes of so many megabytes fit; at least one.
workers_by_memory() { # MB_PER_WORKER [MEMORY_MB]
    local memory=${2:-} per=$1 count
    [[ $memory =~ ^[0-9]+$ ]] || memory=$(dyno_memory_mb)
    [[ $per =~ ^[1-9][0-9]{0,8}$ ]] || per=512
    count=$((memory / per))
    echo $((count > 0 ? count : 1))
}

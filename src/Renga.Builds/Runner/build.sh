#!/bin/bash
# Runs inside the build dyno, as its unprivileged user. 1. Get the source. 2. Remove what a slug never holds, and what .slugignore names. 3. Which buildpacks?
# 4. Each in turn: fetch, detect, compile, report, release. 5. Tell what the cache did. In test mode: 4 with test-compile, then bin/test of each.
# What it ends with is read by BuildService (RunnerStatus.cs); what it leaves is read from $results and $build after the dyno has ended. The source and the
# buildpacks are hostile: no word of theirs is ever evaluated here.
set -u
umask 022

readonly given=$RENGA_BUILD packs=$RENGA_BUILDPACKS cache=$RENGA_CACHE archive=$RENGA_SOURCE mode=$RENGA_MODE
readonly work=$RENGA_TMP id=$RENGA_BUILD_ID max_bytes=$RENGA_MAX_SOURCE_BYTES max_files=$RENGA_MAX_SOURCE_FILES
readonly build=$work/build_$id results=$work/results_$id fetched=$work/buildpacks_$id
IFS=: read -ra locals <<<"$RENGA_LOCAL"
unset "${!RENGA_@}"
readonly fetch_seconds=90 report_seconds=20 max_packs=20

step() { printf -- '-----> %s\n' "$*"; }
detail() { printf '       %s\n' "$*"; }
problem() { printf ' !     %s\n' "$*"; }
plain() { printf '%s' "${1//[[:cntrl:]]/?}" | head -c 200; } # a name of the source, fit to be shown

# Seconds are shown where a step took at least one.
started=
begin() { started=${EPOCHREALTIME/[.,]/}; }
took() { # prints " (1.2s)" or nothing
    local tenths=$(((${EPOCHREALTIME/[.,]/} - started) / 100000))
    [ "$tenths" -lt 10 ] || printf ' (%d.%ds)' $((tenths / 10)) $((tenths % 10))
}

# A full disk explains any failure, so it is looked at first: is there room for a little more? Nothing is started for it, since processes may have run out.
full() { # FOLDER
    ! printf '%262144s' '' 2>/dev/null >"$1/.renga-room" || ! : >"$1/.renga-room"
}
fail() { # STATUS
    if full "$results"; then exit 30; fi
    if full "$cache"; then exit 31; fi
    exit "$1"
}

. "$given/fetch.sh"
. "$given/source.sh"
. "$given/packs.sh"

export HOME=${HOME:-/app}
mkdir -p "$build" "$results" "$fetched" || fail 20
export BUILDPACK_LOG_FILE=$results/buildpack.log
: >"$BUILDPACK_LOG_FILE"

# 1. and 2.
get_source
clear_source
warn_of_pointers

# 3.
: >"$results/began"
if [ -n "$(find "$cache" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit 2>/dev/null)" ]; then cache_before=yes; else cache_before=; fi
choose_packs

# 4.
run_packs
[ "$mode" = test ] && run_tests

# 5. Whether the packs changed anything in it says whether what they needed was there.
cache_kilobytes=$(timeout 5 du -sk -- "$cache" 2>/dev/null | cut -f 1)
if [ -z "$(find "$cache" -mindepth 1 ! -name lost+found -print -quit 2>/dev/null)" ]; then
    cache_state=none
elif [ -z "$cache_before" ]; then
    cache_state=new
elif [ -z "$(find "$cache" -cnewer "$results/began" -print -quit 2>/dev/null)" ]; then
    cache_state=reused
else
    cache_state=changed
fi
printf '%s %s\n' "$cache_state" "${cache_kilobytes:-}" >"$results/cache"
exit 0

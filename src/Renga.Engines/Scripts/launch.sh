#!/bin/sh
# Starts a dyno's supervisor outside of our own control groups, with what it says to us on our standard output.
# Arguments: a number, that many cgroup.procs files to enter, then the supervisor and its arguments.
count=$1
shift
while [ "$count" -gt 0 ]; do
    echo $$ > "$1"
    shift
    count=$((count - 1))
done
_OCI_SYNCPIPE=3
export _OCI_SYNCPIPE
exec "$@" 3>&1

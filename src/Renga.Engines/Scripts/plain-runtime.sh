#!/bin/sh
# Plays the part of an OCI runtime for the process engine: starts a plain process that waits for its start signal.
# Arguments: FOLDER COUNT, COUNT words of the command, then what the supervisor adds (create --bundle ... ID).
folder=$1
count=$2
shift 2
total=$#
i=0
while [ "$i" -lt "$count" ]; do
    set -- "$@" "$1"
    shift
    i=$((i + 1))
done
shift $((total - count))
cd "$folder/work/app" || exit 1
# A background command of sh reads from /dev/null unless told otherwise.
exec 3<&0
/usr/bin/setsid /bin/sh "$RENGA_GATE" "$folder" "$@" <&3 3<&- &
echo "$!" > "$folder/init.pid"

#!/bin/sh
# Holds a created dyno until it is started: a writer of the pipe lets it go. The pipe's absence says, for good, that it was started.
folder=$1
shift
read -r word < "$folder/start"
[ "$word" = go ] || exit 1
rm -f "$folder/start"
# The supervisor reads its arguments by its locale, so it ran with one of ours; the dyno has its own.
if [ "${RENGA_LC_ALL+set}" ]; then
    LC_ALL=$RENGA_LC_ALL
else
    unset LC_ALL
fi
unset _OCI_SYNCPIPE RENGA_GATE RENGA_LC_ALL
exec "$@"

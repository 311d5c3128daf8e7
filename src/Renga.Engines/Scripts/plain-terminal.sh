#!/bin/bash
# Runs a dyno's command on the pseudo terminal that script(1) has made. Its words are in a file, since script(1) takes a line of shell only, and that one is fixed.
stty rows "$RENGA_ROWS" cols "$RENGA_COLUMNS"
mapfile -d '' -t words < "$RENGA_WORDS"
unset RENGA_ROWS RENGA_COLUMNS RENGA_WORDS RENGA_TERMINAL
exec "${words[@]}"

#!/bin/sh
# git runs this when it has received a push and before any ref changes. It hands the push to the platform over two named pipes, shows what the
# platform answers, and ends with its verdict. The platform holds its ends open before git starts; opening a pipe both ways first means that
# no open here can block, and that a platform that has died is seen at once: as the end of the answer, or as a pipe nobody reads.
folder=${RENGA_PUSH_FOLDER:?this hook runs only inside the platform}
exec 3<>"$folder/answer" 4<"$folder/answer" 3>&-
exec 5<>"$folder/question" 6>"$folder/question" 5>&-
{
    printf '%s\n' "${GIT_QUARANTINE_PATH-}" "${GIT_OBJECT_DIRECTORY-}" "${GIT_ALTERNATE_OBJECT_DIRECTORIES-}" "${GIT_SHALLOW_FILE-}"
    cat
    echo end
} >&6
exec 6>&-
cat <&4
if read -r verdict 2>/dev/null <"$folder/verdict"; then
    exit "$verdict"
fi
echo ' !     The platform stopped while it handled this push. Nothing was changed; push again.'
exit 1

# Gets the source into $build, and takes out what a slug never holds. Sourced by build.sh.

# What is wrong with an archive, from its list of contents: nothing is unpacked that could leave the folder, be no file, or be too much.
inspect() { # FIELDS BEFORE THE NAME, FIELD OF THE SIZE; the list comes in
    awk -v fields="$1" -v size_field="$2" -v max_bytes="$max_bytes" -v max_files="$max_files" '
        function shown(name) { return length(name) > 80 ? substr(name, 1, 80) "..." : name }
        function refuse(text) { print text; exit 1 }
        function leaves(name) { return name ~ /^\// || ("/" name "/") ~ /\/\.\.\// }
        {
            type = substr($0, 1, 1); bytes += $size_field; name = $0; target = ""
            for (i = 0; i < fields; i++) sub(/^[^ ]+ +/, "", name)
            mark = type == "l" ? " -> " : type == "h" ? " link to " : ""
            if (mark != "" && (at = index(name, mark))) { target = substr(name, at + length(mark)); name = substr(name, 1, at - 1) }
            while (sub(/^\.\//, "", name)) continue
            sub(/\/$/, "", name)
            if (++files > max_files) refuse("it has more than " max_files " files")
            if (bytes > max_bytes) refuse("its files take more than " max_bytes / 1048576 "M (" shown(name) " is " sprintf("%.0f", $size_field / 1048576) "M)")
            if (length(name) > 1000) refuse("a path in it has " length(name) " bytes, and 1000 are the most: " shown(name))
            if (leaves(name)) refuse(shown(name) " would be outside of it")
            if (type == "p") refuse(shown(name) " is a named pipe")
            if (type == "b" || type == "c") refuse(shown(name) " is a device")
            if (type == "h" && leaves(target)) refuse(shown(name) " is a hard link to " shown(target) ", outside of it")
            if (type !~ /[-dlh?]/) refuse(shown(name) " is no file, folder or link")
            n = split(name, parts, "/"); path = ""
            for (i = 1; i < n; i++) {
                path = path (i > 1 ? "/" : "") parts[i]
                if (path in links) refuse(shown(name) " goes through the link " shown(path))
            }
            if (type == "l") links[name] = 1
            if (name ~ /\\[23][0-7][0-7]/ && !odd) { odd = 1; print name >"/dev/stderr" }
        }'
}

unpack() { # FILE TO
    local wrong lister
    if [ "$(head -c 2 -- "$1" | tr -d '\0')" = PK ]; then
        lister=(unzip -Z -s --h-t -- "$1")
        wrong=$("${lister[@]}" 2>"$results/list.err" | inspect 8 4 2>"$results/odd"; exit "${PIPESTATUS[0]}")
    else
        lister=(env LC_ALL=C.UTF-8 tar --list --verbose --absolute-names --numeric-owner --quoting-style=escape --file="$1")
        wrong=$("${lister[@]}" 2>"$results/list.err" | inspect 5 3 2>"$results/odd"; exit "${PIPESTATUS[0]}")
    fi
    local status=$?
    if [ -n "$wrong" ]; then
        problem "The source cannot be used: $(plain "$wrong")."
        fail 28
    fi
    if [ "$status" != 0 ]; then
        problem "The source is no archive that can be read: expected tar, tar.gz or zip."
        detail "$(plain "$(head -n 1 "$results/list.err")")"
        fail 20
    fi
    if [ -s "$results/odd" ]; then
        problem "Warning: $(plain "$(head -n 1 "$results/odd")") is not UTF-8. It is kept as it is; some tools cannot read such names."
    fi
    if [ "${lister[0]}" = unzip ]; then
        unzip -qq -o "$1" -d "$2" </dev/null
    else
        tar --extract --file="$1" --directory="$2" --no-same-owner --no-same-permissions
    fi || fail 20
}

# The kind, then what it needs: one line each.
get_source() {
    local kind url extra
    { read -r kind; read -r url; read -r extra; } <"$given/source"
    begin
    case $kind in
        archive)
            unpack "$archive" "$build"
            get_submodules
            ;;
        download)
            step "Downloading the source"
            download "$url" "$work/source_$id" 300 || fail 29
            if [ -n "$extra" ] && [ "$(sha256sum <"$work/source_$id")" != "$extra  -" ]; then
                problem "The checksum of the source is $(sha256sum <"$work/source_$id" | cut -c 1-64), and $extra was expected."
                fail 29
            fi
            unpack "$work/source_$id" "$build"
            rm -f -- "$work/source_$id"
            strip_top "$build"
            detail "Done$(took)"
            ;;
        repository)
            step "Cloning $url"
            rm -rf -- "$build"
            if ! clone "$url" "$extra" "$build"; then
                problem "Could not clone $url${extra:+ at $extra}. Expected a public git repository that this machine can reach."
                fail 29
            fi
            SOURCE_VERSION=$(quiet_git -C "$build" rev-parse HEAD)
            printf '%s\n' "$SOURCE_VERSION" >"$results/commit"
            export SOURCE_VERSION
            detail "Done: ${SOURCE_VERSION:0:8}$(took)"
            inspect_clone
            ;;
    esac
}

# What git wrote is files, folders and links; how much is what remains to ask.
inspect_clone() {
    local bytes files
    read -r bytes files < <(find "$build" -path "$build/.git" -prune -o -printf '%s\n' | awk '{ bytes += $1; files++ } END { printf "%.0f %d\n", bytes, files }')
    if [ "$bytes" -gt "$max_bytes" ]; then problem "The source cannot be used: its files take more than $((max_bytes / 1048576))M."; fail 28; fi
    if [ "$files" -gt "$max_files" ]; then problem "The source cannot be used: it has more than $max_files files."; fail 28; fi
}

# Path, URL and commit were checked before; that the path crosses no link of the source can only be seen here.
get_submodules() {
    local path url commit part target
    [ -s "$given/submodules" ] || return 0
    step "Fetching submodules"
    while IFS=$'\t' read -r path url commit <&3; do
        begin
        target=$build
        while IFS= read -r -d / part; do
            target=$target/$part
            if [ -L "$target" ]; then problem "The submodule $path goes through the link ${target#"$build"/}."; fail 28; fi
        done <<<"$path/"
        if [ -n "$(find "$target" -mindepth 1 -print -quit 2>/dev/null)" ]; then problem "The submodule $path is at a place that has files."; fail 28; fi
        if ! clone_commit "$url" "$commit" "$target"; then
            problem "Could not fetch the submodule $path: commit $commit of $url. Expected a public git repository that has it; was the commit pushed there?"
            fail 29
        fi
        find "$target" -name .git -prune -exec rm -rf -- {} +
        detail "$path: ${commit:0:8}$(took)"
    done 3<"$given/submodules"
}

clear_folder() {
    if [ -d "$1" ] && [ ! -L "$1" ]; then
        find "$1" -mindepth 1 -delete
    fi
}

clear_source() {
    rm -rf -- "$build/.git"
    clear_folder "$build/tmp"
    clear_folder "$build/log"
    find "$build" -name .DS_Store -type f -delete
    if [ -f "$build/.slugignore" ] && [ ! -L "$build/.slugignore" ]; then
        step "Removing files named in .slugignore"
        apply_slugignore || fail 26
    fi
}

# The patterns are those of .gitignore, so git itself finds what they name; ! has no meaning here, and no configuration counts.
apply_slugignore() {
    local patterns=$results/slugignore scratch=$results/slugignore.git list=$results/slugignore.list
    tr -d '\r' <"$build/.slugignore" | grep -v '^[[:space:]]*!' >"$patterns"
    local quiet=(env -i "PATH=$PATH" HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
        GIT_DIR="$scratch" GIT_WORK_TREE="$build" git -c safe.directory='*' -c core.excludesFile=/dev/null)
    "${quiet[@]}" init --quiet --template= || return
    (cd "$build" && "${quiet[@]}" ls-files -z --others --ignored --directory --exclude-from="$patterns") >"$list" || return
    (cd "$build" && xargs --null --no-run-if-empty rm -rf --) <"$list" || return
    detail ".slugignore removed $(tr -cd '\0' <"$list" | wc -c) entries"
    rm -rf -- "$scratch" "$list" "$patterns"
}

# Only a warning: a buildpack may fetch them.
warn_of_pointers() {
    local pointers
    [ -n "$(find "$build" -name .gitattributes -type f -exec grep -qs 'filter=lfs' {} \; -print -quit)" ] || return 0
    mapfile -t -d '' pointers < <(find "$build" -type f -size -2 -print0 | xargs -0 -r grep -lZsx 'version https://git-lfs.github.com/spec/v1' --)
    [ "${#pointers[@]}" -gt 0 ] || return 0
    problem "Warning: $(plain "${pointers[0]#"$build"/}")$([ "${#pointers[@]}" = 1 ] || echo " and $((${#pointers[@]} - 1)) more") came as a Git LFS pointer, not as the file itself."
    problem "Files in LFS are not fetched here. Put them into the repository (git lfs migrate export --include='*'), keep them elsewhere,"
    problem "or add a buildpack that fetches them."
}

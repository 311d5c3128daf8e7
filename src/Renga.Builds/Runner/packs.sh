# Runs buildpacks. Sourced by build.sh.

# Those that the platform was told to use; else those that the source names; else the first of ours that fits. One line per pack: kind|location|ref|name.
choose_packs() {
    plan=$given/plan
    [ -s "$plan" ] && return
    plan=$results/plan
    : >"$plan"
    if [ -f "$build/.buildpacks" ] && [ ! -L "$build/.buildpacks" ]; then
        plan_of .buildpacks <"$build/.buildpacks"
    elif [ -f "$build/app.json" ] && [ ! -L "$build/app.json" ] && grep -q '"buildpacks"' "$build/app.json"; then
        if ! jq -r '.buildpacks // [] | .[] | if type == "object" then .url else . end | select(type == "string")' "$build/app.json" >"$results/app.json.packs" 2>"$results/jq.err"; then
            problem "app.json cannot be read: $(plain "$(head -n 1 "$results/jq.err")")"
            fail 32
        fi
        plan_of app.json <"$results/app.json.packs"
    fi
}

plan_of() { # NAME OF THE FILE; its lines come in
    local line number=0 kind location ref
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        line=${line#"${line%%[![:space:]]*}"}
        line=${line%"${line##*[![:space:]]}"}
        [[ -z $line || $line == '#'* ]] && continue
        number=$((number + 1))
        if [ "$number" -gt "$max_packs" ]; then problem "$1 names more than $max_packs buildpacks."; fail 32; fi
        if ! resolve "$line"; then
            problem "$1 names a buildpack that cannot be used: $(plain "$line")"
            problem "Expected a name ($(cut -d '|' -f 1 "$given/names" | paste -s -d ' ')), or the URL of a git repository (https://host/repository#ref) or tarball (.tgz)."
            fail 32
        fi
        [ "$number" = 1 ] && step "Using buildpacks of $1:"
        detail "$number. $(plain "$line")"
        printf '%s|%s|%s|%s\n' "$kind" "$location" "$ref" "$line" >>"$plan"
    done
}

resolve() { # TEXT; sets kind, location, ref. The rules are those of BuildpackLocator.cs, without paths.
    local name='[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9][A-Za-z0-9_-]*'
    if [[ $1 =~ ^(urn:buildpack:)?($name)$ ]] || [[ $1 =~ ^(https://(buildpack-registry|codon-buildpacks)\.s3\.amazonaws\.com/buildpacks/)($name)\.tgz$ ]]; then
        local wanted=${BASH_REMATCH[-1]} known
        while IFS='|' read -r known kind location ref; do
            [ "$known" = "$wanted" ] && return
        done <"$given/names"
        return 1
    fi
    [[ $1 =~ ^(https?|git)://[^[:space:]\|\#]+(\#[A-Za-z0-9][A-Za-z0-9._/-]*)?$ ]] || return
    location=${1%%#*} ref=
    [[ $1 == *#* ]] && ref=${1#*#}
    [[ $ref == *..* ]] && return 1
    kind=git
    [[ ${location%%\?*} == *.tgz || ${location%%\?*} == *.tar.gz ]] && kind=tarball
    return 0
}

# Into a folder of its own that it may write to: a buildpack leaves its "export" file there.
fetch() { # KIND LOCATION REF TO
    case $1 in
        builtin) cp -RL -- "$packs/$2" "$4" ;; # our buildpacks share their files by links
        local)
            local path=${locals[$2]}
            if [ -d "$path/.git" ] || [ -f "$path/HEAD" ] || [ -n "$3" ]; then git_protocols=file:http:https:git clone "$path" "$3" "$4"; else cp -R -- "$path" "$4"; fi
            ;;
        git) clone "$2" "$3" "$4" ;;
        tarball)
            mkdir -p "$4" && download "$2" "$4.tgz" "$fetch_seconds" &&
                tar --extract --gzip --file="$4.tgz" --directory="$4" --no-same-owner --no-same-permissions && rm -f -- "$4.tgz" || return
            [ -e "$4/bin/compile" ] || strip_top "$4"
            ;;
    esac || return
    [ -f "$4/bin/compile" ] && chmod +x "$4"/bin/* 2>/dev/null
}

detect() { # PACK; prints the name
    (cd "$1" && exec "$1/bin/detect" "$build") </dev/null 2>"$results/detect.err"
}

# A status above 125 is no "no": the program could not be run, or a signal ended it.
detect_crashed() { # STATUS NAME
    [ "$1" -gt 125 ] || return 1
    case $1 in
        126 | 127) problem "bin/detect of $2 cannot be run (status $1)." ;;
        *) problem "bin/detect of $2 crashed (status $1)." ;;
    esac
    head -c 4000 "$results/detect.err"
}

# In the buildpack's own folder, as Heroku does: some name their files relative to it. Sees what earlier buildpacks exported, and nothing of this script's variables.
exports=()
compile() { # PACK
    local program=compile
    [ "$mode" = test ] && [ -f "$1/bin/test-compile" ] && program=test-compile
    (cd "$1" && exec /bin/bash -c 'for file in "${@:6}"; do . "$file"; done; exec "$1/bin/$2" "$3" "$4" "$5"' \
        compile "$1" "$program" "$build" "$cache" "$given/env" ${exports[@]+"${exports[@]}"}) </dev/null 2>&1
}

# What the pack measured, for the log. Never shown, never fatal, never without end.
report() { # PACK NUMBER
    [ -f "$1/bin/report" ] || return 0
    (cd "$1" && exec timeout "$report_seconds" "$1/bin/report" "$build" "$cache" "$given/env") </dev/null >"$results/report.$2" 2>/dev/null
}

release() { # PACK
    [ -f "$1/bin/release" ] || return 0
    (cd "$1" && exec "$1/bin/release" "$build") </dev/null >"$results/release.yml"
}

run_pack() { # PACK NAME NUMBER
    local status
    printf '%s\n' "$2" >"$results/description"
    step "$2 app detected"
    begin
    compile "$1"
    status=$?
    report "$1" "$3"
    [ "$status" = 0 ] || fail 24
    [ -z "$(took)" ] || detail "$2: done$(took)"
    if [ -f "$1/export" ]; then exports+=("$1/export"); fi
    release "$1" || fail 25
}

run_packs() {
    if [ -s "$plan" ]; then run_planned; else run_detected; fi
}

run_planned() {
    local number=0 kind location ref display pack name status
    while IFS='|' read -r kind location ref display <&3; do
        number=$((number + 1))
        pack=$fetched/$number
        begin
        if ! fetch "$kind" "$location" "$ref" "$pack"; then
            problem "Could not fetch the buildpack $display"
            [ -d "$pack" ] && [ ! -f "$pack/bin/compile" ] && problem "It has no bin/compile."
            fail 22
        fi
        [ -z "$(took)" ] || detail "Fetched $display$(took)"
        name=$(detect "$pack")
        status=$?
        if detect_crashed "$status" "$display"; then fail 27; fi
        if [ "$status" != 0 ]; then
            problem "App not compatible with buildpack: $display"
            [ -n "$name" ] && printf '%s\n' "$name" | head -c 4000
            head -c 4000 "$results/detect.err"
            fail 23
        fi
        run_pack "$pack" "${name%%$'\n'*}" "$number"
    done 3<"$plan"
}

# Ours are asked where they are; only the one that is used is copied.
run_detected() {
    local candidate name status found= found_name others=()
    while read -r candidate <&3; do
        name=$(detect "$packs/$candidate")
        status=$?
        if detect_crashed "$status" "$candidate"; then fail 27; fi
        [ "$status" = 0 ] || continue
        name=${name%%$'\n'*}
        if [ -z "$found" ]; then found=$candidate found_name=$name; else others+=("heroku/$candidate"); fi
    done 3<"$packs/order"
    if [ -z "$found" ]; then
        # A Procfile alone says enough: the app brings what it runs.
        [ -f "$build/Procfile" ] || fail 21
        step "No buildpack fits; the Procfile says what runs"
        return
    fi
    if [ "${#others[@]}" -gt 0 ]; then
        detail "Also fits: ${others[*]}. The first is used, heroku/$found; to choose: heroku buildpacks:set heroku/$found"
    fi
    fetch builtin "$found" "" "$fetched/1" || fail 22
    run_pack "$fetched/1" "$found_name" 1
}

# As a dyno starts: config vars in the environment, .profile.d in order of name. Its exit status is the verdict.
run_tests() {
    local pack tested= status
    for pack in "$fetched"/*; do
        [ -f "$pack/bin/test" ] || continue
        tested=yes
        step "Running tests"
        (
            cd "$build" || exit
            export HOME=$build
            for file in "$given"/env/*; do
                if [[ ${file##*/} =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then export "${file##*/}=$(<"$file")"; fi
            done
            exec /bin/bash -c 'shopt -s nullglob; for file in .profile.d/*.sh; do . "./$file"; done; exec "$1/bin/test" "$2" "$3"' test "$pack" "$build" "$given/env"
        ) </dev/null 2>&1
        status=$?
        if [ "$status" != 0 ]; then
            problem "Tests failed (status $status)."
            fail 33
        fi
    done
    if [ -z "$tested" ]; then
        problem "None of the buildpacks has bin/test."
        fail 34
    fi
}

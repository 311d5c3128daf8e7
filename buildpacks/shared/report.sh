# bin/report BUILD CACHE ENV: the facts of the build as one JSON object; {} when there are none.
report() { # PACK
    local -A values=()
    local names=() name value comma=
    if [ -f "$1/facts" ]; then
        while IFS='=' read -r name value; do
            [ -n "$name" ] || continue
            [ -n "${values[$name]+known}" ] || names+=("$name")
            value=${value//\\/\\\\}
            values[$name]=${value//\"/\\\"}
        done < <(tr -d '\000-\011\013-\037' <"$1/facts")
    fi
    printf '{'
    for name in "${names[@]}"; do
        printf '%s"%s":"%s"' "$comma" "$name" "${values[$name]}"
        comma=,
    done
    printf '}\n'
}

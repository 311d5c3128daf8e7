# Version ranges as package.json writes them, without needing Node.js to read them: it may be what is looked for.

# A version as one number that sorts; missing parts count as 0.
version_key() { # 1.2.3
    local major minor patch
    IFS=. read -r major minor patch <<<"${1%%[-+]*}"
    echo $((10#${major:-0} * 1000000000000 + 10#${minor:-0} * 1000000 + 10#${patch:-0}))
}

# Prints "LOW HIGH", the keys that one comparator allows: LOW <= key < HIGH. Fails on what is none.
comparator_bounds() { # ^1.2
    local end=9000000000000000000
    [[ $1 =~ ^(\^|~|\>=|\>|\<=|\<|=)?v?([0-9]+|[xX*])(\.([0-9]+|[xX*]))?(\.([0-9]+|[xX*]))?([-+].*)?$ ]] || return 1
    local operator=${BASH_REMATCH[1]} major=${BASH_REMATCH[2]} minor=${BASH_REMATCH[4]} patch=${BASH_REMATCH[6]}
    [[ $major =~ [xX*] ]] && { echo "0 $end"; return; }
    [[ $minor =~ [xX*] ]] && minor=
    [[ -z $minor || $patch =~ [xX*] ]] && patch=
    local low next
    low=$(version_key "$major.${minor:-0}.${patch:-0}")
    if [ -z "$minor" ]; then
        next=$(version_key "$((10#$major + 1)).0.0")
    elif [ -z "$patch" ]; then
        next=$(version_key "$major.$((10#$minor + 1)).0")
    else
        next=$((low + 1))
    fi
    case $operator in
        '>=') echo "$low $end" ;;
        '>') echo "$next $end" ;;
        '<=') echo "0 $next" ;;
        '<') echo "0 $low" ;;
        '~') if [ -n "$minor" ]; then echo "$low $(version_key "$major.$((10#$minor + 1)).0")"; else echo "$low $next"; fi ;;
        '^')
            if [ "$((10#$major))" -gt 0 ] || [ -z "$minor" ]; then
                echo "$low $(version_key "$((10#$major + 1)).0.0")"
            elif [ "$((10#$minor))" -gt 0 ] || [ -z "$patch" ]; then
                echo "$low $(version_key "0.$((10#$minor + 1)).0")"
            else
                echo "$low $((low + 1))"
            fi
            ;;
        *) echo "$low $next" ;;
    esac
}

# Prints "LOW HIGH" lines, one per alternative of a range. Fails when the range cannot be read.
range_bounds() { # '>=18 <21 || ^22.1'
    local range=$1 alternative comparator bounds low high
    case $range in
        '' | latest | node | current | stable) range='*' ;;
        lts | 'lts/*') range='18 || 20 || 22 || 24 || 26' ;;
        lts/hydrogen) range=18 ;; lts/iron) range=20 ;; lts/jod) range=22 ;; lts/krypton) range=24 ;;
    esac
    # "1.2 - 1.4" means ">=1.2 <=1.4"; blanks between an operator and its version mean nothing.
    range=$(sed -E 's/([^ |]+) +- +([^ |]+)/>=\1 <=\2/g; s/([<>=^~]) +/\1/g; s/\|\|/\n/g; s/,/ /g' <<<"$range")
    while IFS= read -r alternative; do
        low=0 high=9000000000000000000
        for comparator in ${alternative:-x}; do
            bounds=$(comparator_bounds "$comparator") || return 1
            [ "${bounds% *}" -gt "$low" ] && low=${bounds% *}
            [ "${bounds#* }" -lt "$high" ] && high=${bounds#* }
        done
        echo "$low $high"
    done <<<"$range"
}

# Reads versions, one per line, and prints the highest in the range; fails when there is none.
highest_in_range() { # RANGE
    set -f
    local bounds
    bounds=$(range_bounds "$1") || { set +f; return 2; }
    set +f
    awk -F. -v bounds="$bounds" '
        BEGIN { count = split(bounds, line, "\n"); for (i = 1; i <= count; i++) { split(line[i], b, " "); low[i] = b[1] + 0; high[i] = b[2] + 0 } }
        { key = $1 * 1000000000000 + $2 * 1000000 + $3
          for (i = 1; i <= count; i++) if (key >= low[i] && key < high[i] && key > best) { best = key; name = $0 } }
        END { if (name == "") exit 1; print name }'
}

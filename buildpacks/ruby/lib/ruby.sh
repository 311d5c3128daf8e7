# Chooses a Ruby: the machine's when it fits, else the newest that fits of ruby-lang.org, built from its source once and kept in the cache.

# What the app asks for, as a range of lib/semver.sh: Gemfile's ruby line, then .ruby-version, where the patch level is the machine's.
wanted_ruby() {
    local line file quoted ranges=
    line=$(sed -nE 's/^[[:space:]]*ruby[[:space:](]+(.*)$/\1/p' Gemfile | tr -d '\r' | head -n 1)
    # Only Bundler's own kinds of line; what is computed is left to Bundler, which checks it too.
    if [[ $line =~ file:[[:space:]]*[\"\']([A-Za-z0-9._/-]+)[\"\'] ]]; then
        file=${BASH_REMATCH[1]}
        plain_version "$(sed -nE 's/^(ruby[ \t]+)?(ruby-)?([0-9][^ \t\r]*).*/\3/p' "$file" 2>/dev/null | head -n 1)"
        return
    fi
    if [ -n "$line" ]; then
        if [[ $line =~ engine:[[:space:]]*[:\"\']+([a-z]+) && ${BASH_REMATCH[1]} != ruby ]]; then
            echo "${BASH_REMATCH[1]}"
            return
        fi
        line=${line%%#*} line=${line%%engine*} line=${line%%patchlevel*}
        while IFS= read -r quoted; do ranges+="$(gem_range "${quoted:1:-1}") "; done < <(grep -oE "\"[^\"]*\"|'[^']*'" <<<"$line")
        printf '%s\n' "${ranges% }"
        return
    fi
    line=$(head -n 1 .ruby-version 2>/dev/null | tr -d '[:space:]')
    line=$(plain_version "${line#ruby-}")
    if [[ $line =~ ^([0-9]+\.[0-9]+)\.[0-9]+$ ]]; then line=${BASH_REMATCH[1]}; fi
    printf '%s\n' "$line"
}

# "3.1.2p20" asks for 3.1.2.
plain_version() { printf '%s\n' "${1%%p[0-9]*}"; }

# "~> 3.1" as RubyGems means it, in the words of lib/semver.sh.
gem_range() { # '~> 3.1.2'
    local number=${1##*[[:space:]~>=<]} parts
    if [[ $1 =~ ^[[:space:]]*~\> ]]; then
        IFS=. read -ra parts <<<"$number"
        case ${#parts[@]} in
            1 | 2) printf '>=%s <%s\n' "$number" "$((10#${parts[0]} + 1))" ;;
            *) printf '>=%s <%s.%s\n' "$number" "${parts[0]}" "$((10#${parts[1]} + 1))" ;;
        esac
    else
        plain_version "$1"
    fi
}

# Sets ruby_version and puts that ruby at the front of PATH.
provide_ruby() {
    local wanted machine candidate known url digest
    wanted=$(wanted_ruby)
    if [[ $wanted == *jruby* || $wanted == *truffle* ]]; then
        fail "$wanted is asked for, and only Ruby itself (MRI) is offered." "Name its version, for example ruby \"3.1\" in Gemfile."
    fi
    for candidate in /usr/local/bin/ruby /usr/bin/ruby /usr/bin/ruby[0-9].[0-9]; do
        ruby_version=$("$candidate" -e 'print RUBY_VERSION' 2>/dev/null) || continue
        [[ " $machine " == *" $ruby_version "* ]] || machine+="${machine:+ }$ruby_version"
        if highest_in_range "$wanted" <<<"$ruby_version" >/dev/null; then
            detail "Using Ruby $ruby_version of this machine${wanted:+ (asked for: $wanted)}"
            link_ruby "$candidate"
            fact ruby_version "$ruby_version"
            return
        fi
    done

    local base=${RUBY_DOWNLOAD_URL:-https://cache.ruby-lang.org/pub/ruby}
    range_bounds "$wanted" >/dev/null || fail "\"$wanted\" is not a version of Ruby." "Write for example ruby \"3.1.2\" or ruby \"~> 3.1\" in Gemfile. This machine has ${machine:-none}."
    known=$(download "${base%/}/index.txt" 2>/dev/null | awk -F'\t' '$1 ~ /^ruby-[0-9]+\.[0-9]+\.[0-9]+$/ && $2 ~ /\.tar\.gz$/ { print substr($1, 6), $2, $4 }') ||
        fail "Ruby ${wanted:-of any version} is not on this machine (it has ${machine:-none}), and $base cannot be asked for it." "Ask for one that is there in Gemfile, or name a mirror in RUBY_DOWNLOAD_URL."
    ruby_version=$(cut -d' ' -f1 <<<"$known" | highest_in_range "$wanted") ||
        fail "No version of Ruby fits \"$wanted\"." "This machine has ${machine:-none}; the newest of $base are $(cut -d' ' -f1 <<<"$known" | sort -V | tail -n 6 | paste -sd ' ')."
    read -r _ url digest < <(grep "^${ruby_version//./\\.} " <<<"$known")
    if [ -x "$cache/ruby/$ruby_version/bin/ruby" ]; then
        detail "Using Ruby $ruby_version from the cache"
    else
        build_ruby "${base%/}/${url#*/pub/ruby/}" "$digest"
    fi
    cp -R -- "$cache/ruby/$ruby_version" "$build/.renga/ruby"
    export PATH=$build/.renga/ruby/bin:$PATH
    fact ruby_version "$ruby_version"
}

# A ruby that is not called "ruby", or not found first, gets that name.
link_ruby() { # PROGRAM
    [ "$(command -v ruby)" = "$1" ] && return
    mkdir -p "$build/.renga/ruby/bin"
    ln -sf "$1" "$build/.renga/ruby/bin/ruby"
    export PATH=$build/.renga/ruby/bin:$PATH
}

# Ruby is published as source. Where it will lie is not known when it is built, so it finds its own files relative to itself.
build_ruby() { # URL DIGEST
    local work
    command -v cc >/dev/null && command -v make >/dev/null || fail "Ruby $ruby_version must be built from source, and this stack has no C compiler."
    detail "Downloading the source of Ruby $ruby_version"
    work=$(mktemp -d) || exit 1
    download_checked "$1" "$work/ruby.tar.gz" "$2" || fail "Ruby $ruby_version could not be downloaded."
    detail "Building it; this takes minutes, and later builds have it in the cache"
    rm -rf -- "$cache/ruby"
    mkdir -p "$work/source" "$cache/ruby"
    tar --extract --gzip --file="$work/ruby.tar.gz" --directory="$work/source" --strip-components=1 --no-same-owner &&
        (cd "$work/source" && ./configure --prefix="$work/made" --enable-load-relative --enable-shared --disable-install-doc --without-gmp && make -j"$(nproc)" && make install) >"$work/log" 2>&1 ||
        { tail -n 20 "$work/log" 2>/dev/null | indent; fail "Ruby $ruby_version could not be built from source; the last lines are above." "Ask for a version that this machine has: ${machine:-none}."; }
    rm -rf -- "$work/made/share"
    mv -- "$work/made" "$cache/ruby/$ruby_version"
    rm -rf -- "$work"
}

# Downloads, each within the times that the build allows. Nothing is used before its digest was compared.

download() { # CURL_ARGUMENTS... URL
    curl --fail --silent --show-error --location --retry 2 --connect-timeout "${CURL_CONNECT_TIMEOUT:-30}" --max-time "${CURL_TIMEOUT:-180}" "$@"
}

# Downloads a file whose digest is known; the file is there whole and right, or not at all.
download_checked() { # URL TO DIGEST   (sha512, sha256 or sha1 in hexadecimal, told apart by their length)
    local tool=sha256sum
    [ "${#3}" = 128 ] && tool=sha512sum
    [ "${#3}" = 40 ] && tool=sha1sum
    mkdir -p "${2%/*}" && download --output "$2.draft" "$1" || return
    if [ "$("$tool" <"$2.draft" | cut -d' ' -f1)" != "${3,,}" ]; then
        rm -f -- "$2.draft"
        problem "$1 does not have the digest that is published for it ($3)."
        return 1
    fi
    mv -- "$2.draft" "$2"
}

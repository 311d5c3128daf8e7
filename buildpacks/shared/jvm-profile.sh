# At the start of a dyno: which Java, how much memory it takes, and how to reach the database.
if [ -x "$HOME/.renga/jdk/bin/java" ]; then
    export JAVA_HOME=$HOME/.renga/jdk
elif [ -x "$java_of_stack/bin/java" ]; then
    export JAVA_HOME=$java_of_stack
fi
[ -z "${JAVA_HOME:-}" ] || export PATH=$JAVA_HOME/bin:$PATH
unset java_of_stack

# The heap leaves room for threads, code and buffers: 300 MB of 512, 671 MB of 1024, four fifths of more.
jvm_options() {
    local memory
    memory=$(dyno_memory_mb)
    printf -- '-Dfile.encoding=UTF-8 -XX:MaxRAM=%dm ' "$memory"
    if ((memory <= 512)); then
        printf -- '-Xmx%dm -Xss512k -XX:CICompilerCount=2' $((memory * 300 / 512))
    elif ((memory <= 1024)); then
        printf -- '-Xmx%dm -XX:CICompilerCount=2' $((memory * 671 / 1024))
    else
        printf -- '-XX:MaxRAMPercentage=80.0'
    fi
}

# postgres://user:password@host:5432/name?a=b is jdbc:postgresql://host:5432/name?a=b&user=..&password=..&sslmode=..
set_jdbc_url() { # URL PREFIX
    [[ $1 =~ ^(postgres|postgresql|mysql|mariadb)://([^:@/]+):([^@/]+)@([^/?#]+)(/[^?#]*)?(\?[^#]*)?$ ]] || return 0
    local kind=${BASH_REMATCH[1]} user=${BASH_REMATCH[2]} password=${BASH_REMATCH[3]} address=${BASH_REMATCH[4]}${BASH_REMATCH[5]} query=${BASH_REMATCH[6]#\?}
    query="${query:+$query&}user=$user&password=$password"
    if [[ $kind == postgres* ]]; then
        kind=postgresql
        [[ $query == *sslmode=* ]] || query+="&sslmode=${PGSSLMODE:-require}"
    fi
    export "$2_URL=jdbc:$kind://$address?$query" "$2_USERNAME=$user" "$2_PASSWORD=$password"
}

jvm_flags=$(jvm_options)
export JAVA_OPTS="$jvm_flags${JAVA_OPTS:+ $JAVA_OPTS}"
# A one-off dyno is for a person, who would have to read what the Java machine says about the variable.
if [[ ${DYNO:-} != run.* ]]; then
    export JAVA_TOOL_OPTIONS="$jvm_flags${JAVA_TOOL_OPTIONS:+ $JAVA_TOOL_OPTIONS}"
fi
unset jvm_flags

set_jdbc_url "${DATABASE_CONNECTION_POOL_URL:-${DATABASE_URL:-}}" JDBC_DATABASE
if [ -n "${JDBC_DATABASE_URL:-}" ] && [ "${DISABLE_SPRING_DATASOURCE_URL:-}" != true ] && [ -z "${SPRING_DATASOURCE_URL:-}${SPRING_DATASOURCE_USERNAME:-}${SPRING_DATASOURCE_PASSWORD:-}" ]; then
    export SPRING_DATASOURCE_URL=$JDBC_DATABASE_URL SPRING_DATASOURCE_USERNAME=$JDBC_DATABASE_USERNAME SPRING_DATASOURCE_PASSWORD=$JDBC_DATABASE_PASSWORD
fi
if [ -n "${REDIS_URL:-}" ] && [ "${DISABLE_SPRING_REDIS_URL:-}" != true ]; then
    export SPRING_REDIS_URL=${SPRING_REDIS_URL:-$REDIS_URL} SPRING_DATA_REDIS_URL=${SPRING_DATA_REDIS_URL:-$REDIS_URL}
fi

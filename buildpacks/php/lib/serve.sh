# Serves a PHP app on $PORT: serve.sh SERVER [-C INCLUDE] [-F FPM_INCLUDE] [-p PORT] [DOCUMENT_ROOT]. SERVER is apache2 or nginx; where the stack lacks that
# one the other serves, where it lacks both PHP itself does. 1. What is asked for. 2. PHP-FPM. 3. The web server. 4. Both run until one ends or the dyno is told to.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/memory.sh"
say() { printf '%s\n' "$*" >&2; }
give_up() { say " !     $1"; exit 1; }

# 1.
server=$1 include='' fpm_include=''
shift
while getopts ':C:c:F:f:i:l:p:tv' option; do
    case $option in
        C) include=$OPTARG ;;
        F) fpm_include=$OPTARG ;;
        p) PORT=$OPTARG ;;
        i) export PHP_INI_SCAN_DIR=":$OPTARG" ;;
        l | t | v) ;;
        *) give_up "serve: -$OPTARG is not known here. Known: -C include for the web server, -F include for PHP-FPM, -p port, then the document root." ;;
    esac
done
shift $((OPTIND - 1))
app=${HOME:?}
cd "$app" || exit 1
root=$(realpath -e -- "${1:-${DOCUMENT_ROOT:-.}}" 2>/dev/null) || give_up "The document root \"${1:-$DOCUMENT_ROOT}\" does not exist in the app."
[[ $root =~ ^[A-Za-z0-9._/@+-]+$ ]] || give_up "The document root \"$root\" has a character that the web server's settings cannot hold."
for file in "$include" "$fpm_include"; do
    [ -z "$file" ] || [ -f "$file" ] || give_up "The include \"$file\" does not exist in the app."
done
include=${include:+$(realpath -- "$include")} fpm_include=${fpm_include:+$(realpath -- "$fpm_include")}
port=${PORT:?} fpm=/usr/sbin/php-fpm$PHP_SERIES
run=$(mktemp -d) || exit 1

# Dynos have no root; where processes are run plainly by one, Apache refuses it.
as_root=()
if [ "$EUID" = 0 ]; then
    as_root=(--allow-to-run-as-root)
    [ ! -x /usr/sbin/nginx ] || server=nginx
fi
[ -x "/usr/sbin/$server" ] || case $server in apache2) server=nginx ;; *) server=apache2 ;; esac
if [ ! -x "$fpm" ] || [ ! -x "/usr/sbin/$server" ]; then
    say " !     This stack has no web server for PHP; PHP's development server answers, which is slow and not made for the open network."
    PHP_CLI_SERVER_WORKERS=${WEB_CONCURRENCY:-4} exec php -S "0.0.0.0:$port" -t "$root"
fi

# 2. As many processes as fit, each at most as large as PHP lets a request grow.
limit=$(sed -nE 's/^[[:space:]]*memory_limit[[:space:]]*=[[:space:]]*([0-9]+)M.*/\1/p' "$root/.user.ini" 2>/dev/null | tail -n 1)
processes=${WEB_CONCURRENCY:-$(workers_by_memory "${limit:-128}")}
[[ $processes =~ ^[1-9][0-9]{0,3}$ ]] || processes=4
cat >"$run/fpm.conf" <<END
[global]
error_log = /dev/stderr
log_level = warning
daemonize = no
[www]
listen = $run/fpm.sock
pm = ondemand
pm.max_children = $processes
pm.process_idle_timeout = 60s
pm.max_requests = 10000
clear_env = no
catch_workers_output = yes
decorate_workers_output = no
php_admin_value[error_log] = /dev/stderr
php_admin_flag[log_errors] = on
php_value[expose_php] = off
${fpm_include:+include = $fpm_include}
END

# 3. A front controller gets what is no file, where a framework has one; for Apache the app's .htaccess says so.
fallback='=404'
if [ -f "$app/artisan" ] || [ -f "$app/symfony.lock" ] || [ -f "$app/bin/console" ]; then fallback='/index.php$is_args$args'; fi
nginx_settings() {
    cat <<END
daemon off;
${as_root:+user root;}
worker_processes 1;
pid $run/nginx.pid;
error_log stderr;
events { worker_connections 1024; }
http {
  types {
$(sed 's/$/;/' "$here/mime.types")
  }
  default_type application/octet-stream;
  log_format request '\$request_method \$request_uri \$status \$body_bytes_sent';
  access_log /dev/stdout request;
  client_body_temp_path $run/body; proxy_temp_path $run/proxy; fastcgi_temp_path $run/fastcgi; uwsgi_temp_path $run/uwsgi; scgi_temp_path $run/scgi;
  client_max_body_size 0; server_tokens off; sendfile on; port_in_redirect off; absolute_redirect off;
  gzip on; gzip_types text/css text/javascript text/plain text/xml application/json image/svg+xml;
  # The router ends TLS; a request says how it came.
  map \$http_x_forwarded_proto \$https_seen { default ''; https on; }
  server {
    listen $port;
    root $root;
    index index.php index.html index.htm;
    location ~ (^|/)\.(?!well-known/) { return 404; }
    location ~ ^/(vendor/.*\.php|composer\.(json|lock)\$|Procfile\$|app\.json\$) { return 404; }
    location ~ \.php(/|\$) {
      fastcgi_split_path_info ^(.+?\.php)(/.*)\$;
      set \$info \$fastcgi_path_info;
      try_files \$fastcgi_script_name $fallback;
      fastcgi_pass unix:$run/fpm.sock;
      fastcgi_read_timeout 3600;
      fastcgi_param QUERY_STRING \$query_string; fastcgi_param REQUEST_METHOD \$request_method; fastcgi_param CONTENT_TYPE \$content_type; fastcgi_param CONTENT_LENGTH \$content_length;
      fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name; fastcgi_param SCRIPT_NAME \$fastcgi_script_name; fastcgi_param PATH_INFO \$info;
      fastcgi_param REQUEST_URI \$request_uri; fastcgi_param DOCUMENT_URI \$document_uri; fastcgi_param DOCUMENT_ROOT \$document_root; fastcgi_param SERVER_PROTOCOL \$server_protocol;
      fastcgi_param GATEWAY_INTERFACE CGI/1.1; fastcgi_param SERVER_SOFTWARE nginx; fastcgi_param REMOTE_ADDR \$remote_addr; fastcgi_param REMOTE_PORT \$remote_port;
      fastcgi_param SERVER_ADDR \$server_addr; fastcgi_param SERVER_PORT \$server_port; fastcgi_param SERVER_NAME \$host; fastcgi_param HTTPS \$https_seen if_not_empty; fastcgi_param REDIRECT_STATUS 200;
      fastcgi_param HTTP_PROXY '';
    }
    location / { try_files \$uri \$uri/ $fallback; }
    ${include:+include $include;}
  }
}
END
}
apache_settings() {
    local module
    cat <<END
ServerRoot /usr/lib/apache2
ServerName localhost
PidFile $run/apache.pid
DefaultRuntimeDir $run
Listen $port
END
    for module in mpm_event authz_core authz_host access_compat auth_basic authn_core authn_file authz_user alias dir env mime setenvif rewrite headers expires filter deflate negotiation autoindex proxy proxy_fcgi proxy_http; do
        [ -f "/usr/lib/apache2/modules/mod_$module.so" ] && echo "LoadModule ${module}_module modules/mod_$module.so"
    done
    cat <<END
TypesConfig $here/mime.types
ErrorLog /dev/stderr
LogFormat "%m %<U%q %>s %B" request
CustomLog /dev/stdout request
ServerTokens Prod
TraceEnable off
Timeout 3600
StartServers 1
ServerLimit 4
ThreadsPerChild 32
MaxRequestWorkers 128
SetEnvIf X-Forwarded-Proto "^https\$" HTTPS=on
RequestHeader unset Proxy early
DocumentRoot $root
DirectoryIndex index.php index.html index.htm
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<Directory $root>
  Options FollowSymLinks
  AllowOverride All
  Require all granted
</Directory>
<DirectoryMatch "/\.(?!well-known)">
  Require all denied
</DirectoryMatch>
<FilesMatch "^(\..*|composer\.(json|lock)|Procfile|app\.json)\$">
  Require all denied
</FilesMatch>
<Directory $app/vendor>
  <FilesMatch "\.php\$">
    Require all denied
  </FilesMatch>
</Directory>
<Proxy "fcgi://php-fpm" enablereuse=off>
  ProxySet timeout=3600
</Proxy>
ProxyFCGISetEnvIf "true" SERVER_NAME "%{HTTP_HOST}"
<FilesMatch "\.php\$">
  <If "-f %{REQUEST_FILENAME}">
    SetHandler "proxy:unix:$run/fpm.sock|fcgi://php-fpm"
  </If>
</FilesMatch>
${include:+Include $include}
END
}
"${server/apache2/apache}_settings" >"$run/server.conf"

# 4. Output goes through pipes of our own: what a dyno was given as its output cannot be opened by name.
"$fpm" ${as_root[@]+"${as_root[@]}"} --nodaemonize --fpm-config "$run/fpm.conf" > >(cat) 2> >(cat >&2) &
fpm_id=$!
for ((i = 0; i < 100; i++)); do
    [ -S "$run/fpm.sock" ] || ! kill -0 "$fpm_id" 2>/dev/null && break
    sleep 0.05
done
if [ "$server" = nginx ]; then
    /usr/sbin/nginx -e stderr -c "$run/server.conf" > >(cat) 2> >(cat >&2) &
    server_id=$! stop=QUIT
else
    /usr/sbin/apache2 -f "$run/server.conf" -DFOREGROUND > >(cat) 2> >(cat >&2) &
    server_id=$! stop=WINCH
fi
say "Serving ${root#"$app"/} with $server and PHP-FPM $PHP_SERIES ($processes processes) on port $port"
stopping=
trap 'stopping=yes; kill -s "$stop" "$server_id" 2>/dev/null' TERM INT
wait -n "$fpm_id" "$server_id"
[ -z "$stopping" ] || wait "$server_id"
kill -s QUIT "$fpm_id" 2>/dev/null
kill -s TERM "$server_id" 2>/dev/null
wait
rm -rf -- "$run"
[ -n "$stopping" ] || give_up "PHP-FPM or $server ended by itself."

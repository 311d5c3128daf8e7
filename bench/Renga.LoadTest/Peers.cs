namespace Renga.LoadTest;

/// <summary>The configurations of the proxies we compare with: one site, one backend, keep-alive on both sides, request log on.</summary>
internal static class Peers
{
    public static string Nginx(int port, int backend, string folder) => $$"""
        daemon off;
        worker_processes auto;
        pid {{folder}}/nginx.pid;
        error_log {{folder}}/nginx-error.log warn;
        events { worker_connections 4096; }
        http {
            log_format router '$time_iso8601 method=$request_method path="$request_uri" host=$host request_id=$request_id fwd="$proxy_add_x_forwarded_for" '
                'connect=$upstream_connect_time service=$upstream_response_time status=$status bytes=$body_bytes_sent';
            access_log {{folder}}/nginx-access.log router buffer=64k;
            client_body_temp_path {{folder}}/nginx-body;
            proxy_temp_path {{folder}}/nginx-proxy;
            fastcgi_temp_path {{folder}}/nginx-fastcgi;
            uwsgi_temp_path {{folder}}/nginx-uwsgi;
            scgi_temp_path {{folder}}/nginx-scgi;
            keepalive_requests 100000000;
            upstream dyno {
                server 127.0.0.1:{{backend}};
                keepalive 256;
                keepalive_requests 100000000;
            }
            server {
                listen 127.0.0.1:{{port}};
                server_name app.localhost;
                location / {
                    proxy_pass http://dyno;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $host;
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    proxy_set_header X-Forwarded-Proto $scheme;
                    proxy_set_header X-Forwarded-Port $server_port;
                    proxy_set_header X-Request-Id $request_id;
                    proxy_set_header X-Request-Start $msec;
                    proxy_set_header Via "1.1 nginx";
                }
            }
        }

        """;

    public static string HAProxy(int port, int backend, int syslog) => $$"""
        global
            maxconn 8192
            log 127.0.0.1:{{syslog}} local0
        defaults
            mode http
            log global
            option httplog
            option forwardfor
            timeout connect 5s
            timeout client 55s
            timeout server 30s
            http-reuse always
        frontend clients
            bind 127.0.0.1:{{port}}
            unique-id-format %[uuid()]
            unique-id-header X-Request-Id
            http-request set-header X-Forwarded-Proto http
            http-request set-header X-Forwarded-Port %[dst_port]
            http-request set-header X-Request-Start %[date(0,ms)]
            http-request set-header Via "1.1 haproxy"
            use_backend dyno if { req.hdr(host) -m beg app.localhost }
        backend dyno
            server web.1 127.0.0.1:{{backend}} maxconn 8192

        """;
}

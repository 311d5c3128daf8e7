"""A web dyno: answers on $PORT, says where it runs, prints a line per request, and ends gracefully on SIGTERM."""
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DYNO = os.environ.get("DYNO", "local")
RELEASE = os.environ.get("HEROKU_RELEASE_VERSION", "v0")


class Hello(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = f"Hello from {DYNO}, release {RELEASE}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        print(f"{self.command} {self.path}", flush=True)


server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "5000"))), Hello)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print(f"Listening on {server.server_port}", flush=True)
server.serve_forever()

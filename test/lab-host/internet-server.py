"""The web server of the lab's internet: says at which address it was reached, and by whom (so a test sees who was masqueraded)."""

import http.server
import os
import signal
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        here = self.connection.getsockname()[0]
        body = f"This is {here}. You are {self.client_address[0]}.\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


# It is the first process of its PID namespace: what tests start there and leave behind is its to collect.
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
server = http.server.ThreadingHTTPServer(("0.0.0.0", 80), Handler)
print("ready", flush=True)
silence = os.open(os.devnull, os.O_RDWR)
for descriptor in (1, 2):
    os.dup2(silence, descriptor)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)

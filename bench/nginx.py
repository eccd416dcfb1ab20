"""nginx as the yardstick: a reverse proxy in C, set up to do for this traffic what it does best."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

# One worker, as one core is given to it. Unbuffered where answers are streamed: a proxy that collects the tokens
# first does not do the same job. The buffers otherwise hold a whole answer, so that nothing is spilled to a file.
CONFIGURATION = """\
daemon off;
{user}worker_processes 1;
worker_rlimit_nofile 65536;
pid {directory}/nginx.pid;
error_log {directory}/nginx-error.log warn;
events {{
    worker_connections 20000;
}}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    keepalive_requests 1000000000;
    keepalive_timeout 3600s;
    client_body_buffer_size 64k;
    tcp_nodelay on;
    upstream provider {{
        server 127.0.0.1:{upstream_port};
        keepalive 128;
        keepalive_requests 1000000000;
        keepalive_timeout 3600s;
    }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            proxy_pass http://provider;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering {buffering};
            proxy_buffers 16 8k;
        }}
    }}
}}
"""


def executable() -> str:
    """Debian keeps it where the path of ordinary users does not lead."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RuntimeError("nginx is not installed: run scripts/setup.sh bench")
    return found


def version() -> str:
    printed = subprocess.run([executable(), "-v"], capture_output=True, text=True, check=True).stderr
    return printed.strip().split("/")[-1]


def command(directory: Path, port: int, upstream_port: int, streamed: bool, is_root: bool) -> list[str]:
    """Writes the configuration to the directory. A root master would give its worker to an account that cannot
    write to the directory, so there the worker stays root: it serves the local machine for a minute."""
    directory.mkdir(parents=True, exist_ok=True)
    text = CONFIGURATION.format(
        user="user root;\n" if is_root else "",
        directory=directory,
        upstream_port=upstream_port,
        port=port,
        buffering="off" if streamed else "on",
    )
    configuration = directory / "nginx.conf"
    configuration.write_text(text, encoding="utf-8")
    return [executable(), "-p", str(directory), "-e", str(directory / "nginx-error.log"), "-c", str(configuration)]

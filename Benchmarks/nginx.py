"""nginx serving files, as the yardstick of the server."""
import shutil
import socket
import subprocess
import time
import urllib.request

CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes {workers};
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    open_file_cache max=1000;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port} reuseport; root {root}; }}
}}
"""


class Nginx:
    def __init__(self, folder, workers):
        self.root = folder / "root"
        self.root.mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.file = folder / "nginx.conf"
        self.file.write_text(
            CONFIGURATION.format(folder=folder, root=self.root, port=self.port, workers=workers))
        # Its workers must be able to read what the benchmark's user wrote.
        for part in (folder, self.root):
            part.chmod(0o755)
        self.folder = folder
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen(
            [program, "-c", self.file, "-p", self.folder, "-e", self.folder / "error.log"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        raise RuntimeError("nginx does not start: " + (self.folder / "error.log").read_text())

    def serve(self, name, data):
        """Puts `data` at `/name` and makes sure that it comes back."""
        path = self.root / name
        path.write_bytes(data)
        path.chmod(0o644)
        with urllib.request.urlopen(f"{self.url}/{name}") as answer:
            if answer.read() != data:
                raise RuntimeError(f"nginx does not serve /{name} as it is")
        return f"{self.url}/{name}"

    def stop(self):
        process, self.process = self.process, None
        if process and process.poll() is None:
            process.terminate()
            process.wait(30)

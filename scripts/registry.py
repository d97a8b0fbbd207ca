"""A `vais registry serve` on a free port of the loopback address, for the demo and the benchmarks."""
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request


class Registry:
    def __init__(self, vais, data, log, plugins, user, password):
        self.vais = vais
        self.data = data
        self.log = log
        self.plugins = plugins
        self.user = user
        self.password = password
        self.process = None
        self.port = free_port()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def command(self):
        return [
            str(self.vais), "registry", "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}",
            "--plugins", str(self.plugins)]

    def start(self, environment):
        """Starts the server; returns once it says that it is ready. Raises with the end of its log if it never does."""
        environment = dict(
            environment, VAIS_REGISTRY_ADMIN_USER=self.user, VAIS_REGISTRY_ADMIN_PASS=self.password)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                cwd=os.path.dirname(self.log))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url + "/health/ready", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise RuntimeError(f"the registry did not become ready; its log ends with:\n{self.tail()}")

    def stop(self):
        """Asks the server to finish what it is doing and end; gives its exit status, or None if it was not running."""
        process, self.process = self.process, None
        if process is None:
            return None
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return process.returncode

    def resident_megabytes(self):
        """The most memory the server has used so far."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) // 1024
        return 0

    def tail(self):
        with open(self.log, errors="replace") as log:
            return "".join(log.readlines()[-20:])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""Runs commands under hyperfine and wrk, and keeps the rows of the report."""
import json
import pathlib
import re
import shlex
import subprocess
import tempfile


class Report:
    """Rows of: what is measured, ours, the yardstick, and ours relative to it."""

    def __init__(self):
        self.sections = []

    def section(self, title):
        self.sections.append((title, []))
        print(f"\n{title}", flush=True)

    def row(self, what, ours, yardstick="", ratio=""):
        self.sections[-1][1].append((what, ours, yardstick, ratio))
        print(f"  {what:58} {ours:>16}  {yardstick:>34}  {ratio}", flush=True)

    def time(self, what, ours, yardstick=None, name=""):
        """Times in seconds; below 1.00 we are faster."""
        if yardstick is None:
            self.row(what, shown(ours))
        else:
            self.row(what, shown(ours), f"{shown(yardstick)} {name}", f"{ours / yardstick:.2f} of its time")

    def rate(self, what, ours, yardstick, name):
        """Requests per second; above 1.00 we are faster."""
        self.row(what, f"{ours:,.0f}/s", f"{yardstick:,.0f}/s {name}", f"{ours / yardstick:.2f} of its rate")

    def markdown(self):
        lines = []
        for title, rows in self.sections:
            lines += [f"## {title}", "", "| | vais | yardstick | vais against it |", "|---|---:|---:|---|"]
            lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows] + [""]
        return "\n".join(lines)


def shown(seconds):
    return f"{1000 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def timed(command, folder, environment, runs, prepare=None, warmup=1):
    """Median wall-clock time of `command` in seconds. A list is run directly, a text by a shell."""
    with tempfile.NamedTemporaryFile(suffix=".json") as output:
        arguments = ["hyperfine", "--style", "none", "--warmup", str(warmup), "--runs", str(runs),
                     "--export-json", output.name]
        if prepare:
            # Without a shell for the command, hyperfine has none for the preparation either.
            arguments += ["--prepare", f"bash -c {shlex.quote(prepare)}"]
        if isinstance(command, str):
            arguments += ["--shell", "bash", command]
        else:
            arguments += ["-N", shlex.join(map(str, command))]
        done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
        return json.loads(pathlib.Path(output.name).read_text())["results"][0]["median"]


def requests_per_second(url, seconds, connections, headers=()):
    """What one wrk thread gets over kept-alive connections; raises when an answer is not a success."""
    arguments = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    for header in headers:
        arguments += ["-H", header]
    done = subprocess.run([*arguments, url], capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"wrk {url}: {done.stdout}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])

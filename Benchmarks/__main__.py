"""make bench: everything measured in one run on one machine, against common tools doing the same work.

    python3 Benchmarks            prints the report
    python3 Benchmarks --record   also writes it to Benchmarks/RESULTS.md
"""
import os
import pathlib
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(1, str(ROOT / "scripts"))

import generate
from measure import Report, requests_per_second, timed
from nginx import Nginx
from registry import Registry

PUBLISHED = 300
CORES = os.cpu_count() or 1


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.vais = ROOT / "dist/bin/vais"
        self.plugins = ROOT / "dist/etc/vais/plugins.toml"
        if not self.vais.exists():
            raise RuntimeError("dist/bin/vais is not there; run `make release` first, or `make bench`, which does")
        self.home = folder / "home"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("VAIS_")}
        self.environment |= {"VAIS_HOME": str(self.home), "VAIS_PLUGINS": str(self.plugins), "NO_COLOR": "1"}
        self.report = Report()
        self.running = []

    def run(self, *arguments, folder, stdin=""):
        done = subprocess.run(
            [self.vais, *arguments], cwd=folder, env=self.environment, input=stdin, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"vais {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done.stdout

    def project(self, name, requirements):
        folder = self.folder / name
        folder.mkdir()
        (folder / "vais.toml").write_text(generate.manifest(name, "0.1.0", requirements))
        return folder

    def timed(self, command, folder, runs, **options):
        return timed(command, folder, self.environment, runs, **options)

    # What needs no server.

    def startup(self):
        self.report.section("Start-up")
        self.report.time(
            "vais --version", self.timed([self.vais, "--version"], self.folder, 200, warmup=10),
            self.timed(["curl", "--version"], self.folder, 200, warmup=10), "curl --version")

    def thousand(self):
        self.report.section("A project of 1,000 packages")
        registry = self.folder / "thousand"
        registry.mkdir()
        roots = generate.folder_registry(registry, 1000, 10)
        project = self.project("big", {name: "^1" for name in roots})
        self.environment["VAIS_REGISTRY_URL"] = f"file://{registry}"
        self.run("install", folder=project)
        count = len(tomllib.loads((project / "vais.lock").read_text())["package"])
        if count != 1000:
            raise RuntimeError(f"{count} packages were locked, not 1,000")
        self.report.time(
            "install with nothing to do", self.timed([self.vais, "install"], project, 100, warmup=5))
        self.report.time(
            "lock from nothing: read 10,000 releases, resolve, write",
            self.timed([self.vais, "lock", "--update"], project, 10),
            self.timed(["python3", "-c", f"import json; json.load(open('{registry}/index.json'))"], project, 10),
            "python json, reading only")
        self.report.time(
            "install from an empty cache, archives of 1 KB",
            self.timed([self.vais, "install", "--locked"], project, 3,
                       prepare=f"rm -rf {self.home} {project}/.vais"))
        del self.environment["VAIS_REGISTRY_URL"]

    def archives(self):
        self.report.section("One archive of 2,000 files, 40 MB")
        tree = self.folder / "large"
        generate.write_tree(tree, random.Random(generate.SEED), 2000, 40_000_000)
        (tree / "vais.toml").write_text(generate.manifest("large", "1.0.0", {}))
        packed = self.folder / "large.tar.gz"
        ours = [self.vais, "package", "--quiet", "--output", packed]
        self.report.time(
            "pack and hash", self.timed(ours, tree, 3),
            self.timed(f"tar -cf - . | gzip -6 > {packed}.tar; sha256sum {packed}.tar", tree, 3), "tar | gzip -6; sha256sum")
        registry = self.folder / "one"
        (registry / "packages/large").mkdir(parents=True)
        shutil.copyfile(packed, registry / "packages/large/1.0.0.tar.gz")
        checksum = subprocess.run(["sha256sum", packed], capture_output=True, text=True, check=True).stdout.split()[0]
        (registry / "index.json").write_text(
            f'[{{"name":"large","versions":[{{"version":"1.0.0","checksum":"{checksum}","size":{packed.stat().st_size}}}]}}]')
        project = self.project("unpack", {"large": "^1"})
        where = ["--registry", f"file://{registry}"]
        self.run("lock", *where, folder=project)
        target = self.folder / "unpacked"
        self.report.time(
            "install: copy, hash, check, unpack",
            self.timed([self.vais, "install", "--locked", *where], project, 5,
                       prepare=f"rm -rf {self.home} {project}/.vais"),
            self.timed(f"cp {packed} {target}/a.tar.gz && sha256sum {target}/a.tar.gz && tar -xzf {target}/a.tar.gz -C {target}",
                       project, 5, prepare=f"rm -rf {target} && mkdir {target}"), "cp; sha256sum; tar -xzf")

    # What needs one.

    def serve(self):
        registry = Registry(
            self.vais, self.folder / "data", self.folder / "registry.log", self.plugins, "admin", "the benchmark's own")
        self.running.append(registry)
        began = time.monotonic()
        registry.start(self.environment)
        started = time.monotonic() - began
        self.environment["VAIS_REGISTRY_URL"] = registry.url
        self.run("login", "--username", "admin", "--password-stdin", folder=self.folder, stdin=registry.password)
        self.report.section(f"{PUBLISHED} packages through a registry on SQLite")
        self.report.time("the registry's first start, until it is ready", started)
        packages = generate.packages_to_publish(self.folder / "packages", PUBLISHED)
        began = time.monotonic()
        for folder in packages.values():
            self.run("publish", "--quiet", folder=folder)
        each = (time.monotonic() - began) / len(packages)
        self.report.time("publish: pack, upload, check, commit, read back; each", each)
        self.installs(registry, packages)
        self.requests(registry, packages)

    def installs(self, registry, packages):
        project = self.project("consumer", {name: "^1" for name in packages})
        self.run("install", folder=project)
        locked = tomllib.loads((project / "vais.lock").read_text())["package"]
        plain = self.folder / "plain"
        plain.mkdir()
        curl, sums, total = [], [], 0
        for package in locked:
            file = f"{package['name']}-{package['version']}.tar.gz"
            curl += [f'url = "{registry.url}/api/v1/packages/{package["name"]}/{package["version"]}.tar.gz"',
                     f'output = "{file}"']
            sums.append(f"{package['sha256']}  {file}")
            total += package["size"]
        (plain / "curl.txt").write_text("\n".join(curl) + "\n")
        (plain / "sums.txt").write_text("\n".join(sums) + "\n")
        fetch = "curl --silent --fail --parallel --parallel-max 16 --config curl.txt"
        unpack = (f"sha256sum --quiet -c sums.txt && ls *.tar.gz | xargs -P{CORES} -I% sh -c"
                  " 'mkdir out/% && tar -xzf % -C out/%'")
        empty = f"rm -rf {plain}/out {plain}/*.tar.gz && mkdir {plain}/out"
        what = f"{len(locked)} archives, {total / 1e6:.1f} MB"
        credentials = self.folder / "credentials.toml"
        shutil.copy2(self.home / "credentials.toml", credentials)
        fresh = (f"rm -rf {self.home} {project}/.vais && mkdir -m 700 {self.home} &&"
                 f" cp -p {credentials} {self.home}/credentials.toml")
        ours = [self.vais, "install", "--locked"]
        self.report.time(
            f"install, nothing cached: {what}", self.timed(ours, project, 7, prepare=fresh),
            self.timed(f"{fetch} && {unpack}", plain, 7, prepare=empty), "curl; sha256sum; tar")
        self.report.time(
            "resolve as well, with no lockfile and nothing cached",
            self.timed([self.vais, "install"], project, 5, prepare=f"{fresh} && rm -f {project}/vais.lock"))
        self.run("install", folder=project)
        # The archives that curl fetched last are still there.
        self.report.time(
            "install, all in the cache", self.timed(ours, project, 20, prepare=f"rm -rf {project}/.vais"),
            self.timed(unpack, plain, 7, prepare=f"rm -rf {plain}/out && mkdir {plain}/out"), "sha256sum; tar")
        self.report.time("install, nothing to do", self.timed(ours, project, 50))
        self.report.row("the registry's memory at its highest", f"{registry.resident_megabytes()} MB")

    def requests(self, registry, packages):
        self.report.section("The server's requests per second, one wrk thread, 32 connections")
        nginx = Nginx(self.folder / "nginx", CORES)
        self.running.append(nginx)
        nginx.start()
        name = max(packages, key=lambda n: (packages[n] / "vais.toml").stat().st_size)
        middle = sorted(packages, key=lambda n: sum(f.stat().st_size for f in packages[n].rglob("*.vais")))[len(packages) // 2]
        index = f"{registry.url}/api/v1/index/{name[:2]}/{name[2:4]}/{name}"
        archive = f"{registry.url}/api/v1/packages/{middle}/1.0.0.tar.gz"
        for what, url, file in (("index", index, "index.jsonl"), ("archive", archive, "archive.tar.gz")):
            with urllib.request.urlopen(url) as answer:
                data, etag = answer.read(), answer.headers["ETag"]
            other = nginx.serve(file, data)
            self.report.rate(
                f"{what}, {len(data):,} bytes", requests_per_second(url, 5, 32), requests_per_second(other, 5, 32), "nginx")
            if what == "index":
                with urllib.request.urlopen(other) as answer:
                    other_tag = answer.headers["ETag"]
                self.report.rate(
                    "index, unchanged (304)", requests_per_second(url, 5, 32, [f"If-None-Match: {etag}"]),
                    requests_per_second(other, 5, 32, [f"If-None-Match: {other_tag}"]), "nginx")
        self.report.row("the registry's memory at its highest", f"{registry.resident_megabytes()} MB")

    def stop(self):
        for service in self.running:
            service.stop()


def machine():
    """One paragraph: processor, cores, memory, system, tools."""
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    system = next((line.split("=")[1].strip().strip('"') for line in open("/etc/os-release")
                   if line.startswith("PRETTY_NAME")), platform.system())
    load = os.getloadavg()[0]
    return (f"{model}, {CORES} cores, {memory / 1024 / 1024:.0f} GiB, {system}, Linux {platform.release().split('-')[0]}; "
            f"one-minute load {load:.1f} when the run began. Client and server share the cores.")


def main():
    def end(signal_number, frame):
        raise SystemExit(128 + signal_number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    description = machine()
    print(description)
    bench = None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vais-bench-"))
    folder.chmod(0o755)
    try:
        bench = Bench(folder)
        bench.startup()
        bench.thousand()
        bench.archives()
        bench.serve()
        if "--record" in sys.argv:
            text = (f"# One run of `make bench`\n\n{description}\n\nTimes are medians. The inputs are generated from seed"
                    f" {generate.SEED}.\n\n{bench.report.markdown()}")
            (HERE / "RESULTS.md").write_text(text)
        return 0
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        if bench:
            bench.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

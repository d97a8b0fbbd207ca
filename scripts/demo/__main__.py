"""make demo: a registry and a client at work on real packages, in a temporary folder that is removed at the end.

The packages are those that SwiftPM checked out to build this project: their names, versions, dependencies and source trees as
they are, each with a generated vais.toml. Everything is done by the program in dist/, copied elsewhere first.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent))

from registry import Registry
from swiftpackages import ROOT, checked_out, publish_order, second_release, stage_all

ROOT_PACKAGE = "hummingbird"
USER, PASSWORD = "admin", "the demo's own password"
IS_TERMINAL = sys.stdout.isatty() and not os.environ.get("NO_COLOR")


class Failure(Exception):
    pass


def say(text=""):
    print(text, flush=True)


def step(text):
    say()
    say(f"\033[1m== {text}\033[0m" if IS_TERMINAL else f"== {text}")


def megabytes(count):
    return f"{count / 1e6:.1f} MB"


def require(condition, claim):
    if not condition:
        raise Failure(f"this does not hold: {claim}")
    say(f"   holds: {claim}")


class Client:
    """Runs `vais` with a home folder and a default registry of its own."""

    def __init__(self, vais, home, plugins, registry):
        self.vais = vais
        self.home = home
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("VAIS_")}
        self.environment |= {
            "VAIS_HOME": str(home), "VAIS_PLUGINS": str(plugins), "VAIS_REGISTRY_URL": registry.url, "NO_COLOR": "1"}

    def run(self, *arguments, folder, show=True, most=200, stdin=""):
        """Runs a command to its end and gives what it wrote to standard output; shows both streams, at most `most` lines."""
        if show:
            say(f"$ vais {' '.join(arguments)}")
        done = subprocess.run(
            [self.vais, *arguments], cwd=folder, env=self.environment, input=stdin, capture_output=True, text=True)
        lines = (done.stdout + done.stderr).splitlines()
        if show or done.returncode != 0:
            for line in lines[:most]:
                say(f"   {line}")
            if len(lines) > most:
                say(f"   … {len(lines) - most} more lines")
        if done.returncode != 0:
            raise Failure(f"`vais {' '.join(arguments)}` ended with exit status {done.returncode}")
        return done.stdout

    def clear_cache(self):
        """Forgets everything but the credentials."""
        say("$ rm -rf $VAIS_HOME/registry $VAIS_HOME/registries")
        for name in ("registry", "registries"):
            shutil.rmtree(self.home / name, ignore_errors=True)


def log_in(client, registry, folder):
    client.run("login", "--username", registry.user, "--password-stdin", folder=folder, stdin=registry.password)


def publish(client, releases, folder):
    """Publishes each in its folder, one line each; gives how long it took."""
    began = time.monotonic()
    for release in releases:
        start = time.monotonic()
        client.run("publish", "--quiet", folder=release.folder, show=False)
        needs = len(release.requirements)
        say(f"   {str(release):40} {needs:2} dependencies  {1000 * (time.monotonic() - start):5.0f} ms")
    return time.monotonic() - began


def new_project(client, folder, name, most):
    client.run("new", name, folder=folder)
    project = folder / name
    client.run("add", ROOT_PACKAGE, folder=project, most=most)
    client.run("install", folder=project, most=most)
    return project


def locked(project):
    """Name -> version, as vais.lock says."""
    return {p["name"]: p["version"] for p in tomllib.loads((project / "vais.lock").read_text())["package"]}


def contents(folder):
    """Path -> bytes of the files that a package holds: everything but what is hidden."""
    found = {}
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            found[str(relative)] = path.read_bytes()
    return found


def compare_with_sources(project, releases):
    """Every installed package has the files that were published, byte for byte."""
    by_release = {(r.name, r.version): r for r in releases}
    files = 0
    for name, version in locked(project).items():
        installed = contents((project / ".vais/packages" / name).resolve())
        source = contents(by_release[name, version].folder)
        missing = sorted(set(source) - set(installed))
        if installed != {path: source.get(path) for path in installed} or any(not left_out(path) for path in missing):
            raise Failure(f"{name}@{version} is not installed as it was published: {missing[:5]}")
        files += len(installed)
    say(f"   holds: the {files} installed files are those that were published, byte for byte")


def left_out(path):
    return any(part in ("target", "node_modules") for part in path.split("/"))


def demo(folder, registries):
    dist = ROOT / "dist"
    if not (dist / "bin/vais").exists():
        raise Failure("dist/bin/vais is not there; run `make release` first, or `make demo`, which does")

    step("The program: a copy of dist/, which runs from anywhere")
    vais_folder = folder / "vais"
    shutil.copytree(dist, vais_folder)
    vais, plugins = vais_folder / "bin/vais", vais_folder / "etc/vais/plugins.toml"
    say("$ vais --version")
    say("   " + subprocess.run([vais, "--version"], capture_output=True, text=True, check=True).stdout.strip())

    step("The packages: what SwiftPM checked out to build this project")
    releases = checked_out()
    staging = folder / "packages"
    stage_all(releases, staging)
    other, is_real = second_release(releases, ROOT_PACKAGE)
    other.stage(staging / f"{other.name}-{other.version}", {r.name for r in releases})
    releases = publish_order(releases + [other])
    total = sum(path.stat().st_size for path in staging.rglob("*") if path.is_file())
    say(f"   {len(releases)} releases, {megabytes(total)} of sources, with their own dependencies and requirements")
    say(f"   two releases of {other.name}: " + ", ".join(r.version for r in releases if r.name == other.name)
        + ("" if is_real else f" ({other.version} is the same tree again: no checkout has a second usable tag)"))
    for release in releases:
        if release.dropped:
            say(f"   left out of {release}, since a package holds no symbolic links: {', '.join(release.dropped)}")

    def registry(name, file):
        new = Registry(vais, folder / f"data-{name}", folder / f"{name}.log", file, USER, PASSWORD)
        registries.append(new)
        return new

    environment = {k: v for k, v in os.environ.items() if not k.startswith("VAIS_")}
    environment["VAIS_HOME"] = str(folder / "server-home")

    step("A registry on SQLite")
    sqlite = registry("sqlite", plugins)
    say(f"$ vais registry serve --data data --listen 127.0.0.1:{sqlite.port} --plugins plugins.toml &")
    sqlite.start(environment)
    client = Client(vais, folder / "home", plugins, sqlite)
    client.run("plugin", "list", folder=folder)
    log_in(client, sqlite, folder)

    step("Publishing, dependencies first")
    publishing = publish(client, releases, folder)

    step(f"A project that needs {ROOT_PACKAGE}")
    projects = folder / "projects"
    projects.mkdir()
    began = time.monotonic()
    project = new_project(client, projects, "app", 60)
    installing = time.monotonic() - began
    client.run("tree", folder=project, most=24)
    compare_with_sources(project, releases)
    client.run("install", folder=project)

    step("Looking around")
    client.run("search", "http", folder=project)
    client.run("info", other.name, folder=project)

    step("Yanking a release")
    newest = locked(project)[other.name]
    older = next(r.version for r in releases if r.name == other.name and r.version != newest)
    client.run("yank", f"{other.name}@{newest}", "--message", "shown by the demo", folder=project)
    client.clear_cache()
    client.run("install", "--locked", folder=project)
    require(locked(project)[other.name] == newest, f"the locked project keeps {other.name} {newest}")
    fresh = new_project(client, projects, "fresh", 40)
    require(locked(fresh)[other.name] == older, f"a new project avoids it and gets {other.name} {older}")

    step("Restarting the registry")
    say("$ kill -TERM …; vais registry serve …")
    memory_of_sqlite = sqlite.resident_megabytes()
    require(sqlite.stop() == 0, "the registry ends with exit status 0 when told to")
    sqlite.start(environment)
    client.clear_cache()
    shutil.rmtree(project / ".vais")
    client.run("install", "--locked", folder=project)
    compare_with_sources(project, releases)
    sqlite.stop()

    def again_on(store):
        """The same packages and project on another store; how long the publishes took."""
        other_plugins = plugins.with_name(f"{store}.toml")
        text = plugins.read_text()
        changed = text.replace('plugin = "storage-sqlite"', f'plugin = "storage-{store}"')
        other_plugins.write_text(changed)
        other_plugins.chmod(0o644)
        pairs = [(a, b) for a, b in zip(text.splitlines(), changed.splitlines()) if a != b]
        require(len(pairs) == 1, "one line differs")
        say(f"   - {pairs[0][0]}\n   + {pairs[0][1]}")
        server = registry(store, other_plugins)
        server.start(environment)
        user = Client(vais, folder / f"{store}-home", other_plugins, server)
        log_in(user, server, folder)
        seconds = publish(user, releases, folder)
        again = new_project(user, projects, f"again-{store}", 60)
        require(locked(again) == locked(project), "both stores lead to the same resolution")
        compare_with_sources(again, releases)
        server.stop()
        return seconds

    step("The same with another store: one line of plugins.toml, the same program")
    in_memory = again_on("memory")

    step("The same with a plugin by a third party: Examples/plugins/storage-lmdb, built with make and the ABI's headers")
    example = ROOT / "Examples/plugins/storage-lmdb"
    subprocess.run(
        ["make", "-s", "-C", example, f"BUILD={folder / 'lmdb-objects'}", f"OUT={vais_folder / 'lib/vais/plugins'}"], check=True)
    on_lmdb = again_on("lmdb")

    step("Summary")
    say(f"   {len(releases)} releases, {megabytes(total)}, "
        f"published in {publishing:.1f} s on SQLite, {in_memory:.1f} s in memory, {on_lmdb:.1f} s on LMDB")
    say(f"   {len(locked(project))} packages resolved, downloaded and linked in {installing:.1f} s; the registry used {memory_of_sqlite} MB")
    say(f"   yanked {other.name}@{newest}: kept where it was locked, avoided where it was not; all stores agree")


def main():
    def end(signal_number, frame):
        raise SystemExit(128 + signal_number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    registries = []
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vais-demo-"))
    try:
        demo(folder, registries)
        return 0
    except (Failure, RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(f"\nerror: {error}", file=sys.stderr)
        for registry in registries:
            if registry.process is not None:
                print(f"the registry's log ends with:\n{registry.tail()}", file=sys.stderr)
        return 1
    finally:
        for registry in registries:
            registry.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

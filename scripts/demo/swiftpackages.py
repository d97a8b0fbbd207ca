"""The Swift packages that SwiftPM has checked out to build this project, as packages for a Vais registry."""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CHECKOUTS = ROOT / ".build/checkouts"
STATE = ROOT / ".build/workspace-state.json"

TAG = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
LICENSES = (("Apache License", "Apache-2.0"), ("MIT License", "MIT"), ("BSD 3-Clause", "BSD-3-Clause"))


class Release:
    """One tag of one package, staged as a folder with a generated vais.toml."""

    def __init__(self, name, version, repository, checkout, revision):
        self.name = name
        self.version = version
        self.repository = repository
        self.checkout = checkout
        self.revision = revision
        self.folder = None
        self.requirements = {}
        self.dropped = []

    def __str__(self):
        return f"{self.name}@{self.version}"

    def stage(self, folder, names):
        """Writes the tree of the tag to `folder`, reads its Package.swift and adds vais.toml."""
        self.folder = folder
        folder.mkdir(parents=True)
        archive = subprocess.Popen(["git", "-C", self.checkout, "archive", self.revision], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, check=True)
        if archive.wait() != 0:
            raise RuntimeError(f"git archive {self} failed")
        self.dropped = drop_unpackable(folder)
        self.requirements = {n: r for n, r in requirements(folder).items() if n in names and n != self.name}
        (folder / "vais.toml").write_text(self.manifest())

    def manifest(self):
        readme = next((f.name for f in sorted(self.folder.iterdir()) if f.name.lower() == "readme.md"), None)
        fields = {
            "name": self.name,
            "version": self.version,
            "description": description(self.folder / readme) if readme else None,
            "license": license_of(self.folder),
            "repository": self.repository.removesuffix(".git"),
            "readme": readme,
        }
        lines = ["[package]"]
        lines += [f"{key} = {quoted(value)}" for key, value in fields.items() if value]
        lines += ["", "[dependencies]"]
        lines += [f"{name} = {quoted(requirement)}" for name, requirement in sorted(self.requirements.items())]
        return "\n".join(lines) + "\n"

    def other_tags(self):
        """Versions of the checkout's other tags, newest first."""
        tags = subprocess.run(["git", "-C", self.checkout, "tag"], capture_output=True, text=True, check=True)
        versions = {tag: parse(tag) for tag in tags.stdout.split() if TAG.fullmatch(tag)}
        return sorted((v, tag) for tag, v in versions.items() if v != parse(self.version))[::-1]


def checked_out():
    """What workspace-state.json says is checked out, each at a version."""
    state = json.loads(STATE.read_text())["object"]["dependencies"]
    releases = []
    for entry in state:
        checkout = entry["state"].get("checkoutState", {})
        if "version" in checkout:
            package = entry["packageRef"]
            releases.append(Release(
                package["identity"], checkout["version"], package["location"], CHECKOUTS / entry["subpath"],
                checkout["revision"]))
    return sorted(releases, key=lambda release: release.name)


def stage_all(releases, folder):
    names = {release.name for release in releases}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        jobs = [pool.submit(r.stage, folder / f"{r.name}-{r.version}", names) for r in releases]
        for job in jobs:
            job.result()


def drop_unpackable(folder):
    """Removes symbolic links, which a package cannot hold; gives their paths."""
    links = [path for path in sorted(folder.rglob("*")) if path.is_symlink()]
    for path in links:
        path.unlink()
    return [str(path.relative_to(folder)) for path in links]


def requirements(folder):
    """Name -> requirement, of the dependencies that Package.swift states by source control."""
    # SwiftPM leaves lock files in the folder for temporary files; this one is removed at the end.
    dump = subprocess.run(
        ["swift", "package", "--package-path", folder, "dump-package"], capture_output=True, text=True,
        env=dict(os.environ, TMPDIR=str(folder.parent)))
    if dump.returncode != 0:
        raise RuntimeError(f"swift package dump-package in {folder.name}: {dump.stderr.strip()[-500:]}")
    shutil.rmtree(folder / ".build", ignore_errors=True)
    found = {}
    for dependency in json.loads(dump.stdout)["dependencies"]:
        for source in dependency.get("sourceControl", []):
            requirement = source["requirement"]
            if "range" in requirement:
                bounds = requirement["range"][0]
                found[source["identity"]] = f">={bounds['lowerBound']}, <{bounds['upperBound']}"
            elif "exact" in requirement:
                found[source["identity"]] = f"={requirement['exact'][0]}"
    return found


def publish_order(releases):
    """Dependencies before what needs them, and older releases before newer ones."""
    by_name = {}
    for release in releases:
        by_name.setdefault(release.name, []).append(release)
    ordered, done = [], set()

    def visit(name):
        if name in done:
            return
        done.add(name)
        for release in by_name[name]:
            for dependency in sorted(release.requirements):
                visit(dependency)
        ordered.extend(sorted(by_name[name], key=lambda release: parse(release.version)))

    for name in sorted(by_name):
        visit(name)
    return ordered


def closure(releases, root):
    """Names that `root` needs, itself included."""
    needs = {release.name: set(release.requirements) for release in releases}
    reached, pending = set(), [root]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += needs.get(name, ())
    return reached


def second_release(releases, root):
    """Another release of something that `root` needs, so that one of the two can be yanked: a real tag that every requirement
    admits if a checkout has one, else the tree of a package that depends on nothing under the next patch number."""
    needed = closure(releases, root) - {root}
    candidates = sorted((r for r in releases if r.name in needed), key=lambda r: (len(r.requirements), r.name))
    for release in candidates:
        ranges = [r.requirements[release.name] for r in releases if release.name in r.requirements]
        for version, tag in release.other_tags():
            if all(admits(text, version) for text in ranges):
                return Release(release.name, dotted(version), release.repository, release.checkout, tag), True
    release = candidates[0]
    major, minor, patch = parse(release.version)
    copy = Release(release.name, dotted((major, minor, patch + 1)), release.repository, release.checkout, release.revision)
    return copy, False


def admits(requirement, version):
    for part in requirement.split(", "):
        operator, bound = re.fullmatch(r"(>=|<|=)(.*)", part).groups()
        bound = parse(bound)
        if not {">=": version >= bound, "<": version < bound, "=": version == bound}[operator]:
            return False
    return True


def parse(version):
    match = TAG.match(version)
    return tuple(int(number) for number in match.groups()) if match else (0, 0, 0)


def dotted(version):
    return ".".join(str(number) for number in version)


def description(readme):
    """The first sentence of prose in a README."""
    text = re.sub(r"<!--.*?-->|<[^>]*>", "", readme.read_text(errors="replace"), flags=re.DOTALL)
    for paragraph in re.split(r"\n\s*\n", text):
        paragraph = " ".join(paragraph.split())
        if not paragraph or paragraph[0] in "#[!|>`-*=" or ": -" in paragraph:
            continue
        paragraph = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", paragraph)
        paragraph = re.sub(r"[*_`]", "", paragraph)
        return re.split(r"(?<=[.!?]) ", paragraph)[0][:200]
    return None


def license_of(folder):
    for path in sorted(folder.glob("LICENSE*")):
        head = path.read_text(errors="replace")[:400]
        return next((name for words, name in LICENSES if words in head), None)
    return None


def quoted(text):
    """A TOML basic string."""
    return json.dumps("".join(c for c in text if c >= " " and c != "\x7f"), ensure_ascii=False)

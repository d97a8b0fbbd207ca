"""Packages and registries made from a seed: the same bytes in every run."""
import gzip
import hashlib
import io
import json
import random
import tarfile

SEED = 20261124
WORDS = [bytes(random.Random(SEED + i).choices(b"abcdefghijklmnopqrstuvwxyz", k=2 + i % 9)) for i in range(2000)]


def source_text(rng, size):
    """About `size` bytes that compress like source code does, four- to fivefold."""
    lines, length = [], 0
    while length < size:
        line = b" " * (4 * rng.randrange(4)) + b" ".join(rng.choices(WORDS, k=rng.randrange(1, 10))) + b"\n"
        lines.append(line)
        length += len(line)
    return b"".join(lines)


def write_tree(folder, rng, files, size):
    """`files` files with `size` bytes together, ten to a folder."""
    for number in range(files):
        path = folder / f"src/part{number // 10}/file{number}.vais"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source_text(rng, size // files))


def manifest(name, version, dependencies):
    lines = ["[package]", f'name = "{name}"', f'version = "{version}"', f'description = "Generated package {name}"',
             'license = "MIT"', "", "[dependencies]"]
    return "\n".join(lines + [f'{d} = "{r}"' for d, r in sorted(dependencies.items())]) + "\n"


def packages_to_publish(folder, count):
    """`count` package folders of 5 to 400 KB that depend on one another; gives name -> folder, dependencies first."""
    rng = random.Random(SEED)
    names = [f"bench-{number:03}" for number in range(count)]
    made = {}
    for number, name in enumerate(names):
        target = folder / name
        size = int(min(400_000, max(5_000, rng.lognormvariate(10.8, 1))))
        write_tree(target, rng, 3 + size // 12_000, size)
        needs = rng.sample(names[:number], min(number, rng.randrange(5)))
        (target / "vais.toml").write_text(manifest(name, "1.0.0", {n: "^1.0" for n in needs}))
        made[name] = target
    return made


def archive(files):
    """A .tar.gz of path -> bytes, as any tool may make it."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=6) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path, data in files.items():
                entry = tarfile.TarInfo(path)
                entry.size = len(data)
                entry.mode = 0o644
                tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def folder_registry(folder, count, releases):
    """A registry in a folder: `count` packages with `releases` releases each, every one depending on up to four others. Every
    seventh package's newest release asks for something that does not exist, so that a resolver has to step back. Archives
    exist for the releases that a resolution chooses. Gives the names that a root needs to reach every package."""
    rng = random.Random(SEED)
    names = [f"pkg-{number:04}" for number in range(count)]
    index, needed = [], set()
    for number, name in enumerate(names):
        later = names[number + 1:number + 60]
        needs = rng.sample(later, min(len(later), rng.randrange(1, 5)))
        if number + 1 < count:
            needs = sorted({*needs, names[number + 1]} if number % 10 else set(needs))
        needed.update(needs)
        versions = []
        chosen = releases - (2 if number % 7 == 0 and needs else 1)
        for minor in range(releases):
            requirement = "^2" if minor > chosen else f"^1.{rng.randrange(max(1, minor // 2))}"
            dependencies = {n: {"req": requirement} for n in needs}
            text = manifest(name, f"1.{minor}.0", {n: requirement for n in needs})
            if minor == chosen:
                data = archive({"vais.toml": text.encode(), "src/main.vais": source_text(rng, 2000)})
                path = folder / "packages" / name / f"1.{minor}.0.tar.gz"
                path.parent.mkdir(parents=True)
                path.write_bytes(data)
            else:
                data = text.encode()
            entry = {"version": f"1.{minor}.0", "checksum": hashlib.sha256(data).hexdigest(), "size": len(data)}
            if dependencies:
                entry["dependencies"] = dependencies
            versions.append(entry)
        index.append({"name": name, "versions": versions})
    (folder / "index.json").write_text(json.dumps(index))
    return [name for name in names if name not in needed]

"""Reads the lock file of pipenv, poetry or uv and writes it as pip's requirements, with its digests: the locked versions need no tool but pip.

locks.py KIND APP HASHED OTHER [dev]    HASHED gets what has digests, OTHER what cannot have any (repositories, folders of the app).
Ends with 1 and says why when the lock is stale, unreadable, or of another Python."""
import hashlib
import json
import os
import platform
import re
import sys
from urllib.parse import urlsplit

try:
    import tomllib
except ImportError:
    from pip._vendor import tomli as tomllib
from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.packaging.utils import canonicalize_name

PUBLIC_INDEX = "pypi.org"


class Unusable(Exception):
    """Why the lock cannot be installed, and what to do."""


def applies(marker, extras=()):
    return not marker or any(Marker(str(marker)).evaluate({"extra": extra}) for extra in (extras or [""]))


def read_toml(*path):
    with open(os.path.join(*path), "rb") as file:
        return tomllib.load(file)


def json_digest(data, **options):
    return hashlib.sha256(json.dumps(data, sort_keys=True, **options).encode()).hexdigest()


def check_python(wanted, where):
    if wanted and not SpecifierSet(wanted).contains(platform.python_version(), prereleases=True):
        raise Unusable(f"{where} wants Python {wanted}, and this is {platform.python_version()}.", "Name a version that fits in .python-version.")


class Requirements:
    def __init__(self):
        self.indexes, self.hashed, self.other = [], {}, {}

    def index(self, url):
        if url and urlsplit(url).hostname != PUBLIC_INDEX and url not in self.indexes:
            self.indexes.append(url)

    def add(self, name, version, hashes, extras=()):
        if not hashes:
            raise Unusable(f"{name} {version} has no digest in the lock file.", "Make the lock file again with a current version of its tool.")
        extras = f"[{','.join(sorted(extras))}]" if extras else ""
        self.hashed[canonicalize_name(name)] = " ".join([f"{name}{extras}=={version}", *(f"--hash={h}" for h in sorted(hashes))])

    def add_other(self, name, line):
        self.other[canonicalize_name(name)] = line

    def write(self, hashed, other):
        for path, lines in ((hashed, self.hashed), (other, self.other)):
            with open(path, "w", encoding="utf-8") as file:
                if lines is self.hashed and lines:
                    file.writelines(f"--extra-index-url {url}\n" for url in self.indexes)
                file.writelines(lines[name] + "\n" for name in sorted(lines))


def read_pipenv(app, dev):
    with open(os.path.join(app, "Pipfile.lock"), encoding="utf-8") as file:
        lock = json.load(file)
    if os.path.exists(os.path.join(app, "Pipfile")):
        pipfile = read_toml(app, "Pipfile")
        sources = pipfile.get("source") or [{"name": "pypi", "url": f"https://{PUBLIC_INDEX}/simple", "verify_ssl": True}]
        known = {"_meta": {"sources": sources, "requires": pipfile.get("requires", {})}, "default": pipfile.get("packages", {}), "develop": pipfile.get("dev-packages", {})}
        known.update((name, part) for name, part in pipfile.items() if name not in ("source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop"))
        if json_digest(known, separators=(",", ":")) != lock["_meta"]["hash"]["sha256"]:
            raise Unusable("Pipfile.lock does not fit Pipfile: one was changed without the other.", "Run \"pipenv lock\", commit Pipfile.lock, and push again.")
    requirements = Requirements()
    for source in lock["_meta"].get("sources", []):
        requirements.index(source.get("url"))
    for part in ("default", "develop") if dev else ("default",):
        for name, package in lock.get(part, {}).items():
            if not applies(package.get("markers")):
                continue
            extras = f"[{','.join(package['extras'])}]" if package.get("extras") else ""
            folder = f"#subdirectory={package['subdirectory']}" if package.get("subdirectory") else ""
            if "git" in package:
                requirements.add_other(name, f"{name}{extras} @ git+{package['git']}@{package['ref']}{folder}")
            elif "path" in package:
                requirements.add_other(name, ("-e " if package.get("editable") else "") + f"{package['path']}{extras}")
            elif "file" in package:
                requirements.add_other(name, f"{name}{extras} @ {package['file']}")
            else:
                requirements.add(name, package["version"].lstrip("="), package.get("hashes"), package.get("extras", ()))
    return requirements


def poetry_digests(pyproject):
    """What each generation of poetry takes the digest of."""
    project = {key: pyproject["project"][key] for key in ("requires-python", "dependencies", "optional-dependencies") if key in pyproject.get("project", {})}
    poetry, groups = pyproject.get("tool", {}).get("poetry", {}), pyproject.get("dependency-groups", {})
    legacy = ("dependencies", "source", "extras", "dev-dependencies")
    for counted in (groups, {}):
        content = {key: poetry.get(key) for key in (*legacy, "group") if poetry.get(key) is not None or (key in legacy and not project and not counted)}
        outer = {**({"project": project} if project else {}), **({"dependency-groups": counted} if counted else {})}
        yield json_digest({**outer, "tool": {"poetry": content}} if outer else content)
        if outer and not content:
            yield json_digest(outer)


def read_poetry(app, dev):
    lock, pyproject = read_toml(app, "poetry.lock"), read_toml(app, "pyproject.toml")
    if lock["metadata"].get("content-hash") not in poetry_digests(pyproject):
        raise Unusable("poetry.lock does not fit pyproject.toml: one was changed without the other.", "Run \"poetry lock\", commit poetry.lock, and push again.")
    packages = lock.get("package", [])
    wanted = poetry_wanted(packages, pyproject, dev)
    requirements = Requirements()
    for package in packages:
        name, source = package["name"], package.get("source", {})
        if canonicalize_name(name) not in wanted or not poetry_applies(package):
            continue
        if source.get("type") == "git":
            folder = f"#subdirectory={source['subdirectory']}" if source.get("subdirectory") else ""
            requirements.add_other(name, f"{name} @ git+{source['url']}@{source['resolved_reference']}{folder}")
        elif source.get("type") in ("directory", "file"):
            requirements.add_other(name, ("-e " if package.get("develop") else "") + "./" + source["url"])
        elif source.get("type") == "url":
            requirements.add_other(name, f"{name} @ {source['url']}")
        else:
            if source.get("type") == "legacy":
                requirements.index(source.get("url"))
            # Before lock version 2 the digests of all packages were together at the end.
            files = package.get("files") or lock["metadata"].get("files", {}).get(name, [])
            requirements.add(name, package["version"], {file["hash"] for file in files})
    return requirements


def poetry_applies(package):
    marker = package.get("markers")
    return applies(marker.get("main") if isinstance(marker, dict) else marker)


def poetry_wanted(packages, pyproject, dev):
    """The names to install. Since lock version 2.1 each package says to which groups it belongs; before, it is found by walking from what the app names."""
    if all("groups" in package for package in packages):
        return {canonicalize_name(p["name"]) for p in packages if not p.get("optional") and (dev or "main" in p["groups"])}
    poetry = pyproject.get("tool", {}).get("poetry", {})
    parts = [poetry.get("dependencies", {})]
    if dev:
        parts += [poetry.get("dev-dependencies", {}), *(group.get("dependencies", {}) for group in poetry.get("group", {}).values())]
    todo = [(Requirement(text).name, Requirement(text).extras) for text in pyproject.get("project", {}).get("dependencies", []) if applies(Requirement(text).marker)]
    todo += [found for part in parts for found in poetry_edges(part) if found[0] != "python"]
    known = {}
    for package in packages:
        known.setdefault(canonicalize_name(package["name"]), []).append(package)
    seen = set()
    while todo:
        name, extras = todo.pop()
        name = canonicalize_name(name)
        if (name, frozenset(extras)) in seen:
            continue
        seen.add((name, frozenset(extras)))
        for package in known.get(name, []):
            todo += poetry_edges(package.get("dependencies", {}))
            for extra in extras:
                todo += [(Requirement(text.split(" (")[0]).name, ()) for text in package.get("extras", {}).get(extra, [])]
    return {name for name, _ in seen}


def poetry_edges(dependencies):
    for name, wish in dependencies.items():
        for one in wish if isinstance(wish, list) else [wish]:
            one = {"version": one} if isinstance(one, str) else one
            if not one.get("optional") and applies(one.get("markers")):
                yield name, one.get("extras", ())


def read_uv(app, dev):
    lock, pyproject = read_toml(app, "uv.lock"), read_toml(app, "pyproject.toml")
    check_python(lock.get("requires-python"), "uv.lock")
    packages = {}
    for package in lock.get("package", []):
        packages.setdefault(package["name"], []).append(package)
    root = next((p for found in packages.values() for p in found if "." in (p["source"].get("virtual"), p["source"].get("editable"), p["source"].get("directory"))), None)
    if root is None:
        raise Unusable("uv.lock does not have the app itself.", "Run \"uv lock\" in the app's folder, commit uv.lock, and push again.")
    check_uv(root, pyproject)
    requirements, seen = Requirements(), set()
    todo = list(root.get("dependencies", []))
    if dev:
        todo += [edge for group in root.get("dev-dependencies", {}).values() for edge in group]
    while todo:
        edge = todo.pop()
        extras = edge.get("extra", [])
        if not applies(edge.get("marker")):
            continue
        for package in packages.get(edge["name"], []):
            if edge.get("version", package.get("version")) != package.get("version"):
                continue
            for extra in extras:
                todo += package.get("optional-dependencies", {}).get(extra, [])
            if (package["name"], package.get("version")) not in seen:
                seen.add((package["name"], package.get("version")))
                todo += package.get("dependencies", [])
                add_uv(requirements, package)
    return requirements


def add_uv(requirements, package):
    name, source = package["name"], package["source"]
    if "git" in source:
        address, _, commit = source["git"].partition("#")
        requirements.add_other(name, f"{name} @ git+{address.partition('?')[0]}@{commit}")
    elif "editable" in source or "directory" in source or "path" in source:
        requirements.add_other(name, f"-e ./{source['editable']}" if "editable" in source else "./" + (source.get("directory") or source["path"]))
    elif "url" in source:
        requirements.add_other(name, f"{name} @ {source['url']}")
    elif "registry" in source:
        if "://" in source["registry"]:
            requirements.index(source["registry"])
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        requirements.add(name, package["version"], {file["hash"] for file in files if "hash" in file})


def check_uv(root, pyproject):
    """What the app names now must be what it named when the lock was made."""
    locked = {canonicalize_name(d["name"]): d for d in root.get("metadata", {}).get("requires-dist", []) if "extra ==" not in d.get("marker", "")}
    named = {canonicalize_name(r.name): r for r in map(Requirement, pyproject.get("project", {}).get("dependencies", []))}
    same = locked.keys() == named.keys() and all("specifier" not in d or SpecifierSet(d["specifier"]) == named[name].specifier for name, d in locked.items())
    if same and not any(r.specifier and locked[name].keys() <= {"name", "marker", "extras"} for name, r in named.items()):
        return
    raise Unusable("uv.lock does not fit pyproject.toml: one was changed without the other.", "Run \"uv lock\", commit uv.lock, and push again.")


def main(kind, app, hashed, other, dev=""):
    readers = {"Pipfile.lock": read_pipenv, "poetry.lock": read_poetry, "uv.lock": read_uv}
    try:
        if os.path.exists(os.path.join(app, "pyproject.toml")):
            check_python(read_toml(app, "pyproject.toml").get("project", {}).get("requires-python"), "pyproject.toml")
        readers[kind](app, dev == "dev").write(hashed, other)
    except Unusable as problem:
        print(*problem.args, sep="\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        print(f"{kind} cannot be read: {re.sub(chr(10), ' ', repr(problem))[:300]}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

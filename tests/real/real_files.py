"""What stands in files that other people wrote, counted without a YAML parser: by the lines that begin documents."""

import collections
import pathlib
import re

DOCUMENT = re.compile(r"^---\s*$", re.MULTILINE)
KIND = re.compile(r"^kind:\s*(\S+)", re.MULTILINE)
API_VERSION = re.compile(r"^apiVersion:\s*(\S+)", re.MULTILINE)
ITEM_KIND = re.compile(r"^(?:  |- )kind:\s*(\S+)", re.MULTILINE)
ITEM_API_VERSION = re.compile(r"^(?:  |- )apiVersion:\s*(\S+)", re.MULTILINE)

Definition = collections.namedtuple("Definition", "file first last group kind")


def yaml_files(root, *patterns):
    """The files that the patterns of a platform.yaml bring; a folder brings all below it."""
    found = []
    for pattern in patterns:
        for path in sorted(root.glob(pattern.rstrip("/"))):
            below = sorted(path.rglob("*")) if path.is_dir() else [path]
            found += [file for file in below if file.suffix in (".yaml", ".yml", ".json")]
    return found


def group_of(api_version):
    return api_version.split("/")[0] if "/" in api_version else ""


def documents(text):
    """(first line, last line, text) of each document."""
    line, start = 1, 0
    for end in [*(match.start() for match in DOCUMENT.finditer(text)), len(text)]:
        part = text[start:end]
        last = line + part.count("\n")
        yield line, last, part
        line, start = last, end


def definitions(root, files):
    """Each object that the files define; the items of a list count, the list does not."""
    found = []
    for file in files:
        name = str(pathlib.Path(file).relative_to(root))
        for first, last, part in documents(file.read_text()):
            kind, api_version = KIND.search(part), API_VERSION.search(part)
            if not kind or not api_version:
                continue
            pairs = [(api_version[1], kind[1])]
            if kind[1].endswith("List"):
                pairs = list(zip(ITEM_API_VERSION.findall(part), ITEM_KIND.findall(part)))
            found += [Definition(name, first, last, group_of(version), what) for version, what in pairs]
    return found


def without_definitions(root, files):
    """Files that say something, but define no object: kustomizations, mkdocs.yml, templates of text."""
    return [str(file.relative_to(root)) for file in files
            if not KIND.search(file.read_text()) and has_content(file.read_text())]


def has_content(text):
    lines = (line.strip() for line in text.splitlines())
    return any(line and line != "---" and not line.startswith("#") for line in lines)

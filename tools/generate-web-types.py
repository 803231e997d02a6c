#!/usr/bin/env python3
"""Writes the front end's types from the texts that describe ours.

  generate-web-types.py            writes web/src/generated/*.ts
  generate-web-types.py --check    fails when they are not what would be written (a test)

Sources: src/platform/object/types/*.types (what kinds look like) and src/feature/portal/answers.types (what the portal's
own routes answer); the language of both is described in src/platform/object/types/README.md.
"""

import difflib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TYPES = ROOT / "src/platform/object/types"
OUT = ROOT / "web/src/generated"

# What the pages use of Kubernetes and of ours; types that these mention come with them.
KUBE = [
    ("meta", ["ObjectMeta", "OwnerReference", "ListMeta", "Condition", "Status"]),
    ("core", ["Event", "Secret"]),
    ("goldenpath", ["CatalogSource", "ManifestSource"]),
]
# Kinds that pages ask for by name; all others are discovered.
NAMED_KINDS = [("", "Event"), ("", "Namespace"), ("goldenpath.dev", "CatalogSource"), ("goldenpath.dev", "ManifestSource")]
SCALARS = {
    "string": "string", "bool": "boolean", "int32": "number", "int64": "number", "double": "number", "bytes": "string",
    "quantity": "string | number", "intorstring": "string | number", "time": "string", "microtime": "string",
    "duration": "string", "raw": "Json",
}


def words_of(text):
    return re.findall(r'"[^"]*"|\S+', text)


def split_comment(line):
    head, _, comment = line.partition(" : ")
    return head, comment.strip()


class Package:
    """One file of types: {name: (flags, comment, [(field, type, flags, comment)])} and its kinds."""

    def __init__(self, path):
        self.group, self.version, self.types, self.kinds, self.uses = "", "", {}, [], {}
        current = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            head, comment = split_comment(line)
            words = words_of(head)
            if line.startswith("  "):
                rest = words[2:] if words[1].isdigit() else words[1:]
                current.append((words[0], rest[0], rest[1:], comment))
            elif words[0] == "package":
                self.version = words[2]
            elif words[0] == "use":
                self.uses[words[1]] = words[2]
            elif words[0] == "group":
                self.group = words[1].strip('"')
            elif words[0] == "kind":
                self.kinds.append((self.group, self.version, words[1], words[2], words[3:]))
            elif words[0] == "type":
                current = []
                self.types[words[1]] = (words[2:], comment, current)


class Writer:
    """Types of several packages in one file; a name that two of them have is written for the first."""

    def __init__(self, packages):
        self.packages, self.wanted, self.done = packages, [], {}

    def name_of(self, package, word):
        """The TypeScript of a type's word: "[meta.Condition]?"."""
        word = word.removesuffix("?")
        if word.startswith("["):
            inner = self.name_of(package, word[1:-1])
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        if word.startswith("{"):
            return f"Record<string, {self.name_of(package, word[1:-1])}>"
        if word in SCALARS:
            return SCALARS[word]
        if word.startswith("schemaor"):
            return "Json"
        package, _, name = word.rpartition(".") if "." in word else (package, "", word)
        self.wanted.append((package, name))
        return name

    def field(self, package, field):
        name, word, flags, comment = field
        enum = next((flag[5:].split("|") for flag in flags if flag.startswith("enum=")), None)
        base = word.strip("[]{}?")
        if enum and base == "string":
            literals = " | ".join(f'"{value}"' for value in enum)
            kind = literals if word.removesuffix("?") == "string" else self.name_of(package, word).replace("string", f"({literals})", 1)
        else:
            kind = self.name_of(package, word)
        must = ("keep" in flags or "required" in flags) and "optional" not in flags and not word.endswith("?")
        # Times that are kept are written as null until there is one.
        nullable = " | null" if base in ("time", "microtime") and not must else ""
        key = name if re.fullmatch(r"[A-Za-z_$][\w$]*", name) else f'"{name}"'
        lines = [f"  /** {comment} */"] if comment else []
        return lines + [f"  {key}{'' if must else '?'}: {kind}{nullable};"]

    def write(self, package, name):
        if name in self.done:
            return
        flags, comment, fields = self.packages[package].types[name]
        lines = [f"/** {comment} */"] if comment else []
        lines.append(f"export interface {name} {{")
        self.done[name] = lines
        if "root" in flags:
            lines += ["  apiVersion: string;", "  kind: string;"]
            if not any(field[0] == "metadata" for field in fields):
                self.wanted.append(("meta", "ObjectMeta"))
                lines.append("  metadata: ObjectMeta;")
        for field in fields:
            lines += self.field(package, field)
        lines.append("}")

    def text(self, roots):
        self.wanted = list(roots)
        while self.wanted:
            self.write(*self.wanted.pop(0))
        uses_json = any("Json" in line for lines in self.done.values() for line in lines)
        head = ['import type { Json } from "../lib/yaml_text";', ""] if uses_json else []
        return "\n".join(head + ["\n".join(lines) + "\n" for lines in self.done.values()])


def kinds_text(packages):
    rows = {}
    for package in packages.values():
        for group, version, kind, plural, words in package.kinds:
            scope = "false" if "cluster" in words else "true"
            rows[(group, kind)] = (f'{{ group: "{group}", version: "{version}", kind: "{kind}", plural: "{plural}", '
                                   f"isNamespaced: {scope} }}")
    return "".join(f"export const k{kind}Kind = {rows[(group, kind)]};\n" for group, kind in NAMED_KINDS)


def files():
    packages = {path.stem: Package(path) for path in sorted(TYPES.glob("*.types"))}
    packages["portal"] = Package(ROOT / "src/feature/portal/answers.types")
    head = "// Made by tools/generate-web-types.py from {}; not to be edited.\n\n"
    portal = [("portal", name) for name in packages["portal"].types]
    kube = [(package, name) for package, names in KUBE for name in names]
    types = "src/platform/object/types"
    return {
        "portal.ts": head.format("src/feature/portal/answers.types") + Writer(packages).text(portal),
        "kube.ts": head.format(types) + Writer(packages).text(kube),
        "kinds.ts": head.format(types) + kinds_text({k: v for k, v in packages.items() if k != "portal"}),
    }


def main(arguments):
    drifted = []
    for name, text in files().items():
        path = OUT / name
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        if present == text:
            continue
        if "--check" in arguments:
            drifted.append(name)
            sys.stdout.writelines(difflib.unified_diff(present.splitlines(True), text.splitlines(True), str(path), "as generated"))
        else:
            OUT.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    if drifted:
        sys.exit(f"web types have drifted from ours: run tools/generate-web-types.py ({', '.join(drifted)})")


if __name__ == "__main__":
    main(sys.argv[1:])

#!/usr/bin/env python3
"""Makes a folder of built web files part of a program.

  embed_assets.py FOLDER SYMBOL OUT.S OUT.cpp

Writes an assembler file that includes each file's compressed forms (.incbin: no time, read-only memory) and a C++ file with
the table `std::span<const gp::web::Asset> SYMBOL()`. FOLDER may be absent: the table is then empty. Files beside which a
.gz (and .br) stands are embedded from those; others are compressed here.
"""

import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml", ".json": "application/json", ".png": "image/png", ".ico": "image/x-icon",
    ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json",
}


def main(folder, symbol, assembler, table):
    root = pathlib.Path(folder)
    work = pathlib.Path(assembler).parent / f"{symbol}_files"
    work.mkdir(parents=True, exist_ok=True)
    files = sorted(p for p in root.rglob("*") if p.is_file() and p.suffix in TYPES) if root.is_dir() else []
    blobs, rows, declarations = [], [], []
    for number, path in enumerate(files):
        content = path.read_bytes()
        etag = hashlib.sha256(content).hexdigest()[:20]
        packed = path.with_name(path.name + ".gz")
        if not packed.exists():
            packed = work / f"{number}.gz"
            packed.write_bytes(gzip.compress(content, 9, mtime=0))
        views = []
        for kind, file in (("gz", packed), ("br", path.with_name(path.name + ".br"))):
            if not file.exists():
                views.append("{}")
                continue
            name = f"{symbol}_{number}_{kind}"
            blobs.append(f'.global {name}\n{name}:\n.incbin "{file.resolve()}"\n')
            declarations.append(f"extern const char {name}[];")
            views.append(f"std::string_view({name}, {file.stat().st_size})")
        rows.append(f'    {{"{path.relative_to(root).as_posix()}", "{TYPES[path.suffix]}", "\\"{etag}\\"", {views[0]}, {views[1]}}},')
    pathlib.Path(assembler).write_text(".section .rodata\n" + "".join(blobs) + '.section .note.GNU-stack,"",@progbits\n')
    pathlib.Path(table).write_text(
        '#include <array>\n#include <span>\n\n#include "platform/web/assets.hpp"\n\nextern "C" {\n' + "\n".join(declarations) +
        "\n}\n\nnamespace gp::web {\n\n"
        f"std::span<const Asset> {symbol}();\n"
        f"std::span<const Asset> {symbol}() {{\n"
        f"  static const std::array<Asset, {len(rows)}> assets = {{{{\n" + "\n".join(rows) + "\n  }};\n  return assets;\n}\n\n}  // namespace gp::web\n")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])

// Writes .br and .gz beside every text file of the built portal; the program embeds and serves those.
// Brotli's highest quality is slow, which is why it happens here, once, and not while serving.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2] ?? "dist";
const kText = /\.(html|js|css|svg|json|txt|webmanifest)$/;

function filesBelow(path) {
  return readdirSync(path).flatMap((name) => {
    const inner = join(path, name);
    return statSync(inner).isDirectory() ? filesBelow(inner) : [inner];
  });
}

let gzipped = 0;
let raw = 0;
for (const file of filesBelow(folder).filter((name) => kText.test(name))) {
  const bytes = readFileSync(file);
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const gzip = gzipSync(bytes, { level: 9 });
  writeFileSync(`${file}.br`, brotli);
  writeFileSync(`${file}.gz`, gzip);
  raw += bytes.length;
  gzipped += gzip.length;
  console.log(`${relative(folder, file)}  ${bytes.length} → gzip ${gzip.length}, brotli ${brotli.length}`);
}
console.log(`all: ${raw} → gzip ${gzipped}`);

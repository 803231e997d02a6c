// Colours for code, one line at a time: YAML, JSON, and what looks like a programming language.

export type TokenKind = "plain" | "key" | "string" | "number" | "word" | "comment" | "mark";
export interface Token {
  kind: TokenKind;
  text: string;
}
export type Language = "yaml" | "json" | "proto" | "graphql" | "text";

type Rule = [TokenKind, RegExp];

const kStrings: Rule = ["string", /"(?:[^"\\]|\\.)*"?/y];
const kNumber: Rule = ["number", /-?\b\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\b/y];

const kRules: Record<Exclude<Language, "yaml" | "text">, Rule[]> = {
  json: [
    ["key", /"(?:[^"\\]|\\.)*"(?=\s*:)/y],
    kStrings,
    ["word", /\b(?:true|false|null)\b/y],
    kNumber,
    ["mark", /[{}[\],:]/y],
  ],
  proto: [
    ["comment", /\/\/.*/y],
    kStrings,
    [
      "word",
      /\b(?:syntax|package|import|option|message|service|rpc|returns|stream|repeated|optional|oneof|map|enum|reserved|extend|public)\b/y,
    ],
    ["key", /\b(?:double|float|u?int(?:32|64)|s(?:int|fixed)(?:32|64)|fixed(?:32|64)|bool|string|bytes)\b/y],
    kNumber,
    ["mark", /[{}()[\];=<>,]/y],
  ],
  graphql: [
    ["comment", /#.*/y],
    kStrings,
    [
      "word",
      /\b(?:type|query|mutation|subscription|schema|enum|input|interface|union|scalar|directive|extend|implements|fragment|on)\b/y,
    ],
    ["key", /\b[A-Za-z_]\w*(?=\s*(?:\([^)]*\))?\s*:)/y],
    kNumber,
    ["mark", /[{}()[\]:!|=,&]/y],
  ],
};

function byRules(line: string, rules: Rule[]): Token[] {
  const tokens: Token[] = [];
  let plain = "";
  let at = 0;
  while (at < line.length) {
    const found = firstMatch(line, at, rules);
    if (found === null) {
      plain += line.charAt(at);
      at += 1;
      continue;
    }
    if (plain !== "") tokens.push({ kind: "plain", text: plain });
    plain = "";
    tokens.push(found);
    at += found.text.length;
  }
  if (plain !== "") tokens.push({ kind: "plain", text: plain });
  return tokens;
}

function firstMatch(line: string, at: number, rules: Rule[]): Token | null {
  // A word inside a longer one is not a word.
  const isInside = at > 0 && /\w/.test(line.charAt(at - 1));
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = at;
    const text = pattern.exec(line)?.[0];
    if (text && !(isInside && /^\w/.test(text))) return { kind, text };
  }
  return null;
}

const kYamlKey = /^(\s*(?:- +)*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#:"'[{&*!|>][^:#]*?|[^\s#"'[{&*!|>-][^#]*?)(:)(?=\s|$)/;
const kYamlNumber = /^[-+]?(?:\d[\d_]*)(?:\.\d*)?(?:e[-+]?\d+)?$/i;
const kYamlWord = /^(?:true|false|null|~)$/;

function yamlValue(text: string): Token[] {
  const bare = text.trim();
  if (bare === "") return [{ kind: "plain", text }];
  if (bare.startsWith("#")) return [{ kind: "comment", text }];
  if (kYamlNumber.test(bare)) return [{ kind: "number", text }];
  if (kYamlWord.test(bare)) return [{ kind: "word", text }];
  if (/^[|>][-+\d]*$/.test(bare) || bare === "{}" || bare === "[]") return [{ kind: "mark", text }];
  return [{ kind: "string", text }];
}

interface YamlState {
  blockIndent: number | null; // deeper lines belong to a literal block
}

function yamlLine(line: string, state: YamlState): Token[] {
  const indent = line.length - line.trimStart().length;
  if (state.blockIndent !== null) {
    if (line.trim() === "" || indent > state.blockIndent) return [{ kind: "string", text: line }];
    state.blockIndent = null;
  }
  if (/^\s*#/.test(line)) return [{ kind: "comment", text: line }];
  if (line === "---" || line === "...") return [{ kind: "mark", text: line }];
  if (/(?::|-)\s+[|>][-+\d]*\s*$/.test(line)) state.blockIndent = indent;

  const key = kYamlKey.exec(line);
  if (key) {
    const [whole, lead = "", name = ""] = key;
    return [
      { kind: "mark", text: lead },
      { kind: "key", text: name },
      { kind: "mark", text: ":" },
      ...yamlValue(line.slice(whole.length)),
    ];
  }
  const dash = /^(\s*(?:- +)+)(.*)$/.exec(line);
  if (dash) return [{ kind: "mark", text: dash[1] ?? "" }, ...yamlValue(dash[2] ?? "")];
  return yamlValue(line);
}

export function highlight(text: string, language: Language): Token[][] {
  const lines = text.replace(/\n$/, "").split("\n");
  if (language === "text") return lines.map((line) => [{ kind: "plain", text: line }]);
  if (language === "yaml") {
    const state: YamlState = { blockIndent: null };
    return lines.map((line) => yamlLine(line, state).filter((token) => token.text !== ""));
  }
  return lines.map((line) => byRules(line, kRules[language]));
}

// What a definition is written in, from the API's type and its first character.
export function languageOf(type: string, text: string): Language {
  if (type === "grpc" || /^\s*syntax\s*=/.test(text)) return "proto";
  if (type === "graphql") return "graphql";
  if (/^\s*[{[]/.test(text)) return "json";
  return "yaml";
}

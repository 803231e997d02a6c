// Documents as YAML, in the manner of kubectl: block style, two spaces, no anchors, no folding.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };

// Plain unless YAML would read something else: a number, a boolean, a date, a comment, a mapping.
const kPlain = /^-{0,2}[A-Za-z0-9_./$(][A-Za-z0-9_./$()+@=, %~^-]*(?::[^\s#][A-Za-z0-9_./$()+@=,%~^:-]*)*$/;
const kOther =
  /^(?:true|false|yes|no|on|off|y|n|null|~|[-+]?(?:0x[0-9a-f]+|0o?[0-7]+|[0-9][0-9_,]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|\.[0-9]+|\.inf|\.nan)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[0-9]+(?::[0-9]+)+(?:\.[0-9]+)?)$/i;

function scalar(value: null | boolean | number | string, indent: string): string {
  if (typeof value !== "string") return String(value);
  if (value.includes("\n") && isBlockable(value)) return block(value, indent);
  if (kPlain.test(value) && !kOther.test(value) && !value.endsWith(" ")) return value;
  return JSON.stringify(value);
}

// A key stands on one line, whatever is in it.
function keyText(key: string): string {
  return key.includes("\n") ? JSON.stringify(key) : scalar(key, "");
}

// Literal blocks keep every byte but cannot hold other control characters, nor begin with a space.
function isBlockable(text: string): boolean {
  return !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/.test(text) && !/^[ \n]/.test(text) && !/[ \t]\n/.test(text);
}

function block(text: string, indent: string): string {
  const chomp = !text.endsWith("\n") ? "-" : text.endsWith("\n\n") ? "+" : "";
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  return `|${chomp}\n` + lines.map((line) => (line === "" ? "" : `${indent}${line}`)).join("\n");
}

function append(out: string[], value: Json, indent: string, lead: string): void {
  if (Array.isArray(value)) {
    if (value.length === 0) {
      out.push(`${lead}[]`);
      return;
    }
    for (const [index, item] of value.entries()) {
      append(out, item, `${indent}  `, index === 0 && lead.endsWith("- ") ? `${lead}- ` : `${indent}- `);
    }
    return;
  }
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).filter((pair): pair is [string, Json] => pair[1] !== undefined);
    if (members.length === 0) {
      out.push(`${lead}{}`);
      return;
    }
    for (const [index, [key, member]] of members.entries()) {
      const start = `${index === 0 ? lead : indent}${keyText(key)}:`;
      appendMember(out, member, indent, start);
    }
    return;
  }
  out.push(lead + scalar(value, indent));
}

function appendMember(out: string[], member: Json, indent: string, start: string): void {
  const isFilled = member !== null && typeof member === "object" && Object.keys(member).length > 0;
  if (!isFilled) {
    append(out, member, `${indent}  `, `${start} `);
    return;
  }
  out.push(start);
  // As kubectl prints them, lists are not indented below their key.
  const inner = Array.isArray(member) ? indent : `${indent}  `;
  append(out, member, inner, inner);
}

export function toYaml(value: Json): string {
  const out: string[] = [];
  append(out, value, "", "");
  return out.join("\n") + "\n";
}

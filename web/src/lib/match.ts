// Whether a name fits what was typed: its letters in order, the first at the start of a word.

export function matches(name: string, typed: string): boolean {
  const wanted = typed.toLowerCase();
  const given = name.toLowerCase();
  if (given.includes(wanted)) return true;
  const starts = [...name.matchAll(/[A-Z]|\b[a-z0-9]/g)].map((match) => match[0].toLowerCase()).join("");
  return wanted.length > 1 && starts.startsWith(wanted);
}

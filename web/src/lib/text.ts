// Small words and numbers.

export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

// "dependencyOf" → "dependency of"
export function spaced(camel: string): string {
  return camel.replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

// Only what a browser may open safely: "javascript:" and the like are refused.
export function safeUrl(url: string): string | undefined {
  return /^(https?:|mailto:)/i.test(url) ? url : undefined;
}

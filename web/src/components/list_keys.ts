// j and k walk through the rows of a list; Enter then opens, as the focused link does anyway.

import { isPlainKey, isTyping, useKeys } from "../lib/keys";

export const kRowAttribute = { "data-row": "" };

export function moveFocus(rows: HTMLElement[], focused: Element | null, step: 1 | -1): HTMLElement | undefined {
  const at = rows.findIndex((row) => row === focused || row.contains(focused));
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  return rows[next];
}

export function useListKeys(): void {
  useKeys((event) => {
    if (!isPlainKey(event) || isTyping(event.target) || (event.key !== "j" && event.key !== "k")) return false;
    const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
    const row = moveFocus(rows, document.activeElement, event.key === "j" ? 1 : -1);
    const target = row?.matches("a, button") ? row : row?.querySelector<HTMLElement>("a, button");
    target?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
    return target !== undefined;
  });
}

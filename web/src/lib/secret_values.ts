// Secret values stay hidden until somebody asks: a portal is often on a shared screen.

import type { KubeObject } from "../api/kube";
import type { Json } from "./yaml_text";

export function isSecret(object: KubeObject): boolean {
  return object.apiVersion === "v1" && object.kind === "Secret";
}

export interface SecretValue {
  key: string;
  bytes: number;
  text: string | null; // null: not text
}

export function secretValues(object: KubeObject): SecretValue[] {
  const data = object["data"];
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).map(([key, encoded]) => {
    const bytes = decode(typeof encoded === "string" ? encoded : "");
    return { key, bytes: bytes.length, text: asText(bytes) };
  });
}

function decode(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function asText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

// The object with its values covered, for reading.
export function covered(object: KubeObject): KubeObject {
  if (!isSecret(object)) return object;
  const cover = (value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.keys(value).map((key) => [key, "(hidden)" satisfies Json]))
      : value;
  return { ...object, data: cover(object["data"]), stringData: cover(object["stringData"]) };
}

// Problems as sources report them in their status: CatalogSource and ManifestSource.

import type { KubeObject } from "../api/kube";
import type { Json } from "./yaml_text";

export interface SourceProblem {
  file: string;
  line: number; // 0: the file as a whole
  subject: string; // an entity reference, or `ConfigMap "shop/web"`
  message: string;
  isWarning: boolean;
}

export interface SourceProblems {
  source: KubeObject;
  target: string;
  problems: SourceProblem[];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function problemOf(value: Json): SourceProblem | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  return {
    file: text(value["file"]),
    line: typeof value["line"] === "number" ? value["line"] : 0,
    subject: text(value["entityRef"]) || text(value["object"]),
    message: text(value["message"]),
    isWarning: value["severity"] === "warning",
  };
}

// Errors before warnings, in the order of files otherwise.
export function problemsOf(source: KubeObject): SourceProblems {
  const listed = source.status?.["problems"];
  const problems = (Array.isArray(listed) ? listed : [])
    .map(problemOf)
    .filter((problem) => problem !== null)
    .sort((a, b) => Number(a.isWarning) - Number(b.isWarning) || a.file.localeCompare(b.file) || a.line - b.line);
  const target = text(source.spec?.["target"]) || text(source.spec?.["root"]) || text(source.spec?.["path"]);
  return { source, target: target || source.metadata.name, problems };
}

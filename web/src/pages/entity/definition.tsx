// An API's definition: its operations at a glance, where it is OpenAPI or AsyncAPI, and the text itself.

import { useQuery } from "@tanstack/react-query";

import { Card } from "../../components/basics";
import { Code } from "../../components/code";
import { languageOf } from "../../lib/highlight";
import type { Outline } from "../../lib/api_outline";

export function Definition({ type, text }: { type: string; text: string }) {
  const language = languageOf(type, text);
  // The YAML reader is fetched only where there is something to read.
  const outline = useQuery({
    queryKey: ["outline", type, text],
    queryFn: async () => (await import("../../lib/api_outline")).readOutline(text),
    enabled: language === "yaml" || language === "json",
    staleTime: Infinity,
  });
  return (
    <div className="stack">
      {outline.data && outline.data.operations.length > 0 && <Operations outline={outline.data} />}
      <Card title={type === "" ? "Definition" : `Definition (${type})`} flush>
        <Code text={text} language={language} label="the definition" />
      </Card>
    </div>
  );
}

function Operations({ outline }: { outline: Outline }) {
  return (
    <Card
      title={outline.title}
      count={outline.operations.length}
      actions={outline.version && <span className="muted">version {outline.version}</span>}
      flush
    >
      <ul className="operations">
        {outline.operations.map((operation) => (
          <li key={`${operation.verb} ${operation.path}`} data-deprecated={operation.isDeprecated || undefined}>
            <span className="verb" data-verb={operation.verb}>
              {operation.verb}
            </span>
            <code>{operation.path}</code>
            <span className="muted">{operation.summary}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

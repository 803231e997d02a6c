// What an object holds beside its metadata: spec, data, status, whatever its kind calls it.

import { useState } from "react";

import type { KubeObject } from "../../api/kube";
import { Button, CopyButton } from "../../components/basics";
import { Code } from "../../components/code";
import { isSecret, secretValues } from "../../lib/secret_values";
import { counted } from "../../lib/text";
import { toYaml } from "../../lib/yaml_text";
import type { Json } from "../../lib/yaml_text";

const kElsewhere = new Set(["apiVersion", "kind", "metadata"]);

export function Content({ object }: { object: KubeObject }) {
  const members = Object.entries(object).filter(([name, value]) => !kElsewhere.has(name) && value !== undefined);
  return members.map(([name, value]) => {
    if (isSecret(object) && name === "data") return <SecretData key={name} object={object} />;
    const shown = name === "status" ? withoutConditions(value) : value;
    if (isEmpty(shown)) return null;
    const text = typeof shown === "object" ? toYaml(shown as Json) : String(shown);
    return (
      <section key={name} className="panel">
        <h3 className="panel-title">{name}</h3>
        <Code text={text} language="yaml" label={name} />
      </section>
    );
  });
}

// Those stand above.
function withoutConditions(status: unknown): unknown {
  if (typeof status !== "object" || status === null) return status;
  return Object.fromEntries(Object.entries(status).filter(([name]) => name !== "conditions"));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

function SecretData({ object }: { object: KubeObject }) {
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) => {
    const next = new Set(shown);
    if (!next.delete(key)) next.add(key);
    setShown(next);
  };
  return (
    <section className="panel">
      <h3 className="panel-title">data</h3>
      <ul className="secret-values">
        {secretValues(object).map(({ key, bytes, text }) => (
          <li key={key}>
            <code>{key}</code>
            {shown.has(key) && text !== null ? (
              <pre className="secret-text">{text}</pre>
            ) : (
              <span className="muted">{counted(bytes, "byte")}</span>
            )}
            {text === null ? (
              <span className="muted">binary</span>
            ) : (
              <span className="secret-tools">
                <CopyButton text={text} label={`Copy ${key}`} />
                <Button
                  look="quiet"
                  aria-expanded={shown.has(key)}
                  onClick={() => {
                    toggle(key);
                  }}
                >
                  {shown.has(key) ? "Hide" : "Show"}
                </Button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

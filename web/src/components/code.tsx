// Code with line numbers and colours.

import { useMemo } from "react";

import { highlight } from "../lib/highlight";
import type { Language } from "../lib/highlight";
import { CopyButton } from "./basics";

export function Code({ text, language, label }: { text: string; language: Language; label: string }) {
  const lines = useMemo(() => highlight(text, language), [text, language]);
  return (
    <div className="code">
      <div className="code-tools">
        <CopyButton text={text} label={`Copy ${label}`} />
      </div>
      {/* Scrollable, so it must be reachable by keyboard. */}
      <pre className="code-text" tabIndex={0} aria-label={label}>
        {lines.map((tokens, index) => (
          <span className="code-line" key={index}>
            {tokens.map((token, at) =>
              token.kind === "plain" ? (
                token.text
              ) : (
                <span key={at} className={`code-${token.kind}`}>
                  {token.text}
                </span>
              ),
            )}
            {"\n"}
          </span>
        ))}
      </pre>
    </div>
  );
}

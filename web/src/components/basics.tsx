// Small pieces that every page is made of.

import { useEffect, useRef, useState } from "react";
import type { ButtonHTMLAttributes, InputHTMLAttributes, ReactNode } from "react";

import { useKeys, isPlainKey, isTyping } from "../lib/keys";
import { Link } from "../lib/router";
import { Icon } from "./icon";
import type { IconName } from "./icon";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: "plain" | "primary" | "danger" | "quiet";
  icon?: IconName;
};

export function Button({ look = "plain", icon, children, className = "", ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button button-${look} ${className}`} {...rest}>
      {icon && <Icon name={icon} size={14} />}
      <span className="button-text">{children}</span>
    </button>
  );
}

export function IconButton({
  icon,
  label,
  size = 16,
  ...rest
}: { icon: IconName; label: string; size?: number } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} {...rest}>
      <Icon name={icon} size={size} />
    </button>
  );
}

export function Card({
  title,
  count,
  actions,
  children,
  flush = false,
  id,
}: {
  title?: ReactNode;
  count?: number;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  id?: string;
}) {
  return (
    <section className="card" id={id}>
      {title !== undefined && (
        <header className="card-head">
          <h2>
            {title}
            {count !== undefined && <span className="count">{count.toLocaleString("en")}</span>}
          </h2>
          {actions && <div className="card-actions">{actions}</div>}
        </header>
      )}
      <div className={flush ? "card-flush" : "card-body"}>{children}</div>
    </section>
  );
}

export type Tone = "ok" | "warn" | "bad" | "info" | "off";

export function Pill({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="pill" data-tone={tone}>
      <span className="pill-dot" aria-hidden="true" />
      {children}
    </span>
  );
}

export function Tag({ children, to }: { children: ReactNode; to?: string }) {
  return to === undefined ? (
    <span className="tag">{children}</span>
  ) : (
    <Link className="tag" to={to}>
      {children}
    </Link>
  );
}

export function Key({ children }: { children: ReactNode }) {
  return <kbd className="key">{children}</kbd>;
}

// A label and what it says, in a list of facts.
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => {
      setDone(false);
    }, 1500);
    return () => {
      clearTimeout(timer);
    };
  }, [isDone]);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={isDone ? "Copied" : label}
      title={isDone ? "Copied" : label}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          setDone(true);
        });
      }}
    >
      <Icon name={isDone ? "check" : "copy"} size={14} />
    </button>
  );
}

// The page's search box: "/" goes there, Escape empties it and then leaves.
export function SearchBox({
  value,
  onChange,
  label,
  hasKey = true,
  ...rest
}: {
  value: string;
  onChange: (text: string) => void;
  label: string;
  hasKey?: boolean;
} & Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value">) {
  const input = useRef<HTMLInputElement>(null);
  useKeys((event) => {
    if (event.key !== "/" || !isPlainKey(event) || isTyping(event.target)) return false;
    input.current?.focus();
    input.current?.select();
    return true;
  }, hasKey);
  return (
    <div className="search-box">
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          onChange(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          if (value === "") event.currentTarget.blur();
          else onChange("");
        }}
        {...rest}
      />
      {hasKey && value === "" && <Key>/</Key>}
    </div>
  );
}

export interface TabSpec {
  id: string;
  label: string;
  count?: number;
  to: string;
}

export function Tabs({ tabs, current, label }: { tabs: TabSpec[]; current: string; label: string }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.id} to={tab.to} keepScroll className="tab" aria-current={tab.id === current ? "page" : undefined}>
          {tab.label}
          {tab.count !== undefined && <span className="count">{tab.count.toLocaleString("en")}</span>}
        </Link>
      ))}
    </nav>
  );
}

// The frame of a page: where we are, what it is called, what can be done here.

import { useEffect } from "react";
import type { ReactNode } from "react";

import { Link } from "../lib/router";
import { Icon } from "./icon";

export interface Crumb {
  label: string;
  to: string;
}

export function Page({
  title,
  titleText,
  crumbs = [],
  icon,
  subtitle,
  actions,
  tabs,
  children,
  isWide = false,
}: {
  title: ReactNode;
  titleText: string; // for the browser's tab
  crumbs?: Crumb[];
  icon?: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  tabs?: ReactNode;
  children: ReactNode;
  isWide?: boolean;
}) {
  useEffect(() => {
    document.title = `${titleText} · GoldenPath`;
  }, [titleText]);
  return (
    <div className={isWide ? "page page-wide" : "page"}>
      <header className="page-head">
        {crumbs.length > 0 && (
          <nav className="crumbs" aria-label="Breadcrumbs">
            {crumbs.map((crumb, index) => (
              <span key={crumb.to}>
                {index > 0 && <Icon name="right" size={10} />}
                <Link to={crumb.to}>{crumb.label}</Link>
              </span>
            ))}
          </nav>
        )}
        <div className="page-title">
          {icon}
          <h1>{title}</h1>
          {actions && <div className="page-actions">{actions}</div>}
        </div>
        {subtitle && <div className="page-subtitle">{subtitle}</div>}
        {tabs}
      </header>
      {children}
    </div>
  );
}

// Times as people say them.

import { useEffect, useState } from "react";

const kUnits: [string, number][] = [
  ["y", 365 * 86400],
  ["d", 86400],
  ["h", 3600],
  ["m", 60],
];

// "5s", "3m", "2h", "12d": one unit, as much as a glance needs.
export function shortAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  for (const [unit, size] of kUnits) {
    if (whole >= size) return `${Math.floor(whole / size)}${unit}`;
  }
  return `${whole}s`;
}

export function secondsSince(time: string, now: number): number {
  return (now - Date.parse(time)) / 1000;
}

// How long something took: "0.4 ms", "12 ms", "1.3 s".
export function tookText(ms: number): string {
  if (ms < 1) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

export function fullTime(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

// One clock for every age on the page.
export function useNow(everyMs = 10_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return now;
}

// One field's values with their counts, to tick: values of one field are alternatives.

import { useState } from "react";

import type { FacetValue } from "../api/catalog";

const kShownAtFirst = 7;

export function FilterList({
  label,
  values,
  chosen,
  onChange,
  render = (value) => value,
}: {
  label: string;
  values: FacetValue[] | undefined;
  chosen: string[];
  onChange: (chosen: string[]) => void;
  render?: (value: string) => string;
}) {
  const [isWhole, setWhole] = useState(false);
  const all = withChosen(values ?? [], chosen);
  const shown = isWhole ? all : all.slice(0, kShownAtFirst);
  if (all.length === 0) return null;
  return (
    <fieldset className="filter">
      <legend>{label}</legend>
      {shown.map(({ value, count }) => {
        const isChosen = chosen.some((one) => same(one, value));
        return (
          <label key={value} className="filter-value" data-empty={count === 0 || undefined}>
            <input
              type="checkbox"
              checked={isChosen}
              onChange={() => {
                onChange(isChosen ? chosen.filter((one) => !same(one, value)) : [...chosen, value]);
              }}
            />
            <span className="truncate" title={render(value)}>
              {render(value)}
            </span>
            <span className="filter-count">{count}</span>
          </label>
        );
      })}
      {all.length > shown.length && (
        <button
          type="button"
          className="text-button"
          onClick={() => {
            setWhole(true);
          }}
        >
          {all.length - shown.length} more
        </button>
      )}
    </fieldset>
  );
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

// Most frequent first; what is ticked stays visible even when nothing has it any more.
function withChosen(values: FacetValue[], chosen: string[]): FacetValue[] {
  const missing = chosen.filter((one) => !values.some(({ value }) => same(value, one)));
  const sorted = [...values].sort((a, b) => b.count - a.count || a.value.localeCompare(b.value));
  return [...missing.map((value) => ({ value, count: 0 })), ...sorted];
}

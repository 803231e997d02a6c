// Ctrl K: type a few letters of an entity, an object, a kind or a page, and Enter goes there.

import { useDeferredValue, useEffect, useId, useRef, useState } from "react";
import type { KeyboardEvent } from "react";

import "./palette.css";
import { navigate } from "../../lib/router";
import { Key } from "../basics";
import { Dialog } from "../dialog";
import { Icon } from "../icon";
import { usePaletteItems } from "./items";
import type { PaletteItem } from "./items";

export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLUListElement>(null);
  const { items, isSearching } = usePaletteItems(useDeferredValue(text));
  const current = Math.min(at, items.length - 1);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current, items]);

  const choose = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    if (item.to !== undefined) navigate(item.to);
    item.run?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      if (items.length > 0) setAt((current + step + items.length) % items.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(items[current]);
    }
  };

  return (
    <Dialog label="Search or jump to" className="dialog palette" onClose={onClose}>
      <div className="palette-input">
        <Icon name="search" />
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={items[current] ? `${listId}-${current}` : undefined}
          aria-label="Search or jump to"
          placeholder="Search entities, objects and pages"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Key>Esc</Key>
      </div>
      <ul className="palette-list" role="listbox" id={listId} ref={list} aria-label="Results">
        {items.map((item, index) => (
          <PaletteRow
            key={item.id}
            item={item}
            id={`${listId}-${index}`}
            heading={items[index - 1]?.section === item.section ? undefined : item.section}
            isSelected={index === current}
            onPoint={() => {
              setAt(index);
            }}
            onChoose={() => {
              choose(item);
            }}
          />
        ))}
      </ul>
      {items.length === 0 && (
        <p className="palette-none">{isSearching ? "Searching…" : `Nothing is called “${text}”`}</p>
      )}
    </Dialog>
  );
}

function PaletteRow({
  item,
  id,
  heading,
  isSelected,
  onPoint,
  onChoose,
}: {
  item: PaletteItem;
  id: string;
  heading?: string;
  isSelected: boolean;
  onPoint: () => void;
  onChoose: () => void;
}) {
  return (
    <>
      {heading && (
        <li role="presentation" className="palette-heading">
          {heading}
        </li>
      )}
      <li
        role="option"
        id={id}
        aria-selected={isSelected}
        className="palette-row"
        onMouseMove={onPoint}
        onClick={onChoose}
      >
        <span className="palette-icon">{item.icon}</span>
        <span className="palette-label">{item.label}</span>
        <span className="palette-detail">{item.detail}</span>
        {isSelected && <Icon name="right" size={12} />}
      </li>
    </>
  );
}

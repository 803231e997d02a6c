// Which part of a picture its frame shows, and how large: fitted at first, then as the reader moves it.

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { PointerEvent as ReactPointerEvent, RefObject } from "react";

import type { Point } from "../../lib/layout";

interface View {
  x: number;
  y: number;
  scale: number;
}

const kMargin = 24;
const kTools = 30; // the buttons below; nothing lies under them at first
const kScaleMin = 0.25;
const kScaleMax = 2;
// Smaller than this nobody can read; then the picture is larger than its frame, and the root is in the middle.
const kReadable = 0.56;
const kDragMin = 4;

export function fitted(frame: { width: number; height: number }, width: number, height: number, root?: Point): View {
  const fits = Math.min((frame.width - 2 * kMargin) / width, (frame.height - 2 * kMargin) / height, 1);
  const scale = Math.max(fits, kReadable);
  if (fits >= kReadable || !root) {
    return { scale, x: (frame.width - width * scale) / 2, y: (frame.height - height * scale) / 2 };
  }
  const along = (size: number, whole: number, middle: number) =>
    whole * scale + 2 * kMargin <= size
      ? (size - whole * scale) / 2
      : Math.min(kMargin, Math.max(size - whole * scale - kMargin, size / 2 - middle * scale));
  return { scale, x: along(frame.width, width, root.x), y: along(frame.height, height, root.y) };
}

export function useView(frame: RefObject<HTMLDivElement | null>, width: number, height: number, root?: Point) {
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const drag = useRef<{ x: number; y: number; view: View; hasMoved: boolean } | null>(null);
  const { x: rootX, y: rootY } = root ?? {};

  const fit = useCallback(() => {
    const size = frame.current?.getBoundingClientRect();
    if (!size || width === 0 || height === 0) return;
    const middle = rootX === undefined || rootY === undefined ? undefined : { x: rootX, y: rootY };
    setView(fitted({ width: size.width, height: size.height - kTools }, width, height, middle));
  }, [frame, width, height, rootX, rootY]);

  useLayoutEffect(fit, [fit]);
  useEffect(() => {
    const element = frame.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [frame, fit]);

  const zoomAt = useCallback((factor: number, x: number, y: number) => {
    setView((now) => {
      const scale = Math.min(kScaleMax, Math.max(kScaleMin, now.scale * factor));
      const grown = scale / now.scale;
      return { scale, x: x - (x - now.x) * grown, y: y - (y - now.y) * grown };
    });
  }, []);

  // Not React's handler: those are passive, and the page would be zoomed as well.
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoomAt(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      element.removeEventListener("wheel", onWheel);
    };
  }, [frame, zoomAt]);

  const zoom = (factor: number) => {
    const box = frame.current?.getBoundingClientRect();
    if (box) zoomAt(factor, box.width / 2, box.height / 2);
  };

  const reveal = (point: Point) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return;
    setView((now) => {
      const x = now.x + point.x * now.scale;
      const y = now.y + point.y * now.scale;
      const isInside = x > 60 && x < box.width - 60 && y > 30 && y < box.height - 30;
      return isInside ? now : { ...now, x: box.width / 2 - point.x * now.scale, y: box.height / 2 - point.y * now.scale };
    });
  };

  const handlers = {
    onPointerDown: (event: ReactPointerEvent) => {
      if (event.button !== 0) return;
      drag.current = { x: event.clientX, y: event.clientY, view, hasMoved: false };
    },
    onPointerMove: (event: ReactPointerEvent) => {
      const start = drag.current;
      if (!start) return;
      const dx = event.clientX - start.x;
      const dy = event.clientY - start.y;
      if (!start.hasMoved && Math.hypot(dx, dy) < kDragMin) return;
      if (!start.hasMoved) event.currentTarget.setPointerCapture(event.pointerId);
      start.hasMoved = true;
      setView({ ...start.view, x: start.view.x + dx, y: start.view.y + dy });
    },
    onPointerUp: () => {
      const hasMoved = drag.current?.hasMoved;
      // The click that ends a drag is no click on a node.
      setTimeout(() => {
        drag.current = null;
      }, 0);
      if (!hasMoved) drag.current = null;
    },
    onPointerCancel: () => {
      drag.current = null;
    },
    onClickCapture: (event: { preventDefault: () => void; stopPropagation: () => void }) => {
      if (!drag.current?.hasMoved) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };

  return {
    transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
    fit,
    zoom,
    reveal,
    handlers,
  };
}

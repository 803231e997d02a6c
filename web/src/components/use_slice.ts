// The slice of a long table that its scrolled frame shows.

import { useEffect, useState } from "react";
import type { RefObject } from "react";

import { sliceOf } from "../lib/window_rows";
import type { Slice } from "../lib/window_rows";

const kFirstHeight = 900; // until the frame has been measured

export function useSlice(
  frame: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  isActive: boolean,
): Slice {
  const [place, setPlace] = useState({ top: 0, height: kFirstHeight });
  useEffect(() => {
    const element = frame.current;
    if (!element || !isActive) return;
    const measure = () => {
      setPlace({ top: element.scrollTop, height: element.clientHeight || kFirstHeight });
    };
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    const observer = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(measure);
    observer?.observe(element);
    return () => {
      element.removeEventListener("scroll", measure);
      observer?.disconnect();
    };
  }, [frame, isActive]);
  return isActive ? sliceOf(count, rowHeight, place.top, place.height) : { first: 0, end: count };
}

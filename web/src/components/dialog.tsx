// A question above the page. The browser's own dialog keeps focus inside and closes on Escape.

import { useEffect, useRef } from "react";
import type { ReactNode } from "react";

export function Dialog({
  label,
  className = "dialog",
  onClose,
  children,
}: {
  label: string;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    // A browser goes to the first thing that can have the focus, which is the button that closes; React's autoFocus comes
    // too early, while the dialog is still hidden.
    element?.querySelector<HTMLElement>("[data-first-focus]")?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        // The dialog itself is only hit beside its content: on the backdrop.
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-content">{children}</div>
    </dialog>
  );
}

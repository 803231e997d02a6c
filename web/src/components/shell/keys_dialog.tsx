// The keys that work everywhere.

import { IconButton, Key } from "../basics";
import { Dialog } from "../dialog";

const kKeys: [string[], string][] = [
  [["Ctrl K", "⌘ K"], "search, or jump to any entity, object or page"],
  [["/"], "go to the page's search box"],
  [["j", "k"], "next and previous row of a list"],
  [["Enter"], "open the row"],
  [["Esc"], "close, or empty the search box"],
  [["← ↑ ↓ →"], "walk through a relation graph"],
  [["?"], "this list"],
];

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog label="Keyboard shortcuts" onClose={onClose}>
      <header className="dialog-head">
        <h2>Keyboard shortcuts</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <dl className="keys">
        {kKeys.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

import { useEffect, useMemo, useState } from "react";
import { get } from "./api/client";
import type { Of } from "./api/types";
import { go } from "./lib/route";
import { places } from "./frame";
import { Button } from "./ui/basics";
import { Dialog, Palette } from "./ui/layers";

interface Act {
  name: string;
  kind: string;
  run: () => void;
}

/** Go to, find, do: everything by a few letters. */
export function Finder({ close, signOut }: { close: () => void; signOut: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [channels, setChannels] = useState<string[]>([]);

  useEffect(() => {
    get<Of<"ChannelList">>("/channels")
      .then((list) => setChannels(list.channels.map((channel) => channel.name)))
      .catch(() => setChannels([])); // The rest of the palette works without.
  }, []);

  const acts = useMemo<Act[]>(() => {
    const asked = text.trim();
    const direct: Act[] = [];
    if (/^req_[0-9a-f]{32}$/i.test(asked)) {
      direct.push({ name: asked, kind: "Show request", run: () => go(["requests"], { open: asked }) });
    } else if (asked.startsWith("grant_")) {
      direct.push({ name: asked, kind: "Show grant", run: () => go(["grants"], { open: asked }) });
    } else if (/^rel_[0-9a-f]{8,}$/i.test(asked)) {
      direct.push({ name: asked, kind: "Show release", run: () => go(["channels", "releases"], { open: asked }) });
    }
    const all: Act[] = [
      ...places.map((one) => ({ name: one.name, kind: "Go to", run: () => go([one.path]) })),
      { name: "Create key", kind: "Do", run: () => go(["start"]) },
      { name: "New grant", kind: "Do", run: () => go(["grants"], { new: "1" }) },
      { name: "Check a schema", kind: "Do", run: () => go(["contracts"]) },
      { name: "Keys", kind: "Go to", run: () => go(["grants", "keys"]) },
      { name: "Audit", kind: "Go to", run: () => go(["grants", "audit"]) },
      { name: "Releases", kind: "Go to", run: () => go(["channels", "releases"]) },
      { name: "Timeline", kind: "Go to", run: () => go(["channels", "timeline"]) },
      { name: "Dialect matrix", kind: "Go to", run: () => go(["contracts", "matrix"]) },
      { name: "Models and prices", kind: "Go to", run: () => go(["settings", "models"]) },
      ...channels.map((name) => ({ name, kind: "Channel", run: () => go(["channels", "of", name]) })),
      ...channels.map((name) => ({ name: `Roll back ${name}`, kind: "Do", run: () => go(["channels", "of", name], { rollback: "1" }) })),
      { name: "Sign out", kind: "Do", run: signOut },
    ];
    const parts = asked.toLowerCase().split(/\s+/).filter(Boolean);
    return [...direct, ...all.filter((act) => parts.every((part) => `${act.kind} ${act.name}`.toLowerCase().includes(part)))].slice(0, 40);
  }, [text, channels, signOut]);

  const chosen = Math.min(at, Math.max(0, acts.length - 1));
  const run = (act: Act | undefined) => {
    if (act) {
      close();
      act.run();
    }
  };

  return (
    <Palette label="Find and do" close={close}>
      <input
        data-first
        placeholder="A page, a channel, a request's id…"
        aria-label="Find and do"
        role="combobox"
        aria-expanded="true"
        aria-controls="found"
        aria-activedescendant={acts.length > 0 ? `found-${chosen}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            setAt((chosen + (event.key === "ArrowDown" ? 1 : acts.length - 1)) % Math.max(1, acts.length));
          } else if (event.key === "Enter") {
            event.preventDefault();
            run(acts[chosen]);
          }
        }}
      />
      <ul id="found" role="listbox" aria-label="Found">
        {acts.map((act, i) => (
          <li key={`${act.kind} ${act.name}`} id={`found-${i}`} role="option" aria-selected={i === chosen} onMouseMove={() => setAt(i)} onClick={() => run(act)}>
            <span className="cut">{act.name}</span>
            <small>{act.kind}</small>
          </li>
        ))}
        {acts.length === 0 && (
          <li role="option" aria-selected="false" aria-disabled="true" className="quiet">
            Nothing is called that.
          </li>
        )}
      </ul>
    </Palette>
  );
}

export function Help({ close }: { close: () => void }) {
  const keys: [string, string][] = [
    ["Ctrl K", "Find a page, a channel, a request; do something"],
    ["/", "Search on this page"],
    ["?", "This help"],
    ["j  k", "Down and up in a list"],
    ["Enter", "Open what is chosen"],
    ["Esc", "Close what is open"],
    ...places.map((one): [string, string] => [`g ${one.key}`, `Go to ${one.name}`]),
  ];
  return (
    <Dialog title="Keys" close={close} acts={<Button onClick={close}>Close</Button>}>
      <dl className="facts">
        {keys.map(([key, what]) => (
          <div key={key} style={{ display: "contents" }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="small quiet">Every page has “CLI / API”: the command and the call that show or do the same.</p>
    </Dialog>
  );
}

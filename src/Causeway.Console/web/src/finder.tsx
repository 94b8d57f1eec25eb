import { useEffect, useMemo, useState } from "react";
import { get } from "./api/client";
import type { Of } from "./api/types";
import { go } from "./lib/route";
import { useMay, useWho } from "./lib/may";
import { useSavedViews } from "./lib/views";
import { placesOf } from "./frame";
import { Button } from "./ui/basics";
import { Dialog, Palette } from "./ui/layers";

interface Act {
  name: string;
  kind: string;
  run: () => void;
}

const doings: { name: string; needs: string; run: () => void }[] = [
  { name: "Create key", needs: "create_key", run: () => go(["start"]) },
  { name: "New grant", needs: "create_grant", run: () => go(["grants"], { new: "1" }) },
  { name: "New channel", needs: "create_channel", run: () => go(["channels"], { new: "1" }) },
  { name: "New release", needs: "create_release", run: () => go(["channels", "releases"], { new: "1" }) },
  { name: "New agreement", needs: "create_agreement", run: () => go(["settings", "agreements"], { new: "1" }) },
  { name: "Check a schema", needs: "check_contract", run: () => go(["contracts"]) },
];

const parts: { name: string; path: string[] }[] = [
  { name: "Explain the change", path: ["spend", "explain"] },
  { name: "Keys", path: ["grants", "keys"] },
  { name: "Audit", path: ["grants", "audit"] },
  { name: "Releases", path: ["channels", "releases"] },
  { name: "Timeline", path: ["channels", "timeline"] },
  { name: "Sentinel", path: ["channels", "sentinel"] },
  { name: "Agreements", path: ["settings", "agreements"] },
  { name: "Teams", path: ["settings", "teams"] },
  { name: "People and roles", path: ["settings", "people"] },
  { name: "Capture", path: ["settings", "capture"] },
  { name: "Policy", path: ["settings", "policy"] },
  { name: "Unused grants", path: ["grants", "review"] },
  { name: "Runs", path: ["grants", "runs"] },
  { name: "Quarantine", path: ["channels", "quarantine"] },
  { name: "Registered contracts", path: ["contracts", "registered"] },
  { name: "Drift of dialects", path: ["contracts", "drift"] },
  { name: "Residency", path: ["settings", "residency"] },
  { name: "Dialect matrix", path: ["contracts", "matrix"] },
  { name: "Models and prices", path: ["settings", "models"] },
  { name: "Instances", path: ["settings", "instances"] },
];

/** Go to, find, do: everything by a few letters. */
export function Finder({ close, signOut }: { close: () => void; signOut: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [channels, setChannels] = useState<string[]>([]);
  const who = useWho();
  const may = useMay();
  const views = useSavedViews();

  useEffect(() => {
    if (who.key) {
      return;
    }
    get<Of<"ChannelList">>("/channels")
      .then((list) => setChannels(list.channels.map((channel) => channel.name)))
      .catch(() => setChannels([])); // The rest of the palette works without.
  }, [who]);

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
      ...placesOf(who).map((one) => ({ name: one.name, kind: "Go to", run: () => go([one.path]) })),
      ...doings.filter((one) => may(one.needs)).map((one) => ({ name: one.name, kind: "Do", run: one.run })),
      ...views.map((one) => ({ name: one.name, kind: "View", run: () => (window.location.hash = one.hash) })),
      ...(who.key ? [] : parts.map((one) => ({ name: one.name, kind: "Go to", run: () => go(one.path) }))),
      ...channels.map((name) => ({ name, kind: "Channel", run: () => go(["channels", "of", name]) })),
      ...(may("roll_back_channel") ? channels.map((name) => ({ name: `Roll back ${name}`, kind: "Do", run: () => go(["channels", "of", name], { rollback: "1" }) })) : []),
      { name: "Sign out", kind: "Do", run: signOut },
    ];
    const letters = asked.toLowerCase().split(/\s+/).filter(Boolean);
    return [...direct, ...all.filter((act) => letters.every((part) => `${act.kind} ${act.name}`.toLowerCase().includes(part)))].slice(0, 40);
  }, [text, channels, signOut, who, may, views]);

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
  const who = useWho();
  const keys: [string, string][] = [
    ["Ctrl K", "Find a page, a channel, a request; do something"],
    ["/", "Search on this page"],
    ["?", "This help"],
    ["j  k", "Down and up in a list"],
    ["Enter", "Open what is chosen"],
    ["Esc", "Close what is open"],
    ...placesOf(who).map((one): [string, string] => [`g ${one.key}`, `Go to ${one.name}`]),
  ];
  return (
    <Dialog title="Keys" close={close} acts={<Button onClick={close}>Close</Button>}>
      <dl className="facts">
        {keys.map(([key, what]) => (
          <div key={key} className="whole">
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

import { useEffect, useRef, useState, type ReactNode } from "react";
import { address, type Query } from "../api/client";
import { href, setQuery, useRoute } from "../lib/route";
import { Button, Code } from "./basics";
import { Dialog } from "./layers";

export interface Behind {
  /** The command that shows or does the same. */
  cli: string;
  /** The call behind the page. */
  method?: string;
  path: string;
  query?: Query;
  body?: unknown;
}

/** A page's head: what it answers, what can be done, and how to do the same without the console. */
export function Head({ title, says, acts, behind }: { title: ReactNode; says?: ReactNode; acts?: ReactNode; behind?: Behind }) {
  const [shown, setShown] = useState(false);
  return (
    <div className="head">
      <div className="what">
        <h1>{title}</h1>
        {says && <p>{says}</p>}
      </div>
      {acts}
      {behind && (
        <Button look="plain" icon="terminal" onClick={() => setShown(true)} title="The command and the call behind this page">
          CLI / API
        </Button>
      )}
      {shown && behind && <BehindDialog behind={behind} close={() => setShown(false)} />}
    </div>
  );
}

function BehindDialog({ behind, close }: { behind: Behind; close: () => void }) {
  const url = address(behind.path, behind.query);
  const method = behind.method ?? "GET";
  const call = [
    `curl -s ${method === "GET" ? "" : `-X ${method} `}"$CAUSEWAY_URL/api/v1/${url.pathname.split("/api/v1/")[1] ?? ""}${url.search}" \\`,
    `  -H "Authorization: Bearer $CAUSEWAY_TOKEN"${behind.body === undefined ? "" : ` -H "Content-Type: application/json" \\\n  -d '${JSON.stringify(behind.body)}'`}`,
  ].join("\n");
  return (
    <Dialog title="The same, without the console" close={close} acts={<Button onClick={close}>Close</Button>}>
      <div className="stack tight">
        <h3>As CLI</h3>
        <Code text={behind.cli} label="the command" />
      </div>
      <div className="stack tight">
        <h3>As API</h3>
        <Code text={call} label="the call" />
      </div>
    </Dialog>
  );
}

/** Parts of a view, each with an address of its own. */
export function Tabs({ label, base, parts, now }: { label: string; base: string[]; parts: [string, string][]; now: string }) {
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    // Where there is no room for all of them, the one that is shown is in sight.
    const current = strip.current?.querySelector<HTMLElement>("[aria-current]");
    if (strip.current && current) {
      strip.current.scrollLeft = Math.max(0, current.offsetLeft - strip.current.offsetLeft - (strip.current.clientWidth - current.clientWidth) / 2);
    }
  }, [now]);
  return (
    <nav className="tabs" aria-label={label} ref={strip}>
      {parts.map(([path, name]) => (
        <a key={path} href={href(path ? [...base, path] : base)} aria-current={path === now ? "page" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

/** Narrows what is below it by a text, which is in the address. */
export function Find({ label, placeholder, maxLength }: { label: string; placeholder: string; maxLength?: number }) {
  const { query } = useRoute();
  return <input className="input grow" data-search maxLength={maxLength} aria-label={label} placeholder={placeholder} value={query.get("find") ?? ""} onChange={(event) => setQuery({ find: event.target.value }, true)} />;
}

/** Further back, and to the newest again. The place is in the address under a name. */
export function Pager({ older, name = "before" }: { older: string | null | undefined; name?: string }) {
  const { query } = useRoute();
  return older || query.has(name) ? (
    <div className="waiting">
      {query.has(name) && <Button onClick={() => setQuery({ [name]: null })}>The newest</Button>}
      {older && <Button onClick={() => setQuery({ [name]: older })}>Older</Button>}
    </div>
  ) : null;
}

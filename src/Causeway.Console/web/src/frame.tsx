import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { get } from "./api/client";
import type { Of } from "./api/types";
import { ago, plural } from "./lib/format";
import { useEvents, useLive } from "./lib/events";
import { Inboxed } from "./lib/inbox";
import { useLoad, useThrottled } from "./lib/load";
import { useMay, useWho, type Who } from "./lib/may";
import { go, href, replace, useRoute } from "./lib/route";
import { useScope, within } from "./lib/scope";
import { applyTheme, nextTheme, theme } from "./lib/theme";
import { Finder, Help } from "./finder";
import { ScopeBar } from "./scopebar";
import { Button, Empty, Skeleton, Tag } from "./ui/basics";
import { Boundary } from "./ui/boundary";
import { Icon } from "./ui/icons";
import { isLayered } from "./ui/layers";
import { Head } from "./ui/page";
import { Overview } from "./views/overview";
import { Start } from "./views/start";

const Mine = lazy(() => import("./views/mine"));
const Requests = lazy(() => import("./views/requests"));
const Spend = lazy(() => import("./views/spend"));
const Explain = lazy(() => import("./views/explain"));
const Grants = lazy(() => import("./views/grants"));
const Inbox = lazy(() => import("./views/inbox"));
const Channels = lazy(() => import("./views/channels"));
const Contracts = lazy(() => import("./views/contracts"));
const Shadow = lazy(() => import("./views/shadow"));
const Settings = lazy(() => import("./views/settings"));

interface Place {
  path: string;
  name: string;
  icon: string;
  key: string;
  /** What one has to be allowed to do for it to be of use. */
  needs?: string;
}

const places: Place[] = [
  { path: "start", name: "Get started", icon: "start", key: "g", needs: "create_key" },
  { path: "overview", name: "Overview", icon: "overview", key: "o" },
  { path: "requests", name: "Requests", icon: "requests", key: "r" },
  { path: "spend", name: "Spend", icon: "spend", key: "s" },
  { path: "grants", name: "Grants", icon: "grants", key: "b" },
  { path: "approvals", name: "Approvals", icon: "inbox", key: "a" },
  { path: "channels", name: "Channels", icon: "channels", key: "c" },
  { path: "contracts", name: "Contracts", icon: "contracts", key: "t" },
  { path: "shadow", name: "Shadow usage", icon: "shadow", key: "h" },
  { path: "settings", name: "Settings", icon: "settings", key: "," },
];

// Whoever signed in with a key looks at what is its own.
const ofKeys = ["overview", "requests", "spend", "grants", "approvals"];

/** Where somebody can go: no page that is empty to them. */
export function placesOf(who: Who): Place[] {
  return places.filter((one) => (who.key ? ofKeys.includes(one.path) : !one.needs || who.may.includes(one.needs)));
}

function view(path: string[], who: Who): ReactNode {
  if (path[0] && places.some((one) => one.path === path[0]) && !placesOf(who).some((one) => one.path === path[0])) {
    return (
      <>
        <Head title="Not for you" />
        <div className="card">
          <Empty title={who.key ? "A key does not open this" : "Your roles do not allow what this page is for"}>
            <p>{who.key ? "Sign in with an operator's token to see it." : `You have ${who.roles?.join(", ") || "no role"}. Roles are given in admin.operators of the configuration.`}</p>
            <a href={href(["overview"])}>Go to the overview</a>
          </Empty>
        </div>
      </>
    );
  }

  switch (path[0] ?? "overview") {
    case "sign-in": // Typed by hand: who is here is signed in, and goes on to the overview.
      return null;
    case "start":
      return <Start />;
    case "overview":
      return who.key ? <Mine /> : <Overview />;
    case "requests":
      return <Requests />;
    case "spend":
      return path[1] === "explain" && !who.key ? <Explain /> : <Spend />;
    case "grants":
      return <Grants />;
    case "approvals":
      return <Inbox />;
    case "channels":
      return <Channels />;
    case "contracts":
      return <Contracts />;
    case "shadow":
      return <Shadow />;
    case "settings":
      return <Settings />;
    default:
      return (
        <>
          <Head title="There is no such page" />
          <Empty title="The address leads nowhere">
            <a href={href(["overview"])}>Go to the overview</a>
          </Empty>
        </>
      );
  }
}

export function Frame({ signOut }: { signOut: () => void }) {
  const who = useWho();
  const open = placesOf(who);
  const { path, query } = useRoute();
  const place = path[0] ?? "overview";
  const isProd = query.get("env") === "prod"; // A thin red line: what is looked at is in production.
  const [menu, setMenu] = useState(false);
  const [layer, setLayer] = useState<"finder" | "help" | null>(null);
  const { inbox, waiting } = useWaiting(place);
  const scope = useScope();

  useEffect(() => {
    setMenu(false);
    document.title = `${places.find((one) => one.path === place)?.name ?? "Causeway"} · Causeway`;
  }, [place]);

  useEffect(() => {
    if (place === "sign-in") {
      replace(["overview"]);
    }
  }, [place]);

  useEffect(() => {
    let isGoing = false;
    const hear = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setLayer((now) => (now === "finder" ? null : "finder"));
        return;
      }
      const target = event.target as HTMLElement;
      if (isLayered() || event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, [contenteditable]")) {
        return;
      }
      if (isGoing) {
        isGoing = false;
        const to = placesOf(who).find((one) => one.key === event.key);
        if (to) {
          event.preventDefault();
          go([to.path]);
        }
      } else if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>("[data-search]");
        event.preventDefault();
        if (search) {
          search.focus();
          search.select();
        } else {
          setLayer("finder");
        }
      } else if ((event.key === "j" || event.key === "k") && target === document.body) {
        event.preventDefault();
        document.querySelector<HTMLElement>("main tbody tr[tabindex], main [role=row][tabindex]")?.focus();
      } else if (event.key === "?") {
        setLayer("help");
      } else if (event.key === "g") {
        isGoing = true;
        setTimeout(() => (isGoing = false), 1_200);
      }
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [who]);

  return (
    <div className="frame">
      <nav className={`rail ${menu ? "open" : ""}`} aria-label="Main">
        <a className="brand" href={href(["overview"])}>
          <img src="./icon.svg" alt="" />
          Causeway
        </a>
        {open.map((one) => (
          <a key={one.path} className="place" href={within([one.path], scope)} aria-current={one.path === place ? "page" : undefined} onClick={() => setMenu(false)}>
            <Icon name={one.icon} />
            {one.name}
            {one.path === "approvals" && waiting > 0 && (
              <span className="tally" aria-label={`${waiting} waiting`}>
                {waiting}
              </span>
            )}
          </a>
        ))}
        <div className="foot">
          <div className="line">
            <span className="grow cut" title={who.ends ? `The session ends ${ago(who.ends)}` : undefined}>
              Signed in {who.key ? "with" : "as"} <strong>{who.key ? `${who.key.prefix}…` : who.name}</strong>
              {who.roles && who.roles.length > 0 && <small className="quiet cut block">{who.roles.join(", ")}</small>}
              {who.key && <small className="quiet cut block">{`${who.key.team} / ${who.key.feature} / ${who.key.env}`}</small>}
            </span>
            <Button look="plain" icon="out" aria-label="Sign out" title="Sign out" onClick={signOut} />
          </div>
        </div>
      </nav>
      <header className={`top ${isProd ? "prod" : ""}`}>
        <Button className="burger" look="plain" icon="menu" aria-label="Menu" aria-expanded={menu} onClick={() => setMenu(!menu)} />
        <button type="button" className="finder" onClick={() => setLayer("finder")} >
          <Icon name="search" />
          <span>Find and do</span>
          <kbd aria-hidden="true">Ctrl K</kbd>
        </button>
        <ScopeBar />
        <span className="push" />
        <LiveChip />
        <ThemeButton />
        <Button className="optional" look="plain" aria-label="Keys and help (?)" title="Keys and help (?)" onClick={() => setLayer("help")}>
          ?
        </Button>
      </header>
      <main className="page">
        <div className="inner">
          <Boundary key={place}>
            <Inboxed value={inbox}>
              <Suspense fallback={<Skeleton rows={8} />}>{view(path, who)}</Suspense>
            </Inboxed>
          </Boundary>
        </div>
      </main>
      {layer === "finder" && <Finder close={() => setLayer(null)} signOut={signOut} />}
      {layer === "help" && <Help close={() => setLayer(null)} />}
    </div>
  );
}

/** What waits for an approver, kept fresh by the events that change it. Who decides nothing is shown it on the overview alone. */
function useWaiting(place: string) {
  const who = useWho();
  const decides = useMay()("approve_raise");
  const inbox = useLoad(who.key === null && (decides || place === "overview") ? "inbox" : null, (signal) => get<Of<"RaiseInbox">>("/raises", {}, signal));
  const again = useThrottled(inbox.reload);
  useEvents("decision", (entry) => {
    if (entry.kind.startsWith("raise_") || entry.kind.startsWith("glass_")) {
      again();
    }
  });
  return { inbox, waiting: decides ? (inbox.value?.raises.length ?? 0) + (inbox.value?.glass.length ?? 0) : 0 };
}

function LiveChip() {
  const isKey = useWho().key !== null;
  const { connected, lostAt, state } = useLive();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((turn) => turn + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (lostAt !== null) {
    return (
      <Tag tone="bad" title="What is on screen may be old. The stream comes back by itself and catches up.">
        Not live · {ago(lostAt)}
      </Tag>
    );
  }
  if (!connected || !state) {
    return <span className="chip">Connecting…</span>;
  }
  if (!state.store) {
    return (
      <Tag tone="bad" title={state.problem ?? undefined}>
        Store away
      </Tag>
    );
  }
  return (
    <a href={isKey ? undefined : href(["settings", "instances"])}>
      <Tag tone={state.lagging > 0 ? "soon" : "good"} title={state.lagging > 0 ? `${state.lagging} have not applied the newest change` : "Live: changes show by themselves"}>
        {plural(state.instances, "instance")}
        <span className="optional"> · revision {state.revision}</span>
        {state.lagging > 0 && ` · ${state.lagging} behind`}
      </Tag>
    </a>
  );
}

function ThemeButton() {
  const [now, setNow] = useState(theme());
  return (
    <Button
      look="plain"
      icon="sun"
      aria-label={`Colours: ${now}`}
      title={`Colours: ${now}`}
      onClick={() => {
        const to = nextTheme();
        applyTheme(to);
        setNow(to);
      }}
    />
  );
}

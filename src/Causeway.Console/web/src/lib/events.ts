import { useEffect, useRef, useSyncExternalStore } from "react";
import { address, get } from "../api/client";
import type { Decision, TimelineEntry, Usage } from "../api/types";

export interface DeploymentState {
  revision: number;
  instances: number;
  lagging: number;
  open_requests: number;
  open_streams: number;
  store: boolean;
  problem: string | null;
}

export interface Heard {
  request: Usage;
  decision: Decision;
  timeline: TimelineEntry;
  skipped: { requests: number };
}

export interface Live {
  connected: boolean;
  /** When the stream was lost; null: it is there, or was never. */
  lostAt: number | null;
  state: DeploymentState | null;
}

let live: Live = { connected: false, lostAt: null, state: null };
let source: EventSource | null = null;
let again: ReturnType<typeof setTimeout> | undefined;
const watchers = new Set<() => void>();
const listeners: { [Kind in keyof Heard]: Set<(what: Heard[Kind]) => void> } = { request: new Set(), decision: new Set(), timeline: new Set(), skipped: new Set() };

const returned = new Set<() => void>();

/** Hears that the server is there again after it was away: what could not be read can be asked for again. */
export function onReturned(heard: () => void): () => void {
  returned.add(heard);
  return () => returned.delete(heard);
}

function say(next: Partial<Live>) {
  live = { ...live, ...next };
  watchers.forEach((one) => one());
}

/** One stream for the whole page. It comes back by itself and goes on behind the last event it saw. */
export function connect() {
  if (source) {
    return;
  }
  clearTimeout(again);
  source = new EventSource(address("/events"));
  source.addEventListener("open", () => {
    const wasLost = live.lostAt !== null;
    say({ connected: true, lostAt: null });
    if (wasLost) {
      returned.forEach((heard) => heard());
    }
  });
  source.addEventListener("state", (event) => say({ connected: true, lostAt: null, state: JSON.parse(event.data) }));
  for (const kind of Object.keys(listeners) as (keyof Heard)[]) {
    source.addEventListener(kind, (event) => {
      const what = JSON.parse((event as MessageEvent).data);
      (listeners[kind] as Set<(what: unknown) => void>).forEach((heard) => heard(what));
    });
  }
  source.addEventListener("error", () => {
    say({ connected: false, lostAt: live.lostAt ?? Date.now() });
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      again = setTimeout(() => {
        get("/session").then(connect, connect); // A session that is over is noticed by the first call.
      }, 3_000);
    }
  });
}

export function disconnect() {
  clearTimeout(again);
  source?.close();
  source = null;
  say({ connected: false, lostAt: null, state: null });
}

export function useLive(): Live {
  return useSyncExternalStore(
    (listen) => {
      watchers.add(listen);
      return () => watchers.delete(listen);
    },
    () => live,
  );
}

/** Hears events of a kind while the component is there. */
export function useEvents<Kind extends keyof Heard>(kind: Kind, heard: (what: Heard[Kind]) => void) {
  const latest = useRef(heard);
  useEffect(() => {
    latest.current = heard;
  });
  useEffect(() => {
    const listen = (what: Heard[Kind]) => latest.current(what);
    listeners[kind].add(listen);
    return () => {
      listeners[kind].delete(listen);
    };
  }, [kind]);
}

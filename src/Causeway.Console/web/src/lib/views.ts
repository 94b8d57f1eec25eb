import { useSyncExternalStore } from "react";

/** A place with its filters under a name, kept in this browser. It is an address and nothing else, so it can be sent to anybody. */
export interface SavedView {
  name: string;
  /** The address after the #. */
  hash: string;
}

const key = "causeway.views";
const most = 100;
const heard = new Set<() => void>();
let views = read();

function read(): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one): one is SavedView => typeof one?.name === "string" && typeof one?.hash === "string" && one.hash.startsWith("#/")).slice(0, most) : [];
  } catch {
    return []; // Somebody else's, or none may be kept.
  }
}

function keep(next: SavedView[]) {
  views = next.slice(0, most);
  try {
    localStorage.setItem(key, JSON.stringify(views));
  } catch {
    // No room, or not allowed: they last as long as the page.
  }
  heard.forEach((one) => one());
}

// Another tab saved one.
window.addEventListener("storage", (event) => {
  if (event.key === key) {
    views = read();
    heard.forEach((one) => one());
  }
});

export function useSavedViews(): SavedView[] {
  return useSyncExternalStore(
    (listen) => {
      heard.add(listen);
      return () => heard.delete(listen);
    },
    () => views,
  );
}

/** One of that name is replaced. */
export function saveView(view: SavedView) {
  keep([...views.filter((one) => one.name !== view.name), view].sort((a, b) => a.name.localeCompare(b.name)));
}

export function dropView(name: string) {
  keep(views.filter((one) => one.name !== name));
}

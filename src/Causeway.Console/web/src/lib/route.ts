import { useSyncExternalStore } from "react";

/** Where the reader is. All of it is in the address after the #, so that a link shows the same and "back" works; secrets never are. */
export interface Route {
  path: string[];
  query: URLSearchParams;
}

let current = read();
const heard = new Set<() => void>();

function read(): Route {
  const [path = "", query = ""] = window.location.hash.replace(/^#\/?/, "").split("?");
  return { path: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
}

function changed() {
  current = read();
  heard.forEach((one) => one());
}

window.addEventListener("hashchange", changed);

export function useRoute(): Route {
  return useSyncExternalStore(
    (listen) => {
      heard.add(listen);
      return () => heard.delete(listen);
    },
    () => current,
  );
}

export function href(path: string[], query: URLSearchParams | Record<string, string | undefined | null> = {}): string {
  const search = query instanceof URLSearchParams ? query : new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]));
  const text = search.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

export function go(path: string[], query: URLSearchParams | Record<string, string | undefined | null> = {}) {
  window.location.hash = href(path, query);
}

/** Goes somewhere in place of where the reader is: "back" does not come here again. */
export function replace(path: string[]) {
  window.history.replaceState(null, "", href(path));
  changed();
}

/** What is open on a page, by the name that it has in the address: a link shows the same, and "back" closes it. */
export function useOpen(name: string): [string | null, (value: string | null) => void] {
  const { query } = useRoute();
  return [query.get(name), (value) => setQuery({ [name]: value })];
}

/** Changes a part of the query and stays on the page. */
export function setQuery(changes: Record<string, string | null | undefined>, replace = false) {
  const query = new URLSearchParams(current.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") {
      query.delete(name);
    } else {
      query.set(name, value);
    }
  }
  const to = href(current.path, query);
  if (replace) {
    window.history.replaceState(null, "", to);
    changed();
  } else {
    window.location.hash = to;
  }
}

/** Where the deployment is served from: the page is at PREFIX/console/. */
export const root = new URL("..", document.baseURI.split("#")[0]);

const api = new URL("api/v1/", root);

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface FieldProblem {
  field: string | null;
  message: string;
  pointer?: string | null;
  line?: number | null;
}

/** A no of the admin API (RFC 9457), or that there was no answer. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldProblem[] = [],
  ) {
    super(detail);
  }
}

/** What went wrong, whatever was thrown. */
export function problemOf(failure: unknown): Problem {
  return failure instanceof Problem ? failure : new Problem(0, "console_failed", "The console failed", String(failure));
}

export interface Reply<T> {
  value: T;
  etag: string | null;
  applied: string | null;
}

export function address(path: string, query: Query = {}): URL {
  const url = new URL(path.replace(/^\//, ""), api);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) {
      url.searchParams.set(name, String(value));
    }
  }
  return url;
}

const signedOut = new Set<() => void>();

/** Hears that the session is over. */
export function onSignedOut(heard: () => void): () => void {
  signedOut.add(heard);
  return () => signedOut.delete(heard);
}

interface Sent {
  query?: Query;
  body?: unknown;
  text?: string;
  file?: Blob;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export async function send<T>(method: string, path: string, sent: Sent = {}): Promise<Reply<T>> {
  const headers: Record<string, string> = { accept: "application/json", "x-causeway-console": "1", ...sent.headers };
  const init: RequestInit = { method, headers, credentials: "same-origin", signal: sent.signal ?? null };
  if (sent.file !== undefined) {
    headers["content-type"] = "application/octet-stream";
    init.body = sent.file;
  } else if (sent.text !== undefined) {
    init.body = sent.text;
  } else if (sent.body !== undefined) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(sent.body);
  }

  let response: Response;
  try {
    response = await fetch(address(path, sent.query), init);
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") {
      throw failure;
    }
    throw new Problem(0, "unreachable", "No answer", "The server does not answer. Is it running, and is this device connected?");
  }

  if (!response.ok) {
    const problem = await read(response);
    if (response.status === 401 && path !== "/session") {
      signedOut.forEach((heard) => heard());
    }
    throw problem;
  }

  const json = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    value: (json ? await response.json() : await response.text()) as T,
    etag: response.headers.get("etag"),
    applied: response.headers.get("x-causeway-applied"),
  };
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await send<T>("GET", path, { query, signal })).value;
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  return (await send<T>("POST", path, { body })).value;
}

async function read(response: Response): Promise<Problem> {
  try {
    const body = await response.json();
    return new Problem(response.status, body.code ?? "unknown", body.title ?? "Refused", body.detail ?? "", body.errors ?? []);
  } catch {
    return new Problem(response.status, "unknown", `Status ${response.status}`, "What answered is not this server's admin API. A proxy between may have answered.");
  }
}

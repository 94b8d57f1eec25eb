// What the cases of the console share: a browser that is signed in, and what is to be true of every page.
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, request as forward } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { input } from "./result.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Only what is on this machine is asked for: Chromium would look its maker's hosts up at every start.
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

// How many milliseconds an answer may come late, at random: a case that reads a page before it has what it shows is found by it.
const slow = Number(process.env.CAUSEWAY_SLOW_PAGES ?? 0);

/** Runs an action with a browser, and closes it whatever happens. */
export async function withBrowser(action) {
  const browser = await chromium.launch({ executablePath: input.chromium, args: quiet });
  try {
    return await action(browser);
  } finally {
    await browser.close();
  }
}

/** A page that keeps what went wrong in it: scripts that threw, what the content security policy stopped, addresses elsewhere. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(20_000);
  if (slow > 0) {
    await context.route(/\/(api\/v1|console\/assets)\//, async (route) => {
      if (route.request().resourceType() !== "eventsource") {
        await new Promise((passed) => setTimeout(passed, Math.random() * slow));
      }
      await route.continue().catch(() => {}); // The page may be gone.
    });
  }
  const page = await context.newPage();
  page.wrong = [];
  const home = new URL(input.console).origin; // As it is now: a case may open its next page at another instance.
  page.on("pageerror", (error) => page.wrong.push(`threw: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && !message.text().includes("the server responded with a status of") && page.wrong.push(message.text()));
  page.open = new Set(); // What it has asked and was not answered; its stream of events never ends.
  page.on("request", (request) => request.resourceType() !== "eventsource" && page.open.add(request));
  page.on("requestfinished", (request) => page.open.delete(request));
  page.on("requestfailed", (request) => page.open.delete(request));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== home && url.protocol !== "data:") {
      page.wrong.push(`asked ${url.origin}`);
    }
  });
  return page;
}

/** A page that is signed in, with the administrator's token where no other is given. */
export async function signedIn(browser, hash = "#/overview", options = {}, token = input.token) {
  const page = await open(browser, options);
  await page.goto(input.console + hash);
  await page.getByLabel("Administrator's or operator's token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1 }).filter({ hasNotText: "Sign in" }).first().waitFor();
  await answered(page);
  return page;
}

/** Goes to a view and waits until it has what it shows. */
export async function go(page, hash) {
  await page.goto(input.console + hash);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await answered(page);
}

/** Waits until a page was answered whatever it asked, and asks no more for a moment: what one answer leads to is asked within it. */
export async function answered(page, moment = 100) {
  for (let since = Date.now(); Date.now() - since < moment; ) {
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => drawn())));
    since = page.open.size > 0 ? Date.now() : since;
  }
}

/** What axe finds on a page as it is. */
export async function findings(page) {
  // Evaluated by the driver, so that the page's own policy need not allow it, and once: a view of the same page has it still.
  if (!(await page.evaluate(() => "axe" in window))) {
    await page.evaluate(axe);
  }
  return await page.evaluate(async () =>
    (await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] })).violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`),
  );
}

/** Whether a page scrolls sideways. */
export const isTooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);

/** Keeps a picture for people to look at, where there are any. */
export async function picture(page, name) {
  if (!input.pictures) {
    return;
  }
  mkdirSync(input.pictures, { recursive: true });
  await page.screenshot({ path: `${input.pictures}/${name}.png` });
}

/** The admin API, asked from outside of the browser. */
export async function api(method, path, body) {
  const response = await fetch(`${input.admin}api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${input.token}`, ...(body ? { "content-type": "application/json" } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${answer.code} ${answer.detail} ${JSON.stringify(answer.errors ?? "")}`);
  }
  return answer;
}

/** A request as any caller sends it, and its record: a caller has his answer a moment before the books have it, and a page that is opened in between is right not to show it. */
export async function ask(key, model, base = input.admin, headers = {}) {
  const response = await fetch(`${base}v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
  });
  const asked = { status: response.status, request: response.headers.get("x-causeway-request"), text: await response.text() };
  if (asked.status !== 401) {
    await booked(asked.request); // Of a key that is nobody's nothing is booked.
  }
  return asked;
}

/** Waits until a request is in the books. */
export async function booked(request) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const record = await fetch(`${input.admin}api/v1/usage/${request}`, { headers: { authorization: `Bearer ${input.token}` } });
    await record.text();
    if (record.ok) {
      return;
    }
  }
  throw new Error(`${request} was not booked within 20 s`);
}

/** A proxy that puts everything below a prefix, and takes it away again. With a key and a certificate it speaks TLS. */
export function proxy(prefix, port = 0, tls = null) {
  const target = new URL(input.admin);
  const handle = (incoming, outgoing) => {
    if (!incoming.url.startsWith(prefix)) {
      outgoing.writeHead(404).end();
      return;
    }
    const onward = forward(
      { host: target.hostname, port: target.port, method: incoming.method, path: incoming.url.slice(prefix.length), headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  };
  const server = tls ? createSecureServer(tls, handle) : createServer(handle);
  return new Promise((ready) => server.listen(port, "127.0.0.1", () => ready(server)));
}

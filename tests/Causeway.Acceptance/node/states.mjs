// Every page while the server thinks, and when it says no: what is missing is said by the page itself, and is made good without a reload.
import { signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";
import { views } from "./views.mjs";

// All but what is asked once for the frame, and the stream.
const framed = /\/api\/v1\/(session|events|identity)$/;
const everything = (url) => url.pathname.includes("/api/v1/") && !framed.test(url.pathname);
const nothing = () => false;
const refusal = { status: 503, contentType: "application/problem+json", body: JSON.stringify({ status: 503, code: "store_unavailable", title: "The store is away", detail: "The store does not answer. It is asked again with the next request." }) };

/** Opens a page as if by its link. */
async function visit(page, hash) {
  await page.goto("about:blank");
  await page.goto(input.console + hash);
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

const alerts = (page) => page.getByRole("main").getByRole("alert");
const loading = (page) => page.getByRole("main").getByRole("status", { name: "Loading" });

/** What is wrong with a page while it waits, and while it is refused. */
async function look(page, hash, asked) {
  const wrong = [];
  let release;
  const held = new Promise((go) => (release = go));
  await page.route(asked, async (route) => {
    await held;
    await route.continue().catch(() => {}); // The page may have gone on.
  });
  await visit(page, hash);
  await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor(); // Before it, what is waited for is the page's code.
  await loading(page).first().waitFor({ timeout: 15_000 }).catch(() => wrong.push("waits in silence"));
  release();
  await page.unrouteAll({ behavior: "wait" });
  await page.waitForFunction(() => !document.querySelector("main [aria-label=Loading]")).catch(() => wrong.push("waits for ever"));
  if ((await alerts(page).count()) > 0) {
    wrong.push(`complains of nothing: ${await alerts(page).first().innerText()}`);
  }

  await page.route(asked, (route) => route.fulfill(refusal));
  await visit(page, hash);
  const alert = alerts(page).filter({ hasText: "The store is away" }).first();
  const says = await alert.waitFor({ timeout: 3_000 }).then(() => true, () => wrong.push("keeps a refusal to itself"));
  await page.unrouteAll({ behavior: "wait" });
  if (says === true) {
    await alert.getByRole("button", { name: "Try again" }).click({ timeout: 2_000 }).catch(() => wrong.push("cannot be tried again"));
    await page.waitForFunction(() => !document.querySelector("main [role=alert]"), null, { timeout: 5_000 }).catch(() => wrong.push("complains on"));
  }
  return wrong;
}

await run({
  waiting: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser);
      const seen = {};
      for (const [name, hash] of Object.entries(views).filter(([name]) => name !== "start")) {
        const wrong = await look(page, hash, everything);
        if (wrong.length > 0) {
          seen[name] = wrong;
        }
      }
      // A page that asks nothing says nothing, and so does one that is not refused.
      const control = { waiting: await look(page, views.start, everything), refused: await look(page, views.spend, nothing) };
      return { looked: Object.keys(views).length - 1, seen, control, wrong: page.wrong };
    }),
});

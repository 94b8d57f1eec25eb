// A person in a browser at the OpenID provider's own pages, and at the console's.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, proxy, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

/** Signs in at the provider's page as somebody, and lets Causeway know. */
async function confirm(page, person) {
  await page.locator("input[name=login]").fill(person);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

/** A page on which nothing but the provider and the console is asked for. */
async function visitor(browser, options = {}) {
  const page = await open(browser, options);
  await page.route(/fonts\.googleapis\.com/, (route) => route.abort());
  return page;
}

const out = (page) => page.getByRole("heading", { name: "Sign in to Causeway" });

await run({
  /** Confirms the code that "causeway login" printed. */
  device: () =>
    withBrowser(async (browser) => {
      const page = await visitor(browser);
      await page.goto(input.verification);
      await page.getByRole("button", { name: "Continue" }).click();
      await confirm(page, input.person);
      await page.getByRole("heading", { name: "Sign-in Success" }).waitFor();
      return { said: await page.locator("p").first().innerText() };
    }),

  /** Declines it. */
  decline: () =>
    withBrowser(async (browser) => {
      const page = await visitor(browser);
      await page.goto(input.verification);
      await page.getByRole("button", { name: "Abort" }).click();
      return { said: await page.locator("p").first().innerText() };
    }),

  /** The same behind a proxy that ends TLS and puts everything below a prefix. */
  proxied: async () => {
    const folder = mkdtempSync(join(tmpdir(), "causeway-tls-"));
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(folder, name));
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", cert], { stdio: "ignore" });
    const server = await proxy("/gateway", input.port, { key: readFileSync(key), cert: readFileSync(cert) });
    try {
      input.console = `https://127.0.0.1:${input.port}/gateway/console/`;
      return await withBrowser(async (browser) => {
        const page = await visitor(browser, { ignoreHTTPSErrors: true });
        await page.goto(input.console);
        await page.getByRole("link", { name: "Continue with company" }).click();
        await confirm(page, input.person);
        await page.getByText("Signed in as").waitFor();
        const cookie = (await page.context().cookies(input.console)).find((one) => one.name === "causeway_session");
        return { address: page.url(), secure: cookie.secure };
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },

  /** Signs in to the console, looks around, uses the way back again, signs out. */
  console: () =>
    withBrowser(async (browser) => {
      const page = await visitor(browser);
      let callback = "";
      page.on("request", (request) => request.url().includes("/identity/callback?") && (callback = request.url()));
      await page.goto(input.console);
      await page.getByRole("link", { name: "Continue with company" }).click();
      await confirm(page, input.person);
      await page.getByText("Signed in as").waitFor();
      const name = await page.locator("strong", { hasText: "company:" }).first().innerText();
      const cookies = (await page.context().cookies(input.console)).filter((cookie) => cookie.name.startsWith("causeway")).map((cookie) => `${cookie.name} ${cookie.httpOnly} ${cookie.sameSite}`).sort();
      const address = page.url();

      // The same way back once more: its state was used, and its cookie is gone.
      const again = await page.context().newPage();
      await again.goto(callback);
      await again.getByText("Signed in as").waitFor(); // Still the session of before, and no new one.

      const stranger = await (await browser.newContext()).newPage();
      await stranger.goto(callback);
      await out(stranger).waitFor();
      const refused = await stranger.locator("main").innerText();

      await page.getByRole("button", { name: "Sign out" }).click();
      await out(page).waitFor();
      await again.reload();
      await out(again).waitFor();
      return { name, cookies, address, refused };
    }),
});

// A person in a browser at the OpenID provider's own pages, and at the console's.
import { open, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

/** Signs in at the provider's page as somebody, and lets Causeway know. */
async function confirm(page, person) {
  await page.locator("input[name=login]").fill(person);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

/** A page on which nothing but the provider and the console is asked for. */
async function visitor(browser) {
  const page = await open(browser);
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

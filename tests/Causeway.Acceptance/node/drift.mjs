// What answers behind a pin becomes something else, and somebody looks at it and accepts it.
import { api, ask, findings, go, isTooWide, picture, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

const pin = "openai/gpt-5.4-mini";
const other = "gpt-5.4-mini-of-tomorrow";

/** What the simulated vendor says that it is, from now on. */
async function named(model) {
  const response = await fetch(new URL("sim/script", input.more.providers), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ rules: [{ match: { vendor: "openai" }, then: { served_model: model } }] }),
  });
  if (!response.ok) {
    throw new Error(await response.text());
  }
}

await run({
  accepted: () =>
    withBrowser(async (browser) => {
      const release = await api("POST", "/releases", { label: "one", pins: [pin], allow_alias: true });
      const next = await api("POST", "/releases", { label: "two", pins: [pin], prompt: "Be brief.", allow_alias: true });
      await api("POST", "/channels", { name: "support", release: release.id });
      const { key } = await api("POST", "/keys", { team: "search", feature: "answers", env: "dev" });
      await ask(key, "support");
      const page = await signedIn(browser, "#/channels/sentinel");
      await page.getByRole("row").filter({ hasText: pin }).waitFor();
      const before = await page.getByRole("row").filter({ hasText: pin }).innerText();
      await api("POST", "/channels/support/rollout", {
        to: next.id,
        plan: { stages: [{ kind: "percent", ppm: 100_000, min_seconds: 0, min_units: 0 }, { kind: "percent", ppm: 500_000, min_seconds: 0, min_units: 0 }] },
        skip_drill: true,
        reason: "rehearsed elsewhere",
      });
      await named(other);
      for (let i = 0; i < 4; i++) {
        await ask(key, "support");
      }

      // It is told on the page that is open, with what it holds.
      const told = page.getByRole("alert").filter({ hasText: `Something else answers behind ${pin}` });
      await told.waitFor();
      const says = await told.innerText();
      const found = await findings(page);
      await picture(page, "drifted-light-1280");
      await told.getByRole("button", { name: "Look at it" }).click();
      const drawer = page.getByRole("dialog", { name: pin, exact: true });
      await drawer.getByText("drifted", { exact: true }).first().waitFor();
      const holds = await drawer.getByRole("list", { name: "Rollouts that it holds" }).innerText();
      await drawer.getByRole("button", { name: "Accept…" }).click();
      const dialog = page.getByRole("dialog", { name: `Accept what answers behind ${pin}` });
      const early = await dialog.getByRole("button", { name: "Accept it" }).isDisabled();
      found.push(...(await findings(page)));
      await picture(page, "accept-light-1280");
      const link = page.url();
      await dialog.getByLabel(/^Why is it sound/).fill("announced by the vendor");
      await dialog.getByRole("button", { name: "Accept it" }).click();
      await dialog.waitFor({ state: "detached" });
      await drawer.getByText("announced by the vendor").waitFor();
      await told.waitFor({ state: "detached" });
      const names = await drawer.getByText(other).count();

      // The same on a telephone, by its link: nothing is left to accept.
      const narrow = await signedIn(browser, new URL(link).hash, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
      await narrow.getByRole("dialog", { name: pin, exact: true }).waitFor();
      const offered = await narrow.getByRole("button", { name: /^Accept/ }).count();
      found.push(...(await findings(narrow)));
      const state = (await api("GET", "/sentinel")).pins.find((one) => one.pin === pin).state;
      return { before, says, holds, early, names, offered, state, found, wide: await isTooWide(narrow), wrong: [...page.wrong, ...narrow.wrong] };
    }),
});

// A channel's page over several instances: readiness, a drill, conversations, the cache, and a rollback whose acknowledgements are watched from two instances.
import { api, ask, findings, go, isTooWide, picture, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

const bases = input.more; // Every instance's address.

/** An action, and beside it another one, again and again until it is through. */
async function beside(again, action) {
  let isOver = false;
  const all = (async () => {
    while (!isOver) {
      await again();
    }
  })();
  try {
    await action();
  } finally {
    isOver = true;
    await all;
  }
}

await run({
  fleet: () =>
    withBrowser(async (browser) => {
      const one = await api("POST", "/releases", { label: "one", pins: ["openai/gpt-5.4-mini"], allow_alias: true });
      const two = await api("POST", "/releases", { label: "two", pins: ["anthropic/claude-sonnet-4-6", "openai/gpt-5.4-mini"], allow_alias: true });
      await api("POST", "/channels", { name: "support", release: one.id });
      const { key } = await api("POST", "/keys", { team: "search", feature: "answers", env: "dev" });
      const everywhere = async (many) => await Promise.all(Array.from({ length: many }, (_, i) => ask(key, "support", bases[i % bases.length])));
      const page = await signedIn(browser, "#/channels/of/support/keeping");
      const put = (what) => page.waitForResponse((response) => response.request().method() === "PUT" && response.url().endsWith(what));
      await Promise.all([put("/conversations"), page.getByLabel("Migrate").check()]);
      await Promise.all([put("/conversations"), page.getByLabel(/^What is said is kept/).selectOption("604800")]);
      await Promise.all([put("/cache"), page.getByLabel("An answer may be given again for").selectOption("3600")]);
      const conversations = await api("GET", "/channels/support/conversations");
      const kept = { cache: (await api("GET", "/channels/support/cache")).ttl_seconds, conversations: conversations.policy, transcripts: conversations.transcript_seconds };
      await Promise.all([put("/cache"), page.getByLabel("An answer may be given again for").selectOption("0")]);
      await picture(page, "keeping-light-1280");
      const found = await findings(page);
      await api("POST", "/channels/support/rollout", {
        to: two.id,
        plan: { stages: [{ kind: "percent", ppm: 900_000, min_seconds: 0, min_units: 0 }] },
        skip_drill: true,
        reason: "rehearsed elsewhere",
      });
      await everywhere(12);

      await go(page, "#/channels/of/support/readiness");
      await page.getByRole("list", { name: "Factors, the weakest first" }).first().waitFor();
      const before = await page.getByTestId("readiness").innerText();
      await page.getByRole("button", { name: "Ask the ways back" }).click();
      await page.getByTestId("readiness").getByText("answers", { exact: true }).first().waitFor();
      await page.getByRole("button", { name: "Rehearse the way back…" }).click();
      await page.getByRole("combobox", { name: /^Kind/ }).selectOption("full");
      await page.getByRole("textbox", { name: /^Seconds/ }).fill("3");
      const plan = await page.getByRole("dialog").locator(".notice").first().innerText();
      if (!plan.includes("live traffic")) {
        throw new Error(plan);
      }
      const row = page.getByRole("row").filter({ hasText: "full" });
      // Traffic all the time: a drill that sees none in its three seconds fails, and the page may be late to say that it has begun.
      await beside(() => everywhere(6), async () => {
        await page.getByRole("button", { name: "Begin" }).click();
        await page.getByText("A full drill is running").waitFor();
        await row.filter({ hasText: /passed|failed/ }).waitFor({ timeout: 60_000 });
      });
      const drill = await row.innerText();
      await row.click();
      await page.getByTestId("drill").waitFor();
      const shown = await page.getByTestId("drill").innerText();
      await picture(page, "drill-light-1280");
      await page.keyboard.press("Escape");
      found.push(...(await findings(page)));
      await picture(page, "readiness-light-1280");

      // The same page at another instance, open meanwhile: it hears of what the first does.
      const home = input.console;
      input.console = new URL("console/", bases[1]).href;
      const watcher = await signedIn(browser, "#/channels/of/support", { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
      input.console = home;
      await watcher.getByTestId("dry-run").waitFor();
      await go(page, "#/channels/of/support");
      await page.getByTestId("dry-run").waitFor();
      const dry = await page.getByTestId("dry-run").innerText();
      await page.getByRole("button", { name: /^Roll back to/ }).click();
      await page.getByRole("button", { name: "Roll back now" }).waitFor();
      await page.keyboard.press("Enter");
      const acks = async (tab) => {
        await tab.getByText("holds on all 3 instances").waitFor().catch(async (failure) => {
          throw new Error(`${failure.message}\n${await tab.getByRole("main").innerText()}`);
        });
        const values = await tab.getByRole("region", { name: "Acknowledgements" }).locator("[data-value]").evaluateAll((all) => all.map((one) => Number(one.dataset.value)));
        return { values, text: await tab.getByTestId("rollback-report").innerText() };
      };
      const here = await acks(page);
      const there = await acks(watcher);
      await picture(page, "rolledback-light-1280");
      await picture(watcher, "rolledback-dark-390");
      found.push(...(await findings(page)), ...(await findings(watcher)));
      const answered = await everywhere(9);
      const served = (await api("GET", "/channels/support")).release;
      return { kept, before, plan, drill, shown, dry, here, there, served: served === one.id, answered: answered.map((one) => one.status), found, wide: await isTooWide(watcher), wrong: [...page.wrong, ...watcher.wrong] };
    }),
});

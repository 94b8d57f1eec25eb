// What a page says where it could mislead: a filter that is none, a stage that reaches nobody, a command beside figures, names that are long and windows that are narrow.
import { api, ask, go, signedIn, withBrowser } from "./browser.mjs";
import { run } from "./result.mjs";

await run({
  words: () =>
    withBrowser(async (browser) => {
      const long = "a".repeat(60);
      const { key } = await api("POST", "/keys", { team: long, feature: "f".repeat(60), env: "dev" });
      const one = await api("POST", "/releases", { label: "one", pins: ["sim-openai/gpt-5.4-mini"], allow_alias: true });
      const two = await api("POST", "/releases", { label: "two", pins: ["sim-anthropic/claude-sonnet-4-6"], allow_alias: true });
      await api("POST", "/channels", { name: "support", release: one.id });
      await api("POST", "/channels/support/rollout", {
        to: two.id,
        plan: { stages: [{ kind: "shadow", ppm: 1_000_000, max_usd: 1, min_seconds: 0, min_units: 5 }, { kind: "percent", ppm: 100_000, min_seconds: 0, min_units: 5 }] },
        skip_drill: true,
        reason: "rehearsed in staging",
      });
      await ask(key, "gpt-5.4-mini");
      const page = await signedIn(browser, "#/sign-in", { viewport: { width: 1440, height: 860 } });
      await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor(); // Typed by hand it led nowhere.
      await go(page, "#/channels/of/support");
      const stages = await page.getByRole("list", { name: "Stages" }).innerText();
      await go(page, "#/requests");
      const fits = await page.getByRole("region", { name: "Requests" }).evaluate((table) => table.scrollWidth <= table.clientWidth);
      const whole = await page.getByTitle(long, { exact: true }).first().innerText();
      const filter = page.getByLabel("Filter requests");
      await filter.fill("outcom:failed");
      await filter.press("Enter");
      const stranger = await page.getByRole("alert").innerText();
      const kept = page.url();
      await filter.fill("outcome:completed");
      await filter.press("Enter");
      await page.waitForURL(/outcome=completed/);
      const told = await page.getByRole("alert").count();
      await go(page, "#/spend?since=24h");
      await page.getByRole("button", { name: "CLI / API" }).click();
      const [command, call] = [await page.getByRole("region", { name: "the command" }).innerText(), await page.getByRole("region", { name: "the call" }).innerText()];
      const since = [command.match(/--since (\S+)/)?.[1], decodeURIComponent(call.match(/since=([^&"]+)/)?.[1] ?? "")];
      await page.keyboard.press("Escape");
      const over = [];
      for (const width of [861, 1000, 1024, 1100, 1180]) {
        await page.setViewportSize({ width, height: 860 });
        const [period, chip] = [await page.getByLabel("Scope: period").boundingBox(), await page.locator(".top .tag").boundingBox()];
        over.push(...(period.x + period.width > chip.x ? [width] : []));
      }
      return { stages, fits, whole, stranger, kept, told, since, over, wrong: page.wrong };
    }),
});

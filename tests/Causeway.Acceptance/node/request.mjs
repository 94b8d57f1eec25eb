// The way that a request went, step by step and attempt by attempt, as the page draws and tells it.
import { api, ask, booked, findings, go, isTooWide, picture, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

/** Every row of the waterfall: its name, and in milliseconds when it began and how long it took. */
const rows = (page) =>
  page.locator("table.waterfall tbody tr").evaluateAll((all) =>
    all.map((row) => ({
      name: row.querySelector("th").innerText.replaceAll(/\s+/g, " "),
      attempt: row.querySelector(".attempt") !== null,
      from: Number(row.querySelectorAll("[data-value]")[0].dataset.value),
      took: Number(row.querySelectorAll("[data-value]")[1].dataset.value),
    })),
  );

await run({
  batch: () =>
    withBrowser(async (browser) => {
      const { key } = await api("POST", "/keys", { team: "search", feature: "nightly", env: "dev" });
      const body = { requests: [{ custom_id: "a", params: { model: "claude-sonnet-4-6", max_tokens: 100, messages: [{ role: "user", content: "Hello" }] } }] };
      const taken = await fetch(`${input.admin}passthrough/anthropic/v1/messages/batches`, { method: "POST", headers: { "x-api-key": key, "content-type": "application/json" }, body: JSON.stringify(body) });
      const { id } = await taken.json();
      const request = taken.headers.get("x-causeway-request");
      await booked(request);
      const page = await signedIn(browser, `#/requests?open=${request}`);
      const section = page.getByRole("dialog").locator("section").filter({ has: page.getByRole("heading", { name: "Batch" }) });
      await section.getByText(id).waitFor();
      return { id, told: await section.innerText(), listed: (await api("GET", "/batches?state=open")).batches.map((one) => one.id), found: await findings(page), wrong: page.wrong };
    }),

  way: () =>
    withBrowser(async (browser) => {
      const response = await fetch(new URL("sim/script", input.more.providers), {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ rules: [{ match: { vendor: "openai" }, then: { status: 404 } }, { match: { vendor: "anthropic" }, then: { delay_ms: 300 } }] }),
      });
      const release = await api("POST", "/releases", { label: "one", pins: ["openai/gpt-5.4-mini", "anthropic/claude-sonnet-4-6"], allow_alias: true });
      await api("POST", "/channels", { name: "bridges", release: release.id });
      const { key } = await api("POST", "/keys", { team: "search", feature: "answers", env: "dev" });
      const answered = await ask(key, "bridges");
      const denied = await ask(key, "nobody-knows-it");

      const page = await signedIn(browser, `#/requests?open=${answered.request}`);
      const drawer = page.getByRole("dialog");
      await drawer.getByRole("table", { name: /^Steps and attempts/ }).waitFor();
      const all = await rows(page);
      const said = await page.locator(".way-says").innerText();
      const found = await findings(page);
      await picture(page, "way-light-1280");

      // One stop of the tabulator; the arrows go along, and what is stood on is told.
      const stops = await page.locator("table.waterfall tr[tabindex='0']").count();
      await page.locator("table.waterfall tbody tr").first().hover();
      await page.locator("table.waterfall tr[tabindex='0']").focus();
      const first = await page.locator(".way-says").innerText();
      await page.keyboard.press("ArrowDown");
      const second = await page.locator(".way-says").innerText();

      await go(page, `#/requests?open=${denied.request}`);
      await drawer.getByText("Causeway said no").waitFor();
      const none = await rows(page);

      // As a record of before steps were kept is told.
      await page.route(/\/api\/v1\/usage\/req_/, async (route) => {
        const answer = await route.fetch();
        const view = await answer.json();
        view.steps = [];
        view.usage.trail = view.usage.trail.map((one) => ({ ...one, offset_ms: null, first_byte_ms: null }));
        await route.fulfill({ response: answer, json: view });
      });
      await go(page, `#/requests?open=${answered.request}`);
      await page.reload();
      await drawer.getByText("Its steps are not on record").waitFor();
      const old = await rows(page);

      const narrow = await signedIn(browser, `#/requests?open=${answered.request}`, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
      await narrow.getByRole("table", { name: /^Steps and attempts/ }).waitFor();
      found.push(...(await findings(narrow)));
      await picture(narrow, "way-dark-390");
      const total = (await api("GET", `/usage/${answered.request}`)).usage.total_ms;
      return { script: response.status, status: answered.status, all, said, stops, first, second, none, old, total, found, wide: await isTooWide(narrow), wrong: [...page.wrong, ...narrow.wrong] };
    }),

  /** A list that is longer than what is shown of it, in the order of a column: the first of all, not of those that were shown before. */
  sorted: () =>
    withBrowser(async (browser) => {
      const { key } = await api("POST", "/keys", { team: "search", feature: "answers", env: "dev" });
      await ask(key, "gpt-5.4-mini"); // So that there is a row to make many of.
      const page = await signedIn(browser, "#/overview");
      await page.route(/\/api\/v1\/spend\?/, async (route) => {
        const answer = await route.fetch();
        const report = await answer.json();
        const [row] = report.rows;
        if (row && new URL(route.request().url()).searchParams.get("by") === "team") {
          report.rows = Array.from({ length: 600 }, (_, i) => ({ ...row, team: `team-${String(600 - i).padStart(3, "0")}`, cost_nano_usd: 1_000_000 - i }));
        }
        await route.fulfill({ response: answer, json: report });
      });
      const first = async (order) => {
        await go(page, `#/spend?by=team&since=24h${order}`);
        await page.reload(); // Nothing of the order before is left.
        const table = page.getByRole("table", { name: "Cost by team" });
        await table.getByRole("row").nth(2).waitFor();
        return { name: (await table.getByRole("row").nth(1).innerText()).match(/team-\d+/)?.[0], rows: await table.locator("tbody tr").count(), sorted: await table.locator("th[aria-sort]").allInnerTexts() };
      };
      return { own: await first(""), ascending: await first("&order=team"), descending: await first("&order=-team"), unsortable: await first("&order=Share"), wrong: page.wrong };
    }),
});

// The spend page: cost centres, tags and end users, windows of the calendar, what moved, and down to the requests.
import { answered, api, ask, findings, go, isTooWide, picture, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

/** Calls that say more of themselves than their key does; one of a model without a price. */
async function spent() {
  const search = await api("POST", "/keys", { team: "search", feature: "answers", env: "prod", cost_centre: "CC-4711" });
  const ads = await api("POST", "/keys", { team: "ads", feature: "copy", env: "dev" });
  const status = async (key, headers) => (await ask(key, "gpt-5.4-mini", input.admin, headers)).status;
  const statuses = [];
  for (const user of ["u-1", "u-1", "u-2"]) {
    statuses.push(await status(search.key, { "x-causeway-tags": "product=checkout, tier=gold", "x-causeway-end-user": user }));
  }
  statuses.push(await status(ads.key, { "x-causeway-tags": "product=banners" }));
  statuses.push(await status(ads.key, {}));
  return statuses;
}

await run({
  explored: () =>
    withBrowser(async (browser) => {
      const statuses = await spent();
      const page = await signedIn(browser, "#/spend?window=this_month");
      const total = async () => Number(await page.getByTestId("total").getAttribute("data-value"));
      const totals = {};
      for (const by of ["team", "cost_centre", "end_user", "tag:product"]) {
        await go(page, `#/spend?window=this_month&by=${by}`);
        await page.getByRole("region", { name: `Cost by ${by}`, exact: true }).waitFor();
        totals[by] = await total();
      }
      const truth = (await api("GET", "/spend?window=this_month")).total.cost_nano_usd;
      const rows = await page.getByRole("region", { name: "Cost by tag:product" }).getByRole("row").allInnerTexts();
      const movers = await page.getByRole("region", { name: "What changed most" }).getByRole("row").allInnerTexts();
      const forecast = await page.locator(".tile").filter({ hasText: "By the end of the window" }).innerText();
      const apart = [await page.getByTestId("unpriced").getAttribute("data-value"), await page.getByTestId("estimated").getAttribute("data-value")];

      // Two dimensions, chosen by hand; then a span of days.
      await page.getByLabel("Then by", { exact: true }).selectOption("end_user");
      await page.getByRole("columnheader", { name: "end user" }).first().waitFor();
      const csv = await (await page.request.get(await page.getByRole("link", { name: "CSV" }).getAttribute("href"))).text();
      await page.getByLabel("Time", { exact: true }).selectOption("days");
      await page.getByLabel("From", { exact: true }).waitFor();
      await page.getByRole("region", { name: "Cost by tag:product" }).waitFor();
      const today = await total();
      await page.getByLabel("Group by the tag").fill("tier");
      await page.getByLabel("Group by the tag").press("Enter");
      await page.getByRole("region", { name: "Cost by tag:tier" }).getByText("gold").first().waitFor();

      // Down to the requests: each step narrows, and the last one shows what is behind the number.
      await go(page, "#/spend?window=today&by=tag:product&then=end_user");
      await page.getByRole("region", { name: "Cost by tag:product" }).getByRole("row").filter({ hasText: "u-1" }).click();
      await page.getByRole("region", { name: /Cost by (feature|model)/ }).waitFor();
      const narrowed = await total();
      const steps = page.url();
      await page.getByRole("region", { name: /Cost by (feature|model)/ }).getByRole("row").nth(1).click();
      await page.getByRole("heading", { level: 1, name: "Requests" }).waitFor();
      await page.getByRole("row").filter({ hasText: "search /" }).first().waitFor();
      const requests = await page.getByRole("row").filter({ hasText: "search /" }).count();
      const behind = page.url();
      const two = (await api("GET", "/spend?window=today&tag=product=checkout&end_user=u-1")).total.cost_nano_usd;
      const asked = (await api("GET", "/usage?limit=100&tag=product=checkout&end_user=u-1")).requests.length;
      return { statuses, asked, totals, truth, rows, movers, forecast, apart, csv, today, narrowed, two, steps, requests, behind, wrong: page.wrong };
    }),

  /** More groups than are drawn one by one: what is drawn is all that was spent. */
  many: () =>
    withBrowser(async (browser) => {
      const { key } = await api("POST", "/keys", { team: "crowd", feature: "answers", env: "dev" });
      for (let i = 0; i < 60; i++) {
        await ask(key, "gpt-5.4-mini", input.admin, { "x-causeway-end-user": `u-${i}` });
      }
      const page = await signedIn(browser, "#/overview");
      const chart = page.getByRole("img", { name: /^Cost over time by/ });
      const drawn = async () => {
        await page.goto("about:blank");
        await go(page, "#/spend?since=24h&team=crowd&by=end_user");
        await page.locator(".recharts-bar-rectangle").first().waitFor();
        await page.locator(".legend").getByText("other").waitFor();
        await answered(page);
        return { value: Number(await chart.getAttribute("data-value")), total: Number(await page.getByTestId("total").getAttribute("data-value")) };
      };
      const all = await drawn();
      await page.route(/\/api\/v1\/spend\?.*by=hour(&|$)/, (route) => route.abort()); // Without the time's totals the rest is not known.
      const less = await drawn();
      return { all, less, wrong: page.wrong.filter((one) => !one.includes("ERR_FAILED")) };
    }),

  seen: () =>
    withBrowser(async (browser) => {
      await spent();
      const found = {};
      for (const theme of ["light", "dark"]) {
        for (const width of [1280, 390]) {
          const page = await signedIn(browser, "#/spend?window=this_month&by=tag:product&then=cost_centre", { colorScheme: theme, viewport: { width, height: 860 } });
          await page.getByRole("region", { name: "Cost by tag:product" }).waitFor();
          await page.locator(".recharts-bar-rectangle").first().waitFor();
          found[`${theme}-${width}`] = [...(await findings(page)), ...((await isTooWide(page)) ? ["scrolls sideways"] : []), ...page.wrong];
          await picture(page, `spend-window-${theme}-${width}`);
          await page.context().close();
        }
      }
      return { found };
    }),
});

// What one may not do is not offered, and is refused by the API anyway.
import { ask, api, findings, go, isTooWide, picture, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

/** What a page offers: the names of its buttons. */
const offered = async (page) => (await page.getByRole("main").getByRole("button").allInnerTexts()).map((name) => name.trim()).filter(Boolean);

/** A change sent from the page itself, as a script of somebody clever would. */
const tried = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const response = await fetch(new URL(`../api/v1${path}`, document.baseURI.split("#")[0]), {
        method,
        headers: { "content-type": "application/json", "x-causeway-console": "1" },
        body: body && JSON.stringify(body),
      });
      return { status: response.status, code: (await response.json()).code };
    },
    [method, path, body],
  );

async function populate() {
  const grant = await api("POST", "/grants", { holder: "team/search", env: ["dev"], usd: ["100/month"] });
  const mine = await api("POST", "/keys", { team: "search", feature: "answers", env: "dev", grant: grant.id });
  const others = await api("POST", "/keys", { team: "ads", feature: "banners", env: "dev" });
  const one = await api("POST", "/releases", { label: "one", pins: ["openai/gpt-5.4-mini"], allow_alias: true });
  const two = await api("POST", "/releases", { label: "two", pins: ["openai/gpt-5.5"], allow_alias: true });
  const channel = await api("POST", "/channels", { name: "support", release: one.id });
  await fetch(`${input.admin}api/v1/channels/support`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${input.token}`, "content-type": "application/json", "if-match": `"${channel.version}"` },
    body: JSON.stringify({ release: two.id }),
  });
  await Promise.all([ask(mine.key, "gpt-5.4-mini"), ask(mine.key, "support"), ask(others.key, "gpt-5.4-mini")]);
  return { grant, mine, others };
}

await run({
  operators: () =>
    withBrowser(async (browser) => {
      const { grant } = await populate();
      const result = { offers: {}, refused: {}, found: [], wrong: [] };
      for (const [role, token] of Object.entries(input.more)) {
        const page = await signedIn(browser, "#/overview", {}, token);
        const places = await page.getByRole("navigation", { name: "Main" }).getByRole("link").allInnerTexts();
        const seen = { places: places.map((name) => name.trim()), who: await page.getByRole("navigation", { name: "Main" }).locator(".foot").innerText() };
        await go(page, `#/grants?open=${grant.id}`);
        await page.getByRole("dialog").getByText("Terms").waitFor();
        seen.grant = await page.getByRole("dialog").getByRole("button").allInnerTexts();
        seen.grants = await offered(page);
        await go(page, "#/channels/of/support");
        await page.getByText("Where it pointed").waitFor();
        seen.channel = await offered(page);
        await go(page, "#/channels");
        await page.getByRole("row").filter({ hasText: "support" }).waitFor();
        seen.channels = await offered(page);
        await go(page, "#/channels/releases");
        await page.getByRole("row").filter({ hasText: "two" }).waitFor();
        seen.releases = await offered(page);
        await go(page, "#/settings");
        await page.getByRole("row").filter({ hasText: "openai" }).first().waitFor();
        seen.settings = await offered(page);
        await go(page, "#/start");
        seen.start = await page.getByRole("heading", { level: 1 }).first().innerText();
        result.offers[role] = seen;
        result.refused[role] = {
          grant: await tried(page, "POST", "/grants", { holder: "team/x", env: ["dev"] }),
          rollout: await tried(page, "POST", "/channels/support/rollout", { to: "x" }),
          rollback: await tried(page, "POST", "/channels/support/rollback", { reason: "what would it do", dry_run: true }),
        };
        result.wrong.push(...page.wrong);
        await page.context().close();
      }
      return result;
    }),

  keyHolder: () =>
    withBrowser(async (browser) => {
      const { mine, others, grant } = await populate();
      const page = await signedIn(browser, "#/overview", {}, mine.key);
      await page.getByText("team/search").first().waitFor();
      await page.getByRole("row").nth(2).waitFor();
      const places = (await page.getByRole("navigation", { name: "Main" }).getByRole("link").allInnerTexts()).map((name) => name.trim());
      const overview = await page.getByRole("main").innerText();
      const found = await findings(page);
      await picture(page, "mine-light-1280");
      await go(page, "#/requests");
      await page.getByRole("row").nth(2).waitFor();
      const requests = (await page.getByRole("row").count()) - 1;
      const sent = await ask(mine.key, "gpt-5.4-mini");
      await ask(others.key, "gpt-5.4-mini");
      await page.getByRole("button", { name: "Show 1 new" }).click();
      const live = (await page.getByRole("row").count()) - 1;
      await go(page, "#/spend");
      await page.getByTestId("total").waitFor();
      const truth = (await api("GET", `/spend?since=7d&by=key&key=${mine.id}`)).total.cost_nano_usd;
      const total = Number(await page.getByTestId("total").getAttribute("data-value"));
      await go(page, `#/grants?open=${grant.id}&ask=1`);
      await page.getByLabel(/^By how much/).fill("5");
      await page.getByLabel("What for? Whoever decides reads it.").fill("launch");
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.getByText("waits for a decision").waitFor();
      await go(page, "#/approvals");
      await page.getByRole("row").filter({ hasText: "launch" }).click();
      await page.getByText("Somebody else must decide").waitFor();
      await go(page, "#/channels");
      const closed = await page.getByText("A key does not open this").waitFor().then(() => true);
      const narrow = await signedIn(browser, "#/overview", { viewport: { width: 390, height: 844 }, colorScheme: "dark" }, mine.key);
      await narrow.getByText("team/search").first().waitFor();
      found.push(...(await findings(narrow)));
      const wide = await isTooWide(narrow);
      await picture(narrow, "mine-dark-390");
      return {
        places,
        overview,
        requests,
        live,
        sent: sent.status,
        truth,
        total,
        closed,
        wide,
        found,
        refused: { channels: await tried(page, "GET", "/channels"), key: await tried(page, "POST", "/keys", { team: "a", feature: "b", env: "dev" }), others: await tried(page, "GET", `/usage?key=${others.id}`) },
        wrong: [...page.wrong, ...narrow.wrong],
      };
    }),
});

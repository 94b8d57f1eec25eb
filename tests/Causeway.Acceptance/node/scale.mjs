// Lists at their size: how much is asked and how much is drawn, counted and not timed.
import { api, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

/** So many at once, all of them. */
async function each(many, at, action) {
  let next = 0;
  await Promise.all(Array.from({ length: at }, async () => {
    while (next < many) {
      await action(next++);
    }
  }));
}

await run({
  lists: () =>
    withBrowser(async (browser) => {
      const { grants: many, channels } = input.more;
      const tops = [];
      for (let i = 0; i < 100; i++) {
        tops.push((await api("POST", "/grants", { holder: `team/team-${i}`, env: ["dev"], usd: ["1000/month"] })).id);
      }
      await each(many - tops.length, 64, (i) => api("POST", "/grants", { parent: tops[i % tops.length], holder: `feature/feature-${i}`, env: ["dev"], usd: ["5/day"] }));
      const release = await api("POST", "/releases", { label: "one", pins: ["sim-openai/gpt-5.4-mini"], allow_alias: true });
      await each(channels, 16, (i) => api("POST", "/channels", { name: `channel-${i}`, release: release.id }));

      const page = await signedIn(browser, "#/start");
      await page.getByText(/^1 instance/).waitFor();
      const network = await page.context().newCDPSession(page);
      await network.send("Network.enable");
      let bytes = 0;
      let asked = [];
      network.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
      page.on("request", (request) => request.url().includes("/api/") && asked.push(new URL(request.url()).pathname));
      const counted = async (hash, ready) => {
        [bytes, asked] = [0, []];
        await page.goto(input.console + hash);
        await ready();
        await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {}); // The stream of events never ends.
        return { bytes, asked: asked.length, rows: await page.getByRole("row").count(), nodes: await page.evaluate(() => document.querySelectorAll("main *").length) };
      };
      const tree = await counted("#/grants", () => page.getByRole("table", { name: "Grants" }).getByRole("row").nth(10).waitFor());
      const says = await page.getByText(/grants, each within the one above it/).innerText();
      [bytes, asked] = [0, []];
      await page.getByRole("button", { name: /^Show \d+ below team\/team-7$/ }).click();
      await page.getByText("feature/feature-107", { exact: true }).waitFor();
      await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {});
      const branch = { bytes, asked: asked.length, rows: await page.getByRole("row").count() };
      [bytes, asked] = [0, []];
      await page.getByLabel("Find a grant by holder or id").fill("feature-7777");
      await page.getByText("feature/feature-7777", { exact: true }).waitFor();
      await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {});
      const found = { bytes, asked: asked.length, rows: await page.getByRole("row").count() };
      const list = await counted("#/channels", () => page.getByRole("row").filter({ hasText: "channel-0" }).first().waitFor());
      [bytes, asked] = [0, []];
      await page.getByLabel("Find a channel").fill("channel-777");
      await page.getByText("channel-777", { exact: true }).waitFor();
      const narrowed = { asked: asked.length, rows: await page.getByRole("row").count() };
      const first = await counted("#/overview", () => page.getByText("Spend against plan").waitFor());
      return { tree, says, branch, found, list, narrowed, first, wrong: page.wrong };
    }),
});

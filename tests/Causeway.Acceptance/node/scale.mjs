// Lists at their size: how much is asked and how much is drawn, counted and not timed.
import { answered, api, signedIn, withBrowser } from "./browser.mjs";
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

/** The middle of a few loads: from the navigation to the first paint, by the browser's own clock, ms. */
async function painted(page, hash) {
  const times = [];
  for (let i = 0; i < 5; i++) {
    await page.goto(input.console + hash);
    await page.reload();
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    times.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
  }
  return Math.round(times.sort((a, b) => a - b)[2]);
}

/** From the last key or press of an act to the frame that shows a text, ms: the answer of the server is in it. */
async function shows(page, act, text) {
  await page.evaluate((wanted) => {
    const keep = (event) => (window.pressed = event.timeStamp);
    addEventListener("keydown", keep, true);
    addEventListener("pointerdown", keep, true);
    const there = () => document.evaluate(`//*[text()="${wanted}"]`, document, null, XPathResult.BOOLEAN_TYPE).booleanValue;
    window.shown = new Promise((done) => {
      const look = (now) => (window.pressed && there() ? done(now - window.pressed) : requestAnimationFrame(look));
      requestAnimationFrame(look);
    });
  }, text);
  await act();
  const took = await page.evaluate(() => window.shown);
  await page.evaluate(() => (window.pressed = undefined));
  return Math.round(took);
}

/** What a person waits for, as it was on this machine. Told and kept, not asserted. */
async function timed(page) {
  const paint = { overview: await painted(page, "#/overview"), grants: await painted(page, "#/grants"), channels: await painted(page, "#/channels") };
  await page.goto(input.console + "#/grants");
  await page.getByRole("table", { name: "Grants" }).getByRole("row").nth(10).waitFor();
  const open = await shows(page, () => page.getByRole("button", { name: /^Show \d+ below team\/team-8$/ }).click(), "feature/feature-108");
  // With one letter too many nothing is called that; without it one is.
  const find = page.getByLabel("Find a grant by holder or id");
  await find.fill("feature-5554x");
  await page.getByText("No grant is called that").waitFor();
  const found = await shows(page, () => page.keyboard.press("Backspace"), "feature/feature-5554");
  await page.goto(input.console + "#/channels");
  await page.getByRole("row").filter({ hasText: "channel-0" }).first().waitFor();
  await page.getByLabel("Find a channel").fill("channel-554x");
  await page.getByText("No channel is called that").waitFor();
  const narrowed = await shows(page, () => page.keyboard.press("Backspace"), "channel-554");
  await page.goto(input.console + "#/grants");
  await page.getByRole("table", { name: "Grants" }).getByRole("row").nth(10).waitFor();
  const drawer = await shows(page, () => page.getByText("team/team-9", { exact: true }).click(), "While the store is away");
  return { paint, open, found, narrowed, drawer };
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
        await answered(page);
        return { bytes, asked: asked.length, rows: await page.getByRole("row").count(), nodes: await page.evaluate(() => document.querySelectorAll("main *").length) };
      };
      const tree = await counted("#/grants", () => page.getByRole("table", { name: "Grants" }).getByRole("row").nth(10).waitFor());
      const says = await page.getByText(/grants, each within the one above it/).innerText();
      [bytes, asked] = [0, []];
      await page.getByRole("button", { name: /^Show \d+ below team\/team-7$/ }).click();
      await page.getByText("feature/feature-107", { exact: true }).waitFor();
      await answered(page);
      const branch = { bytes, asked: asked.length, rows: await page.getByRole("row").count() };
      [bytes, asked] = [0, []];
      await page.getByLabel("Find a grant by holder or id").fill("feature-7777");
      await page.getByText("feature/feature-7777", { exact: true }).waitFor();
      await answered(page);
      const found = { bytes, asked: asked.length, rows: await page.getByRole("row").count() };
      const list = await counted("#/channels", () => page.getByRole("row").filter({ hasText: "channel-0" }).first().waitFor());
      [bytes, asked] = [0, []];
      await page.getByLabel("Find a channel").fill("channel-777");
      await page.getByText("channel-777", { exact: true }).waitFor();
      const narrowed = { asked: asked.length, rows: await page.getByRole("row").count() };
      const first = await counted("#/overview", () => page.getByText("Spend against plan").waitFor());
      const times = await timed(page);
      return { tree, says, branch, found, list, narrowed, first, times, wrong: page.wrong };
    }),
});

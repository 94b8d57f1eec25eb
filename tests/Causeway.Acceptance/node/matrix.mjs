// A provider whose dialect becomes another one: the matrix says so, and what it was before.
import { api, findings, go, isTooWide, picture, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

const bounds = "`minimum`, `maximum`";
const other = "`const`";
const model = "openai/gpt-5.4-mini";

/** What the simulated vendor answers from now on; nothing: as its dialect says. */
async function script(rules) {
  const response = await fetch(new URL("sim/script", input.more.providers), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ rules }),
  });
  if (!response.ok) {
    throw new Error(await response.text());
  }
}

/** The rows of a table, when it has any: its head comes before them. */
async function rows(table) {
  await table.getByRole("row").nth(1).waitFor();
  return (await table.getByRole("row").allInnerTexts()).slice(1);
}

/** Sends probes, and waits for what they show. */
async function probe(...probes) {
  let run = await api("POST", "/dialects/probe", { models: [model], probes });
  while (run.ended_at === null) {
    run = await api("GET", `/dialects/probe/${run.id}`);
  }
}

await run({
  drifted: () =>
    withBrowser(async (browser) => {
      await script([]);
      await probe("maximum", "const");
      await probe("maximum", "const"); // As before: that is no drift.
      const page = await signedIn(browser, "#/contracts/matrix");
      const cell = (title) => page.getByRole("button", { name: new RegExp(`^${title} at openai: `) });
      const label = async (title) => await cell(title).getAttribute("aria-label");
      await page.getByRole("group", { name: /^Drift of the last 90 days/ }).waitFor();
      const before = { cell: await label(bounds), strip: await page.getByRole("group", { name: /^Drift of/ }).getAttribute("aria-label") };
      await cell(bounds).click();
      const drawer = page.getByRole("dialog");
      before.says = await drawer.innerText();
      await page.keyboard.press("Escape");

      await script([{ match: { vendor: "openai" }, then: { status: 400, error: { type: "invalid_request_error", message: "'maximum' is not permitted" } }, times: 1 }]);
      await probe("maximum");
      await page.reload();
      await cell(bounds).waitFor();
      await page.getByRole("group", { name: /: 1 change$/ }).waitFor();
      const after = { cell: await label(bounds), other: await label(other) };
      const found = await findings(page);
      await cell(bounds).scrollIntoViewIfNeeded();
      await picture(page, "matrix-drifted-light-1280");
      await cell(bounds).click();
      const history = drawer.getByRole("table", { name: "What changed" });
      after.history = await rows(history);
      found.push(...(await findings(page)));
      await picture(page, "matrix-cell-light-1280");
      const link = new URL(page.url()).hash;
      await page.keyboard.press("Escape");
      await cell(other).click();
      await drawer.waitFor();
      after.otherSays = await drawer.innerText();
      await page.keyboard.press("Escape");
      await page.getByRole("group", { name: /^Drift of/ }).getByRole("link").click();
      await page.getByRole("heading", { name: "Drift", level: 1 }).waitFor();
      after.day = await rows(page.getByRole("table", { name: "Drift" }));

      // The cell by its link, on a telephone.
      const narrow = await signedIn(browser, link, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
      await narrow.getByRole("table", { name: "What changed" }).waitFor();
      found.push(...(await findings(narrow)));
      await picture(narrow, "matrix-cell-dark-390");
      return { before, after, found, wide: await isTooWide(narrow), wrong: [...page.wrong, ...narrow.wrong] };
    }),
});

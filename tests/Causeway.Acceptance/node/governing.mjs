// What governs: agreements, where what went, orders to keep prompts, who answers behind pins, and why something changed.
import { api, ask, findings, go, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

await run({
  agreements: () =>
    withBrowser(async (browser) => {
      const key = (await api("POST", "/keys", { team: "search", feature: "answers", env: "dev" })).key;
      const release = await api("POST", "/releases", { label: "one", pins: ["sim-openai/gpt-5.4-mini"], allow_alias: true });
      await api("POST", "/channels", { name: "support", release: release.id });
      await ask(key, "support");
      const page = await signedIn(browser, "#/settings/agreements");
      await page.getByText("No agreement is stated yet").waitFor();
      await page.getByRole("button", { name: "New agreement" }).click();
      const form = page.getByRole("dialog", { name: "New agreement" });
      await form.getByLabel("public", { exact: true }).check();
      await form.getByLabel("internal", { exact: true }).uncheck();
      const plan = await form.getByText(/It stops data of class internal/).innerText();
      await form.getByLabel("internal", { exact: true }).check();
      await form.getByText(/It stops nothing that goes to sim-openai/).waitFor();
      await form.getByRole("button", { name: "State agreement" }).click();
      const drawer = page.getByRole("dialog", { name: "Agreement with sim-openai" });
      await drawer.getByText("public, internal").first().waitFor();
      await ask(key, "support");
      await drawer.getByRole("button", { name: /^End it/ }).click();
      const dialog = page.getByRole("dialog", { name: "End the agreement with sim-openai" });
      await dialog.getByText(/It stops data of class public, internal/).waitFor();
      const preview = await dialog.innerText();
      const early = await dialog.getByRole("button", { name: "End it for good" }).isDisabled();
      await dialog.getByLabel(/^Why\?/).fill("moved");
      await dialog.getByRole("button", { name: "End it for good" }).click();
      await dialog.waitFor({ state: "detached" });
      await drawer.getByText("ended", { exact: true }).waitFor();
      const refused = await ask(key, "support");
      await go(page, "#/settings/residency");
      await page.getByRole("row").filter({ hasText: "refused" }).first().waitFor();
      const went = await page.getByText(/^By an agreement/).locator("..").innerText();
      const found = await findings(page);
      return { plan, preview, early, status: refused.status, went, found, wrong: page.wrong };
    }),

  capture: () =>
    withBrowser(async (browser) => {
      const key = (await api("POST", "/keys", { team: "search", feature: "triage", env: "dev" })).key;
      const page = await signedIn(browser, "#/settings/capture");
      await page.getByText("No prompt and no answer is kept").waitFor();
      const before = await ask(key, "gpt-5.4-mini");
      await page.getByRole("button", { name: "Keep for a time" }).click();
      const form = page.getByRole("dialog", { name: "Keep a feature's prompts and answers" });
      await form.getByLabel("Feature", { exact: true }).fill("triage");
      await form.getByLabel(/^Why\?/).fill("ticket 1234");
      await form.getByRole("button", { name: "Keep them" }).click();
      await page.getByRole("row").filter({ hasText: "ticket 1234" }).waitFor();
      const kept = await ask(key, "gpt-5.4-mini");
      await page.getByRole("button", { name: "End what is kept of triage" }).click();
      const dialog = page.getByRole("dialog", { name: "End what is kept of triage" });
      await dialog.getByLabel(/^Why\?/).fill("found");
      await dialog.getByRole("button", { name: "End it" }).click();
      await page.getByText("None is in force").waitFor();
      const after = await ask(key, "gpt-5.4-mini");
      const until = async (one) => (await api("GET", `/usage/${one.request}`)).payload_until ?? null;
      let during = await until(kept);
      for (let i = 0; i < 20 && during === null; i++) {
        during = await until(kept); // It is kept a little after the request.
      }
      const audit = (await api("GET", "/audit?kind=capture_changed")).entries.map((one) => `${one.code} ${one.reason}`);
      return { before: await until(before), during, after: await until(after), audit, wrong: page.wrong };
    }),

  sentinel: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/channels/sentinel");
      await page.getByText("There is nothing to watch").waitFor();
      const release = await api("POST", "/releases", { label: "one", pins: ["sim-openai/gpt-5.4-mini"], allow_alias: true });
      await api("POST", "/channels", { name: "support", release: release.id });
      await go(page, "#/channels/sentinel?pin=sim-openai%2Fgpt-5.4-mini&do=probe");
      await page.reload();
      const dialog = page.getByRole("dialog", { name: "Probe sim-openai/gpt-5.4-mini" });
      const bound = await dialog.getByText(/calls at most, for/).innerText();
      await dialog.getByLabel(/^USD at most/).fill("0.001");
      const cut = await dialog.getByText(/may end before it is through/).innerText();
      const asked = (await api("GET", "/sentinel")).run;
      await dialog.getByRole("button", { name: /^Send at most/ }).click();
      await dialog.waitFor({ state: "detached" });
      const run = (await api("GET", "/sentinel")).run;
      return { bound, cut, asked, run: run.pin, wrong: page.wrong };
    }),

  explain: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/overview");
      await page.getByRole("link", { name: "Explain the change" }).click();
      await page.getByText("Nothing was asked for in either span").waitFor();
      const key = (await api("POST", "/keys", { team: "search", feature: "answers", env: "dev" })).key;
      await ask(key, "gpt-5.4-mini");
      await page.reload();
      await page.getByText(/there was nothing before/).waitFor();
      const parts = await page.getByRole("list", { name: "From what it cost to what it costs" }).locator("[data-value]").evaluateAll((all) => all.map((one) => Number(one.dataset.value)));
      const report = await api("GET", "/explain?since=24h");
      await page.getByRole("list", { name: "What happened meanwhile" }).getByText(/was made/).first().waitFor();
      return { parts, difference: report.cost.difference, found: await findings(page), wrong: page.wrong };
    }),
});

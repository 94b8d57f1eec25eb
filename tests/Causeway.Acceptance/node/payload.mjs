// What was said and answered, where a rule keeps it: shown for a reason, to whoever may, and in the audit.
import { ask, api, findings, go, picture, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

await run({
  opened: () =>
    withBrowser(async (browser) => {
      const kept = await api("POST", "/keys", { team: "search", feature: "kept", env: "dev" });
      const other = await api("POST", "/keys", { team: "search", feature: "other", env: "dev" });
      const said = await ask(kept.key, "gpt-5.4-mini");
      const unsaid = await ask(other.key, "gpt-5.4-mini");
      const page = await signedIn(browser, `#/requests?open=${unsaid.request}`);
      await page.getByText("What the ledger decided").waitFor();
      const none = await page.getByText("Prompt and answer").count();
      // It is kept a little after the request: the page says so when it is.
      for (let i = 0; i < 50 && !(await api("GET", `/usage/${said.request}`)).payload_until; i++) {
        await page.waitForTimeout(100);
      }
      await go(page, `#/requests?open=${said.request}`);
      await page.getByRole("heading", { name: "Prompt and answer" }).waitFor();
      const before = await page.getByTestId("payload").count();
      await page.getByLabel("Why do you open it? It goes into the audit.").fill("ticket 1234");
      await page.getByRole("button", { name: "Show prompt and answer" }).click();
      const shown = await page.getByTestId("payload").innerText();
      const found = await findings(page);
      await picture(page, "payload-light-1280");
      const audit = (await api("GET", "/audit?kind=payload_opened")).entries.map((one) => ({ actor: one.actor, reason: one.reason, request: one.request }));
      const looks = await signedIn(browser, `#/requests?open=${said.request}`, {}, input.operator);
      const refused = await looks.getByText("Your roles do not allow to open it.").waitFor().then(() => true);
      return { none, before, shown, audit, request: said.request, refused, found, wrong: [...page.wrong, ...looks.wrong] };
    }),
});

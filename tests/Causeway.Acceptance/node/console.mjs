// The console in a browser, through the real binary: each view's main action, its empty state and its error state.
import { api, ask, findings, go, open, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";

const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

/** Makes what the views show: grants, keys, releases, channels, a contract, requests of every kind. */
async function populate() {
  const grant = await api("POST", "/grants", { holder: "team/search", env: ["dev", "prod"], usd: ["100/month"] });
  const small = await api("POST", "/grants", { holder: "team/ads", env: ["dev"], usd: ["0.000001/day"] });
  const child = await api("POST", "/grants", { parent: grant.id, holder: "feature/answers", env: ["dev"], usd: ["10/day"], reason: hostile });
  const key = await api("POST", "/keys", { team: "search", feature: "answers", env: "dev", grant: child.id });
  const poor = await api("POST", "/keys", { team: "ads", feature: "banners", env: "dev", grant: small.id });
  const one = await api("POST", "/releases", { label: "one", pins: ["sim-openai/gpt-5.4-mini"], allow_alias: true });
  const two = await api("POST", "/releases", { label: hostile.slice(0, 40), pins: ["sim-anthropic/claude-sonnet-4-6", "sim-openai/gpt-5.4-mini"], prompt: hostile, allow_alias: true });
  const channel = await api("POST", "/channels", { name: "support", release: one.id });
  const moved = await fetch(`${input.admin}api/v1/channels/support`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${input.token}`, "content-type": "application/json", "if-match": `"${channel.version}"` },
    body: JSON.stringify({ release: two.id }),
  });
  await api("POST", "/contracts", { name: "invoice", schema: { type: "object", properties: { total: { type: "integer" } } } });
  for (let i = 0; i < 6; i++) {
    await Promise.all([ask(key.key, "gpt-5.4-mini"), ask(key.key, "support"), ask(poor.key, "gpt-5.4-mini"), ask(key.key, hostile)]);
  }
  return { grant, child, key, poor, one, two, moved: moved.status };
}

await run({
  /** By the link that "up" printed: how much is loaded, and what is left in the address. */
  firstView: () =>
    withBrowser(async (browser) => {
      const page = await open(browser);
      const requests = [];
      const network = await page.context().newCDPSession(page);
      await network.send("Network.enable");
      let bytes = 0;
      network.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
      page.on("request", (request) => requests.push(new URL(request.url()).pathname));
      await page.goto(input.link);
      await page.getByRole("heading", { name: "Get started" }).waitFor();
      await page.getByText(/^1 instance/).waitFor();
      const address = page.url();
      const cookies = await page.context().cookies();
      const readable = await page.evaluate(() => document.cookie);
      await page.goto(input.console + "#/overview");
      await page.reload();
      await page.getByRole("heading", { name: "Overview" }).waitFor();
      const asked = [...requests]; // What the page asks for while another is opened is no part of these views.
      const again = await open(browser);
      await again.goto(input.link);
      await again.getByRole("heading", { name: "Sign in to Causeway" }).waitFor();
      const refused = await again.getByRole("alert").innerText();
      return { requests: asked, first: requests.indexOf("/api/v1/events") + 1, bytes, address, cookies, readable, refused, wrong: [...page.wrong, ...again.wrong] };
    }),

  overview: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/overview");
      const tile = (name) => page.locator(".tile").filter({ hasText: name });
      const value = async (name) => Number(await tile(name).locator("[data-value]").getAttribute("data-value"));
      const known = async (name) => {
        await tile(name).waitFor();
        await tile(name).getByText("being read…").waitFor({ state: "detached" });
      };
      await page.getByText("Nothing needs you").waitFor();
      await known("Spend against plan");
      const empty = await page.getByRole("main").innerText();
      await populate();
      const two = (await api("GET", "/releases")).releases[0];
      const channel = await api("GET", "/channels/support");
      const other = (await api("GET", "/releases")).releases.find((one) => one.id !== channel.release);
      await api("POST", "/channels/support/rollout", { to: other.id, skip_drill: true, reason: "rehearsed elsewhere" });
      await page.reload();
      await tile("Spend against plan").getByText(/ of \$/).waitFor();
      await tile("First byte").getByText("p99").first().waitFor();
      await known("Adoption");
      await page.getByText(/^support: stage/).waitFor();
      const seen = {
        plan: await tile("Spend against plan").innerText(),
        used: await value("Spend against plan"),
        latency: await value("First byte"),
        denials: await value("Denials"),
        reason: await tile("Denials").innerText(),
        flying: await value("Releases in flight"),
        adoption: await tile("Adoption").innerText(),
      };
      await tile("Denials").click();
      await page.waitForFunction(() => location.hash.includes("outcome=denied"));
      await page.getByRole("row").filter({ hasText: "denied" }).first().waitFor();
      const denied = await page.getByRole("row").count();
      await page.goBack();
      await tile("Adoption").click();
      await page.getByRole("heading", { name: "Shadow usage", level: 1 }).waitFor();
      return { empty, ...seen, denied, release: two.id, wrong: page.wrong };
    }),

  /** A view is saved, found by the palette, shared by its address, and forgotten. */
  views: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/requests?outcome=denied&team=ads");
      await page.getByRole("button", { name: "Views" }).click();
      await page.getByLabel("Name of what is on screen").fill("Denied ads");
      await page.getByRole("button", { name: "Save this view" }).click();
      await page.getByRole("link", { name: "Denied ads" }).waitFor();
      await page.getByRole("button", { name: "Close", exact: true }).first().click();
      await go(page, "#/spend");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("denied ads");
      await page.getByRole("option", { name: /Denied ads/ }).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => location.hash.includes("outcome=denied") && location.hash.includes("team=ads"));
      const found = page.url();
      await page.getByRole("button", { name: "Views" }).click();
      await page.getByRole("button", { name: "Forget Denied ads" }).click();
      const forgotten = await page.getByText("None is saved here yet").waitFor().then(() => true);
      return { found, forgotten, wrong: page.wrong };
    }),

  start: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/start");
      await page.locator('input[name="team"]').fill("<script>");
      await page.getByRole("button", { name: "Create key" }).click();
      const problem = await page.getByRole("alert").innerText();
      await page.locator('input[name="team"]').fill("search");
      await page.getByRole("button", { name: "Create key" }).click();
      const key = await page.getByTestId("key").innerText();
      const snippet = await page.getByRole("region", { name: "the code for curl" }).innerText();
      const waiting = await page.getByText("Waiting for your first request…").isVisible();
      const began = Date.now();
      const sent = await ask(key, "gpt-5.4-mini");
      await page.getByText("Your first request was answered").waitFor();
      const arrived = Date.now() - began;
      const shown = await page.getByRole("main").innerText();
      return { problem, key, snippet, waiting, sent: sent.status, arrived, shown, address: page.url(), wrong: page.wrong };
    }),

  requests: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/requests");
      const empty = await page.getByRole("heading", { name: "No request yet" }).waitFor().then(() => true);
      const made = await populate();
      await page.getByRole("button", { name: "Show 24 new" }).click();
      await page.getByText(hostile).first().waitFor();
      const rows = await page.getByRole("row").count();
      const denied = await ask(made.poor.key, "gpt-5.4-mini");
      await go(page, "#/requests?team=ads");
      await page.getByRole("row").filter({ hasText: "denied" }).first().waitFor();
      const others = await page.getByRole("row").filter({ hasText: "search /" }).count();
      await go(page, `#/requests?open=${denied.request}`);
      const drawer = page.getByRole("dialog");
      await drawer.getByText("Causeway said no").waitFor();
      const story = await drawer.innerText();
      await page.keyboard.press("Escape");
      await drawer.waitFor({ state: "hidden" });
      const closed = await page.waitForURL((url) => !url.href.includes("open=")).then(() => true);
      await page.getByRole("row").nth(1).focus();
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await page.keyboard.press("/");
      await page.locator("input:focus").waitFor();
      await page.keyboard.type("team:nobody");
      await page.keyboard.press("Enter");
      const nothing = await page.getByRole("heading", { name: "No request matches" }).waitFor().then(() => true);
      await page.route("**/api/v1/usage?**", (route) => route.abort());
      await go(page, "#/requests?team=search");
      const away = await page.getByRole("alert").innerText();
      await page.unroute("**/api/v1/usage?**");
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByText(hostile).first().waitFor();
      return { empty, rows, others, story, closed, nothing, away, title: await page.title(), wrong: page.wrong.filter((one) => !one.includes("ERR_FAILED")) };
    }),

  spend: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/spend?since=24h");
      const empty = await page.getByRole("heading", { name: "Nothing was spent in this time" }).waitFor().then(() => true);
      await populate();
      const totals = {};
      for (const by of ["team", "feature", "env", "model", "provider", "key"]) {
        await go(page, `#/spend?since=24h&by=${by}`);
        await page.getByRole("region", { name: `Cost by ${by}` }).waitFor();
        totals[by] = Number(await page.getByTestId("total").getAttribute("data-value"));
      }
      await go(page, "#/spend?since=24h&by=team&then=model");
      await page.getByRole("region", { name: "Cost by team" }).waitFor();
      const bars = await page.locator(".recharts-bar-rectangle").first().waitFor().then(() => page.locator(".recharts-bar-rectangle path").count());
      const csv = await (await page.request.get(await page.getByRole("link", { name: "CSV" }).getAttribute("href"))).text();
      await go(page, "#/spend?since=24h&by=team");
      await page.getByRole("region", { name: "Cost by team" }).getByRole("row").filter({ hasText: "search" }).click();
      await page.getByRole("region", { name: "Cost by feature" }).waitFor();
      const drilled = page.url();
      const narrowed = Number(await page.getByTestId("total").getAttribute("data-value"));
      await page.getByRole("link", { name: "Requests", exact: true }).click();
      await page.getByRole("row").filter({ hasText: "search /" }).first().waitFor();
      const along = page.url();
      const { total } = await api("GET", "/spend?since=24h");
      const { total: ofTeam } = await api("GET", "/spend?since=24h&team=search");
      return { empty, along, narrowed, ofTeam: ofTeam.cost_nano_usd, totals, truth: total.cost_nano_usd, bars, csv, drilled, wrong: page.wrong };
    }),

  grants: () =>
    withBrowser(async (browser) => {
      const { grant, child, key } = await populate();
      const page = await signedIn(browser, "#/grants");
      const other = await page.context().newPage();
      await other.goto(input.console + "#/grants?all=1");
      await other.getByRole("row").filter({ hasText: "feature/answers" }).waitFor();
      await page.getByRole("row").filter({ hasText: "feature/answers" }).first().waitFor();
      await page.getByRole("row").filter({ hasText: "team/search" }).first().click();
      await page.getByRole("dialog").getByRole("button", { name: "Delegate" }).click();
      const form = page.getByRole("dialog", { name: /Delegate a part/ });
      await form.getByLabel("USD").fill("1000000");
      await form.getByRole("button", { name: /^Delegate/ }).click();
      const tooWide = await form.getByRole("alert").innerText();
      await form.getByLabel("USD").fill("5");
      await form.getByRole("button", { name: /^Delegate/ }).click();
      await form.waitFor({ state: "detached" });
      await go(page, `#/grants?open=${grant.id}`);
      await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
      const dialog = page.getByRole("dialog", { name: "Revoke team/search" });
      await dialog.getByText(/active key/).waitFor();
      await page.waitForFunction(() => /[1-9]\d* active key/.test(document.body.innerText));
      const preview = await dialog.innerText();
      await dialog.getByLabel("Why? It goes into the audit.").fill("the project is over");
      const early = await dialog.getByRole("button", { name: /^Revoke/ }).isDisabled();
      await dialog.getByLabel(/^Type team\/search/).fill("team/search");
      const began = Date.now();
      await dialog.getByRole("button", { name: /^Revoke/ }).click();
      await other.getByRole("row").filter({ hasText: "feature/answers" }).filter({ hasText: "revoked" }).first().waitFor();
      const seen = Date.now() - began;
      const refused = await ask(key.key, "gpt-5.4-mini");
      await go(page, "#/grants/audit");
      await page.getByRole("button", { name: "Verify the chain" }).click();
      const proof = await page.getByText(/entries follow from each other/).innerText();
      return { preview, early, seen, refused: refused.status, tooWide, proof, below: (await api("GET", `/grants/${child.id}`)).status, wrong: page.wrong };
    }),

  approvals: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/approvals", {});
      const empty = await page.getByRole("heading", { name: "Nothing waits for a decision" }).waitFor().then(() => true);
      const grant = await api("POST", "/grants", { holder: "team/ads", env: ["dev"], usd: ["1/day"] });
      await fetch(`${input.admin}api/v1/raises`, {
        method: "POST",
        headers: { authorization: `Bearer ${input.operator}`, "content-type": "application/json" },
        body: JSON.stringify({ grant: grant.id, meter: "usd", amount: "5", until: "7d", reason: hostile }),
      });
      await page.getByRole("row").filter({ hasText: "team/ads" }).click();
      const counted = await page.getByLabel("1 waiting").waitFor().then(() => true);
      await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
      await page.getByRole("dialog", { name: /^Approve/ }).getByRole("button", { name: /^Approve/ }).click();
      await page.getByRole("dialog").getByText("approved", { exact: true }).waitFor();
      const { limits } = await api("GET", `/grants/${grant.id}`);
      return { empty, counted, amount: limits[0].amount, title: await page.title(), wrong: page.wrong };
    }),

  channels: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/channels");
      const empty = await page.getByRole("heading", { name: "There is no channel yet" }).waitFor().then(() => true);
      const { one, two, key, moved } = await populate();
      await go(page, "#/channels/of/support");
      await page.getByTestId("dry-run").waitFor();
      const dry = await page.getByTestId("dry-run").innerText();
      await page.getByRole("button", { name: /^Roll back to/ }).click();
      await page.getByRole("button", { name: "Roll back now" }).waitFor();
      await page.keyboard.press("Enter"); // The second interaction: the reason is preset, the button has the focus.
      await page.getByTestId("rollback-report").waitFor();
      const report = await page.getByTestId("rollback-report").innerText();
      const now = (await api("GET", "/channels/support")).release;
      const answered = await ask(key.key, "support");
      await go(page, "#/channels/quarantine");
      await page.getByRole("button", { name: "Lift" }).click();
      await page.getByLabel("Why is it sound now?").fill("the provider has mended it");
      await page.getByRole("dialog").getByRole("button", { name: "Lift" }).click();
      await page.getByRole("heading", { name: "Nothing is in quarantine" }).waitFor();
      await go(page, "#/channels/of/support");
      await page.getByRole("button", { name: "Roll out…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Why does it need none?").fill("rehearsed elsewhere");
      await dialog.getByRole("button", { name: "Start" }).click();
      await page.getByRole("list", { name: "Stages" }).waitFor();
      await page.getByRole("button", { name: "Abort" }).click();
      await page.getByLabel("Why?").fill("not today");
      await page.getByRole("dialog").getByRole("button", { name: "Abort" }).click();
      await page.getByText("The last rollout").waitFor();
      await go(page, `#/channels/releases?open=${two.id}&with=${one.id}`);
      const diff = await page.getByRole("dialog").locator(".diff").innerText();
      await go(page, "#/channels/of/nobody");
      const unknown = await page.getByText("There is no channel called nobody").waitFor().then(() => true);
      return { empty, moved, dry, report, went: now === one.id, answered: answered.status, diff, unknown, title: await page.title(), wrong: page.wrong };
    }),

  contracts: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/contracts");
      await page.getByRole("row").filter({ hasText: "anthropic" }).waitFor();
      const editor = page.getByLabel("JSON Schema");
      await editor.fill('{"type": "object", "properties": {');
      const unfinished = await page.getByText("Not JSON yet").waitFor().then(() => true);
      await editor.fill('{"type": "nonsense"}');
      const refused = await page.getByRole("alert").innerText();
      await editor.fill('{"type":"object","properties":{"total":{"type":"integer","minimum":0}},"required":["total"]}');
      const openai = page.getByRole("row").filter({ hasText: /^openai/ });
      await openai.waitFor();
      await openai.click();
      const compiled = await page.getByRole("dialog").innerText();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Register…" }).click();
      await page.getByLabel("Name").fill("invoice");
      await page.getByRole("dialog").getByRole("button", { name: "Register" }).click();
      await page.getByRole("dialog", { name: "invoice" }).waitFor();
      await go(page, "#/contracts/matrix");
      await page.getByRole("region", { name: "Dialect matrix" }).waitFor();
      const cells = await page.getByRole("button", { name: / at openai: / }).count();
      await go(page, "#/contracts/drift");
      const still = await page.getByRole("heading", { name: "No dialect has changed" }).waitFor().then(() => true);
      return { unfinished, refused, compiled, cells, still, wrong: page.wrong };
    }),

  settings: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser, "#/settings");
      await page.getByRole("button", { name: "Check sim-openai" }).click();
      const answers = await page.getByText("answers 200").waitFor().then(() => true);
      await go(page, "#/settings/models?find=haiku");
      await page.getByRole("row").filter({ hasText: "claude-haiku" }).first().waitFor();
      await go(page, "#/settings/instances");
      await page.getByRole("row").filter({ hasText: "live" }).waitFor();
      const live = await page.getByRole("row").filter({ hasText: "live" }).count();
      await go(page, "#/settings/policy");
      await page.getByRole("button", { name: "Edit" }).click();
      await page.getByLabel("Policy").fill("channels: [");
      await page.getByRole("button", { name: "What would it change?" }).click();
      const problem = await page.getByRole("alert").innerText();
      return { answers, live, problem, wrong: page.wrong };
    }),

  /** What is on screen when the server goes away under it. */
  lost: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser);
      await page.getByText(/^1 instance/).waitFor();
      process.kill(input.pid, "SIGKILL");
      const began = Date.now();
      await page.getByText(/^Not live/).waitFor();
      const noticed = Date.now() - began;
      await page.goto(input.console + "#/approvals"); // A part of the console that was not loaded yet.
      const view = await page.getByRole("alert").innerText();
      const frame = await page.getByRole("navigation", { name: "Main" }).isVisible();
      return { noticed, view, frame };
    }),

  keyboard: () =>
    withBrowser(async (browser) => {
      const page = await signedIn(browser);
      await page.keyboard.press("Control+k");
      await page.keyboard.type("contr");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Contracts" }).waitFor();
      await page.keyboard.press("g");
      await page.keyboard.press("s");
      await page.getByRole("heading", { name: "Spend" }).waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      const found = await findings(page);
      await page.keyboard.press("Escape");
      await page.goBack();
      await page.getByRole("heading", { name: "Contracts" }).waitFor();
      await page.getByRole("button", { name: "CLI / API" }).click();
      const cli = await page.getByRole("dialog").innerText();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in to Causeway" }).waitFor();
      await page.reload();
      const out = await page.getByRole("heading", { name: "Sign in to Causeway" }).waitFor().then(() => true);
      return { found, cli, out, wrong: page.wrong };
    }),
});

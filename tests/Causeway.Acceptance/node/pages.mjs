// Every page of the console, empty and with something in it, in both themes and widths: what axe finds, whether it fits, and a picture of it.
import { answered, api, ask, findings, isTooWide, picture, proxy, signedIn, withBrowser } from "./browser.mjs";
import { input, run } from "./result.mjs";
import { views } from "./views.mjs";

async function fill() {
  const keys = [];
  for (const [team, usd] of [["search", "500/month"], ["support", "300/month"], ["ads", "0.01/day"], ["risk", "50/week"]]) {
    const grant = await api("POST", "/grants", { holder: `team/${team}`, env: ["dev", "prod"], usd: [usd], expires_in: "365d" });
    for (const [feature, env] of [["answers", "prod"], ["triage", "dev"]]) {
      const child = await api("POST", "/grants", { parent: grant.id, holder: `feature/${feature}`, env: [env], usd: [team === "ads" ? "0.004/day" : "20/day"] });
      keys.push((await api("POST", "/keys", { team, feature, env, grant: child.id })).key);
    }
  }
  await importBills();
  const until = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await api("POST", "/agreements", { provider: "sim-openai", regions: ["global"], data: ["customer"], until: until(400), document: "https://legal.example/dpa" });
  const soon = await api("POST", "/agreements", { provider: "sim-anthropic", regions: ["global"], data: ["internal"], until: until(12), note: "renewal is with legal" });
  const over = await api("POST", "/agreements", { provider: "sim-gemini", regions: ["eu"], data: ["restricted"], until: until(90) });
  await api("POST", `/agreements/${over.id}/end`, { reason: "the vendor moved the processing" });
  await api("POST", "/capture", { feature: "triage", team: "search", environments: ["dev"], until: "24h", reason: "ticket 1234: wrong answers" });
  const first = await api("POST", "/releases", { label: "brief", pins: ["sim-openai/gpt-5.4-mini"], prompt: "You answer for Acme. Be brief.", allow_alias: true });
  const second = await api("POST", "/releases", { label: "brief and kind", pins: ["sim-anthropic/claude-sonnet-4-6", "sim-openai/gpt-5.4-mini"], prompt: "You answer for Acme. Be brief and kind.", allow_alias: true });
  await api("POST", "/channels", { name: "support", release: first.id });
  await api("POST", "/channels", { name: "invoices", release: second.id });
  await api("POST", "/contracts", { name: "invoice", schema: { type: "object", properties: { total: { type: "integer" } } } });
  await api("POST", "/channels/support/rollout", {
    to: second.id,
    plan: { stages: [{ kind: "percent", ppm: 200_000, min_seconds: 0, min_units: 0 }, { kind: "percent", ppm: 500_000, min_seconds: 600, min_units: 100 }] },
    skip_drill: true,
    reason: "rehearsed in staging",
  });
  const models = ["gpt-5.4-mini", "claude-haiku-5-5", "support", "invoices", "gemini-3.5-flash"];
  for (let i = 0; i < 12; i++) {
    await Promise.all(keys.map((key, at) => ask(key, models[(i + at) % models.length])));
  }
  const requests = (await api("GET", "/usage?limit=50&outcome=completed")).requests;
  const grants = (await api("GET", "/grants")).grants;
  return {
    request: `#/requests?open=${requests[0].request}`,
    grant: `#/grants?open=${grants.find((one) => one.holder === "team/search").id}`,
    delegate: `#/grants?new=${grants.find((one) => one.holder === "team/search").id}`,
    agreement: `#/settings/agreements?open=${soon.id}`,
    endagreement: `#/settings/agreements?open=${soon.id}&end=1`,
    newagreement: "#/settings/agreements?new=1",
    newcapture: "#/settings/capture?new=1",
    found: "#/grants?find=triage",
    pin: "#/channels/sentinel?pin=sim-openai%2Fgpt-5.4-mini",
    probe: "#/channels/sentinel?pin=sim-openai%2Fgpt-5.4-mini&do=probe",
    channel: "#/channels/of/support",
    readiness: "#/channels/of/support/readiness",
    rehearse: "#/channels/of/support/readiness?rehearse=1",
    keeping: "#/channels/of/support/keeping",
    suspend: `#/grants?open=${grants.find((one) => one.holder === "team/search").id}&do=revoked`,
    raise: `#/grants?open=${grants.find((one) => one.holder === "team/search").id}&ask=1`,
    rollback: "#/channels/of/support?rollback=1",
    release: `#/channels/releases?open=${second.id}&with=${first.id}`,
    dialect: "#/contracts?dialect=openai",
    contract: "#/contracts/registered?open=invoice",
  };
}

/** What vendors say was spent beside the gateway. */
async function importBills() {
  const day = (ago) => `${new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
  const rows = ["BilledCost,BillingAccountId,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,ServiceCategory,SkuMeter,SubAccountId,RegionId,ResourceId"];
  for (const [account, project, region, cost] of [["acme", "growth", "eu-west-1", "4210.50"], ["acme", "research", "us-east-1", "980.25"], ["labs", "demo <b>bold</b>", "us-east-1", "120"]]) {
    for (const ago of [40, 3, 2]) {
      rows.push([cost, account, "USD", day(ago), day(ago - 1), "AWS", "Amazon Bedrock", "AI and Machine Learning", "InputTokenCount", project, region, `key-${project.slice(0, 4)}`].join(","));
    }
  }
  const response = await fetch(`${input.admin}api/v1/shadow/imports?file=bills.csv`, {
    method: "POST",
    headers: { authorization: `Bearer ${input.token}`, "content-type": "application/octet-stream" },
    body: `${rows.join("\n")}\n`,
  });
  const answer = await response.json();
  if (answer.result !== "applied") {
    throw new Error(`bills.csv: ${response.status} ${JSON.stringify(answer)}`);
  }
  await api("POST", "/shadow/claims", { vendor: "aws", account: "acme", project: "research", team: "search" });
}

async function walk(theme, width) {
  return await withBrowser(async (browser) => {
    const page = await signedIn(browser, "#/overview", { viewport: { width, height: width > 400 ? 860 : 844 }, colorScheme: theme });
    const result = { pages: 0, found: [], wide: [], wrong: page.wrong };
    const look = async (name, hash) => {
      await page.goto(input.console + hash);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      const isThere = () => page.waitForFunction(() => !document.querySelector("[aria-label=Loading], .chart:not(:has(svg))") && !/Connecting…|being read…/.test(document.body.innerText));
      await isThere();
      await answered(page);
      await isThere(); // What is slow says only after a moment that it waits.
      result.pages++;
      result.found.push(...(await findings(page)).map((one) => `${name}: ${one}`));
      if (await isTooWide(page)) {
        result.wide.push(name);
      }
      await picture(page, `${name}-${theme}-${width}`);
    };
    for (const [name, hash] of Object.entries(views)) {
      await look(`empty-${name}`, hash);
    }
    const more = await fill();
    for (const [name, hash] of Object.entries({ ...views, ...more })) {
      await look(name, hash);
    }
    return result;
  });
}

await run({
  light1280: () => walk("light", 1280),
  dark1280: () => walk("dark", 1280),
  light390: () => walk("light", 390),
  dark390: () => walk("dark", 390),

  /** The server is away for a moment: what was opened meanwhile, a part that has to be loaded and one that is there, comes by itself afterwards. */
  returns: async () => {
    let server = await proxy("");
    const { port } = server.address();
    const away = () => {
      server.closeAllConnections();
      server.close();
    };
    try {
      input.console = `http://127.0.0.1:${port}/console/`;
      return await withBrowser(async (browser) => {
        const page = await signedIn(browser);
        await page.getByText(/^1 instance/).waitFor();
        const seen = {};
        for (const [hash, heading] of [["#/approvals", "Approvals"], ["#/overview", "Overview"]]) {
          away();
          await page.getByText(/^Not live/).waitFor();
          await page.goto(input.console + hash);
          seen[heading] = { away: await page.getByRole("alert").first().innerText() };
          server = await proxy("", port);
          await page.getByText(/^1 instance/).waitFor({ timeout: 60_000 });
          await page.getByRole("heading", { level: 1, name: heading }).waitFor();
          await page.getByRole("alert").first().waitFor({ state: "detached" });
          seen[heading].alerts = await page.getByRole("alert").count();
        }
        return seen;
      });
    } finally {
      away();
    }
  },

  prefixed: async () => {
    const server = await proxy("/gateway");
    try {
      input.console = `http://127.0.0.1:${server.address().port}/gateway/console`; // Without the slash: the redirect has to keep the prefix.
      return await withBrowser(async (browser) => {
        const page = await signedIn(browser, "#/start");
        await page.getByText(/^1 instance/).waitFor();
        await page.getByRole("button", { name: "Create key" }).click();
        const snippet = await page.getByRole("region", { name: "the code for curl" }).innerText();
        await page.getByRole("button", { name: "Send one from here" }).click();
        const arrived = await page.getByText("Your first request was answered").waitFor().then(() => true);
        return { address: page.url(), live: true, snippet, arrived, wrong: page.wrong };
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
});

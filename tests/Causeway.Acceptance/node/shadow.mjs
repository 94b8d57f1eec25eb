// What goes around the gateway: a vendor's export is dropped on the page, what it would do is said first, and an account is claimed.
import { api, findings, go, picture, signedIn, withBrowser } from "./browser.mjs";
import { run } from "./result.mjs";

const day = (ago) => `${new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;

/** An export in the form of FOCUS. */
function bills() {
  const rows = ["BilledCost,BillingAccountId,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,ServiceCategory,SkuMeter,SubAccountId,RegionId,ResourceId"];
  for (const [project, region, cost] of [["growth", "eu-west-1", "120"], ["<script>", "us-east-1", "30"]]) {
    rows.push([cost, "acme", "USD", day(3), day(2), "AWS", "Amazon Bedrock", "AI and Machine Learning", "InputTokenCount", project, region, `key-${region}`].join(","));
  }
  return `${rows.join("\n")}\n`;
}

/** Drops files on the page as a person does: each with its name and text. */
async function drop(page, ...dropped) {
  const files = await page.evaluateHandle((dropped) => {
    const transfer = new DataTransfer();
    for (const [name, text] of dropped) {
      transfer.items.add(new File([text], name, { type: "text/csv" }));
    }
    return transfer;
  }, dropped);
  const place = page.locator(".drop");
  await place.dispatchEvent("dragover", { dataTransfer: files });
  await place.dispatchEvent("drop", { dataTransfer: files });
}

await run({
  claimed: () =>
    withBrowser(async (browser) => {
      const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
      await api("POST", "/agreements", { provider: "sim-openai", regions: ["eu"], data: ["internal"], until });
      const page = await signedIn(browser, "#/shadow");
      await page.getByRole("heading", { name: "No vendor has told anything yet" }).waitFor();
      await drop(page, ["poem.csv", "Shall I compare thee\n"]);
      const refused = await page.getByRole("alert").innerText();
      await drop(page, ["bills.csv", bills()]);
      const would = page.getByRole("status").filter({ hasText: "bills.csv: 2 records" });
      await would.waitFor();
      const plan = await would.innerText();
      const before = (await api("GET", "/shadow/report?since=30d")).accounts.length;
      await would.getByRole("button", { name: "Import it" }).click();
      await page.getByText(/^bills.csv was taken/).waitFor();
      const accounts = page.getByRole("region", { name: "Accounts, projects and keys" });
      await accounts.getByRole("row").filter({ hasText: "growth" }).getByText("nobody's").waitFor();
      await accounts.getByText("acme / <script>").waitFor();
      const found = await findings(page);
      await picture(page, "shadow-told-light-1280");

      // The dearest first, and the other way round by a click on the head; the address has it.
      const order = async () => (await accounts.getByRole("row").allInnerTexts()).slice(1).map((row) => (row.includes("growth") ? "growth" : "script"));
      await accounts.getByRole("button", { name: "Cost" }).click();
      const dearest = await order();
      await accounts.getByRole("button", { name: "Cost" }).click();
      const cheapest = await order();
      const address = page.url();

      const regions = Object.fromEntries(
        (await page.getByRole("region", { name: "Where it was processed" }).getByRole("row").allInnerTexts()).slice(1).map((row) => [row.split("\t")[0], row.includes("outside") ? "outside" : row.includes("covered") ? "covered" : ""]),
      );
      await accounts.getByRole("row").filter({ hasText: "growth" }).getByRole("button", { name: "Claim" }).click();
      const dialog = page.getByRole("dialog", { name: "Claim it for a team" });
      const early = await dialog.getByRole("button", { name: "Claim" }).isDisabled();
      await dialog.getByLabel("Team").fill("growth-team");
      await dialog.getByRole("button", { name: "Claim" }).click();
      await accounts.getByRole("row").filter({ hasText: "growth-team" }).waitFor();
      const claimed = (await api("GET", "/shadow/report?since=30d")).accounts.find((one) => one.project === "growth");

      // The files of one export, dropped together, do not take each other's place.
      const [head, ...rows] = bills().trimEnd().split("\n");
      await drop(page, ...rows.map((row, i) => [`part-${i}.csv`, `${head}\n${row.replace(",acme,", ",parts,")}\n`]));
      await page.getByRole("status").filter({ hasText: "part-0.csv and 1 more: 2 records of focus" }).getByRole("button", { name: "Import it" }).click();
      await page.getByText(/^part-0.csv and 1 more was taken/).waitFor();
      const parts = (await api("GET", "/shadow/report?since=30d")).accounts.filter((one) => one.account === "parts").map((one) => one.cost_usd);
      await go(page, "#/settings/teams");
      await page.getByRole("row").filter({ hasText: "growth-team" }).waitFor();
      return { refused, plan, before, regions, dearest, cheapest, address, early, claimed: [claimed.class, claimed.team], parts, found, wrong: page.wrong };
    }),
});

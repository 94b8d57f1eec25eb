// Writes the Parquet files of this folder, by another implementation than ours: npm i parquet-wasm@0.8.0 apache-arrow && node make.mjs FOLDER
import { writeFileSync } from "node:fs";
import * as arrow from "apache-arrow";
import { Compression, Encoding, Table, WriterPropertiesBuilder, WriterVersion, writeParquet } from "parquet-wasm/esm";
import init from "parquet-wasm/esm";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

await init({ module_or_path: readFileSync(createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm")) });
const folder = process.argv[2];
const text = new arrow.Utf8();
const map = () => new arrow.Map_(new arrow.Field("key_value", new arrow.Struct([new arrow.Field("key", text, false), new arrow.Field("value", text, true)]), false));
const list = (item) => new arrow.List(new arrow.Field("item", item, true));
const moment = (unit) => new arrow.Timestamp(unit, "UTC");
const digits = (number) => new Uint32Array([0n, 32n, 64n, 96n].map((shift) => Number(BigInt.asUintN(32, BigInt.asUintN(128, number) >> shift))));
const hour = Date.UTC(2026, 10, 26, 3);

/** Columns of [name, type, values] as a file. */
function write(name, columns, options) {
  const vectors = Object.fromEntries(columns.map(([column, type, values]) => [column, arrow.vectorFromArray(values, type)]));
  const table = new arrow.Table(vectors);
  const made = writeParquet(Table.fromIPCStream(arrow.tableToIPC(table, "stream")), options(new WriterPropertiesBuilder()).build());
  writeFileSync(`${folder}/${name}`, made);
  console.log(name, made.length);
}

// AWS Data Exports: CUR 2.0, Snappy, maps, moments of milliseconds.
write("aws_cur.snappy.parquet", [
  ["bill_payer_account_id", text, ["111122223333", "111122223333", "111122223333"]],
  ["line_item_usage_account_id", text, ["444455556666", "444455556666", "444455556666"]],
  ["line_item_usage_start_date", moment(arrow.TimeUnit.MILLISECOND), [hour, hour, hour]],
  ["line_item_product_code", text, ["AmazonBedrock", "5xq", "AmazonEC2"]],
  ["line_item_usage_type", text, ["EUC1-Claude-input-tokens", "EUC1-MP", "EUC1-BoxUsage"]],
  ["line_item_resource_id", text, [null, null, "i-1"]],
  ["line_item_usage_amount", new arrow.Float64(), [1000, 1, 1]],
  ["line_item_unblended_cost", new arrow.Float64(), [0.0000000012, 3.5, 7]],
  ["line_item_currency_code", text, ["USD", "USD", "USD"]],
  ["line_item_line_item_description", text, ["$0.003 per 1K input tokens", null, "m5.large"]],
  ["product_region_code", text, ["eu-central-1", "eu-central-1", "eu-central-1"]],
  ["line_item_iam_principal", text, ["arn:aws:iam::444455556666:role/search", null, null]],
  ["product", map(), [new Map([["product_name", "Amazon Bedrock"]]), new Map([["product_name", "Claude (Amazon Bedrock Edition)"], ["vendor", "x"]]), null]],
  ["resource_tags", map(), [new Map([["user_team", "search"]]), null, new Map()]],
], (p) => p.setCompression(Compression.SNAPPY));

// The same as FOCUS, with what newer writers use: second data pages, deltas, decimals, Brotli, small row groups.
write("focus.brotli.parquet", [
  ["BilledCost", new arrow.Decimal(10, 38, 128), [42_500_000_000n, 10_000_000_000n, -2_500_000_000n].map(digits)],
  ["BillingAccountId", text, ["org-1", "org-1", "org-1"]],
  ["BillingCurrency", text, ["USD", "USD", "USD"]],
  ["ChargePeriodStart", moment(arrow.TimeUnit.MICROSECOND), [hour, hour + 3_600_000, hour + 7_200_000]],
  ["ProviderName", text, ["OpenAI", "AWS", "OpenAI"]],
  ["ServiceName", text, ["OpenAI API", "Amazon EC2", "OpenAI API"]],
  ["SkuMeter", text, ["gpt-5.4 input", "BoxUsage", "gpt-5.4 input"]],
  ["SubAccountId", text, ["proj_1", "444", "proj_1"]],
  ["RegionId", text, [null, "eu-central-1", null]],
  ["Tags", map(), [new Map([["team", "search"]]), new Map(), null]],
  ["x_Numbers", list(new arrow.Int64()), [[1n, 2n], [], null]],
], (p) => p.setCompression(Compression.BROTLI).setWriterVersion(WriterVersion.V2).setDictionaryEnabled(false).setMaxRowGroupSize(2).setColumnEncoding("BillingAccountId", Encoding.DELTA_LENGTH_BYTE_ARRAY)
  .setColumnEncoding("SkuMeter", Encoding.DELTA_BYTE_ARRAY).setColumnEncoding("ChargePeriodStart", Encoding.DELTA_BINARY_PACKED));

// BigQuery's export of Cloud Billing: structures, and credits as a list of them.
const credit = new arrow.Struct([new arrow.Field("name", text, true), new arrow.Field("amount", new arrow.Float64(), true)]);
write("google_billing.gzip.parquet", [
  ["billing_account_id", text, ["01AAAA-BBBBBB", "01AAAA-BBBBBB"]],
  ["service", new arrow.Struct([new arrow.Field("id", text, true), new arrow.Field("description", text, true)]), [{ id: "1", description: "Vertex AI" }, { id: "9", description: "Cloud Storage" }]],
  ["sku", new arrow.Struct([new arrow.Field("id", text, true), new arrow.Field("description", text, true)]), [{ id: "2", description: "Gemini 3 Flash Text Input" }, { id: "3", description: "Standard Storage" }]],
  ["usage_start_time", moment(arrow.TimeUnit.MICROSECOND), [hour, hour]],
  ["project", new arrow.Struct([new arrow.Field("id", text, true), new arrow.Field("number", text, true)]), [{ id: "search-prod", number: "7" }, null]],
  ["location", new arrow.Struct([new arrow.Field("location", text, true), new arrow.Field("region", text, true)]), [{ location: "europe-west4", region: "europe-west4" }, null]],
  ["cost", new arrow.Float64(), [2.5, 99]],
  ["currency", text, ["EUR", "EUR"]],
  ["credits", list(credit), [[{ name: "promo", amount: -0.25 }, { name: "sud", amount: -0.25 }], []]],
], (p) => p.setCompression(Compression.GZIP));

// Azure Cost Management: Snappy, days and decimals.
write("azure_cost.snappy.parquet", [
  ["BillingAccountId", text, ["8611537", "8611537"]],
  ["SubscriptionId", text, ["sub-1", "sub-1"]],
  ["ResourceId", text, ["/subscriptions/sub-1/accounts/oai", "/subscriptions/sub-1/vm"]],
  ["ResourceLocation", text, ["swedencentral", "swedencentral"]],
  ["Date", new arrow.DateDay(), [new Date(Date.UTC(2026, 10, 26)), new Date(Date.UTC(2026, 10, 26))]],
  ["MeterCategory", text, ["Cognitive Services", "Virtual Machines"]],
  ["MeterSubCategory", text, ["Azure OpenAI", "Dv5"]],
  ["MeterName", text, ["gpt 5.4 mini Inp glbl Tokens", "D4 v5"]],
  ["Quantity", new arrow.Decimal(18, 38, 128), [12_500_000_000_000_000_000n, 24_000_000_000_000_000_000n].map(digits)],
  ["CostInBillingCurrency", new arrow.Decimal(18, 38, 128), [1_234_560_000_000_000_000_000n, 99_000_000_000_000_000_000n].map(digits)],
  ["BillingCurrency", text, ["EUR", "EUR"]],
  ["IsInvoiced", new arrow.Bool(), [true, false]],
], (p) => p.setCompression(Compression.SNAPPY));

// What is not read.
write("focus.zstd.parquet", [
  ["BilledCost", new arrow.Float64(), [1]],
  ["ChargePeriodStart", moment(arrow.TimeUnit.NANOSECOND), [hour]],
], (p) => p.setCompression(Compression.ZSTD));

using System.Text.Json;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Registry;
using Causeway.Gateway.Policy;

namespace Causeway.Tests.Admin;

public sealed class ContractTests : IAsyncLifetime
{
    private const string Schema = """{"type":"object","properties":{"b":{"type":"string"},"a":{"enum":["A","B"]}},"required":["b"]}""";

    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_contract_is_registered_once_and_in_force_at_once()
    {
        const string body = $$"""{"name": "invoice", "schema": {{Schema}}}""";

        (int first, JsonElement made) = await _host.SendAsync(HttpMethod.Post, "api/v1/contracts", body);
        (int second, JsonElement again) = await _host.SendAsync(HttpMethod.Post, "api/v1/contracts", body);

        Assert.Equal((201, 200), (first, second));
        Assert.Equal(made.GetRawText(), again.GetRawText());
        ServedContract served = _host.Policies.Current.FindContract("invoice")!;
        Assert.Equal("invoice@1", served.FullName);
        Assert.Same(served, _host.Policies.Current.FindContract("invoice@1"));
        Assert.Equal(("invoice", 1), (made.GetProperty("name").GetString(), made.GetProperty("version").GetInt32()));
        Assert.Equal(served.Contract.Id.ToString(), made.GetProperty("id").GetString());
        Assert.Equal(served.Contract.Schema.Digest.ToString(), made.GetProperty("schema_digest").GetString());
        Assert.Equal("""["fences","prose","integer_spelling"]""", made.GetProperty("coerce").GetRawText());
        Assert.Equal("""["repair","fallback","fail"]""", made.GetProperty("on_violation").GetRawText());
        Assert.Equal(1, made.GetProperty("repairs").GetInt32());
        Assert.True(served.Validator.IsValid("""{"b":"x"}"""u8));
        Assert.False(served.Validator.IsValid("""{"a":"A"}"""u8));
    }

    [Fact]
    public async Task A_schema_is_checked_against_dialects_and_nothing_is_kept()
    {
        (int status, JsonElement check) = await _host.SendAsync(HttpMethod.Post, "api/v1/contracts/check", $$"""{"schema": {{Schema}}, "for": ["openai", "google"]}""");
        (int refused, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/contracts/check", """{"schema": {"type": "objct"}, "for": ["gemni"]}""");

        Assert.Equal(200, status);
        Assert.Equal(["openai", "gemini"], check.GetProperty("dialects").EnumerateArray().Select(one => one.GetProperty("dialect").GetString()));
        JsonElement openai = check.GetProperty("dialects")[0];
        Assert.Equal(("format", true), (openai.GetProperty("carrier").GetString(), openai.GetProperty("strict").GetBoolean()));
        Assert.Contains(openai.GetProperty("rewrites").EnumerateArray(), rewrite => rewrite.GetProperty("feature").GetString() == "optional_property");
        Assert.False(openai.GetProperty("schema").GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(422, refused);
        Assert.Equal(["schema", "for"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
        Assert.Empty(_host.Policies.Current.Contracts.All);
    }

    [Fact]
    public async Task A_policy_is_taken_word_by_word()
    {
        JsonElement made = await _host.RegisterAsync("invoice", Schema, """, "coerce": ["enum_case", "fences"], "on_violation": ["fallback", "repair"], "repairs": 3""");
        JsonElement strict = await _host.RegisterAsync("invoice", Schema, """, "coerce": [], "on_violation": []""");

        Assert.Equal("""["fences","enum_case"]""", made.GetProperty("coerce").GetRawText());
        ContractPolicy policy = _host.Policies.Current.FindContract("invoice@1")!.Contract.Policy;
        Assert.Equal((Coercions.Fences | Coercions.EnumCase, 3), (policy.Coerce, policy.Repairs));
        Assert.Equal([OnViolation.Fallback, OnViolation.Repair, OnViolation.Fail], policy.OnViolation);
        Assert.Equal("""[[],["fail"],0]""", $"[{strict.GetProperty("coerce").GetRawText()},{strict.GetProperty("on_violation").GetRawText()},{strict.GetProperty("repairs").GetRawText()}]");
    }

    [Theory]
    [InlineData("""{}""", "name: is missing", "schema: is missing")]
    [InlineData("""{"name": "invoice", "schema": null}""", "schema: is missing")]
    [InlineData("""{"name": "inline", "schema": {}}""", "name: is what schemas that come with a request are called; choose another")]
    [InlineData("""{"name": "invoice@2", "schema": {}}""", "name: may not hold '@': that stands before a version, which is given by the registry")]
    [InlineData("""{"name": "Invoice", "schema": true}""", "name: may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit")]
    [InlineData("""{"name": "i", "schema": {}, "coerce": ["enumcase", "fences", "fences"]}""", "coerce: \"enumcase\" is not one of: fences, prose, integer_spelling, enum_case, numeric_strings, single_to_array, json_strings, key_order; did you mean \"enum_case\"?", "coerce: names fences more than once")]
    [InlineData("""{"name": "i", "schema": {}, "on_violation": ["repiar", "fallback"], "repairs": 2}""", "on_violation: \"repiar\" is not one of: repair, fallback, fail; did you mean \"repair\"?")]
    [InlineData("""{"name": "i", "schema": {}, "on_violation": ["fail", "repair"]}""", "on_violation: names repair after fail, which ends it")]
    [InlineData("""{"name": "i", "schema": {}, "on_violation": [null]}""", "on_violation: \"null\" is not one of: repair, fallback, fail")]
    [InlineData("""{"name": "i", "schema": {}, "on_violation": ["fallback"], "repairs": 2}""", "repairs: needs repair among what on_violation names")]
    [InlineData("""{"name": "i", "schema": {}, "repairs": 4}""", "repairs: is a whole number from 0 to 3")]
    public async Task What_makes_no_contract_is_told(string body, params string[] expected)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/contracts", body);

        Assert.Equal((422, "contract_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(expected, problem.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("field").GetString()}: {error.GetProperty("message").GetString()}"));
        Assert.Empty(await _host.Contracts.ListAsync(CancellationToken.None));
        Assert.Empty(_host.Policies.Current.Contracts.All);
    }

    [Theory]
    [InlineData("""{"type": "strin"}""", "/type")]
    [InlineData("""{"properties": {"a/b": {"minimum": "1"}}}""", "/properties/a~1b/minimum")]
    [InlineData("""{"items": {"$ref": "https://example.com/schema"}}""", "/items/$ref")]
    [InlineData("""7""", "")]
    public async Task A_bad_schema_is_told_with_its_place(string schema, string pointer)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/contracts", $$"""{"name": "invoice", "schema": {{schema}}}""");

        Assert.Equal((422, "contract_invalid"), (status, problem.GetProperty("code").GetString()));
        JsonElement error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(("schema", pointer), (error.GetProperty("field").GetString(), error.GetProperty("pointer").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task A_schema_may_be_as_deep_as_one_can_be_and_no_deeper()
    {
        static string Nested(int levels) => string.Concat(Enumerable.Repeat("""{"not":""", levels)) + "{}" + new string('}', levels);

        JsonElement deep = await _host.RegisterAsync("deep", Nested(120));
        (int tooDeep, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/contracts", $$"""{"name": "deeper", "schema": {{Nested(200)}}}""");
        string detail = await _host.Http.GetStringAsync("api/v1/contracts/deep");

        Assert.Equal(1, deep.GetProperty("version").GetInt32());
        Assert.InRange(tooDeep, 400, 422);
        Assert.Contains($"\"schema\":{Nested(120)},", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contracts_are_listed_and_shown_with_every_version()
    {
        await _host.RegisterAsync("order");
        await _host.RegisterAsync("invoice", Schema);
        await _host.RegisterAsync("invoice", """{"type":"string"}""");

        (_, JsonElement list) = await _host.GetAsync("api/v1/contracts");
        (_, JsonElement newest) = await _host.GetAsync("api/v1/contracts/invoice");
        (_, JsonElement first) = await _host.GetAsync("api/v1/contracts/invoice@1");

        Assert.Equal(["invoice@2", "order@1"], list.GetProperty("contracts").EnumerateArray().Select(FullName));
        Assert.Equal(("invoice@2", """{"type":"string"}"""), (FullName(newest.GetProperty("contract")), newest.GetProperty("schema").GetRawText()));
        Assert.Equal(("invoice@1", Schema), (FullName(first.GetProperty("contract")), first.GetProperty("schema").GetRawText()));
        Assert.Equal(["invoice@2", "invoice@1"], first.GetProperty("versions").EnumerateArray().Select(FullName));
    }

    [Theory]
    [InlineData("invioce", "No contract is called \"invioce\"; did you mean \"invoice\"? List them with: causeway contract list")]
    [InlineData("invoice@2", "Contract \"invoice\" has no version \"2\"; it has 1 to 1. Show them with: causeway contract show invoice")]
    [InlineData("invoice@", "Contract \"invoice\" has no version \"\"; it has 1 to 1. Show them with: causeway contract show invoice")]
    public async Task An_unknown_contract_is_told_with_the_nearest(string name, string expected)
    {
        await _host.RegisterAsync("invoice");

        foreach (string path in (string[])[$"api/v1/contracts/{name}", $"api/v1/contracts/{name}/outcomes"])
        {
            (int status, JsonElement problem) = await _host.GetAsync(path);

            Assert.Equal((404, "contract_unknown", expected), (status, problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString()));
        }
    }

    [Fact]
    public async Task Outcomes_are_summed_by_version_day_and_pin()
    {
        await _host.RegisterAsync("invoice");
        await _host.RegisterAsync("invoice", Schema);
        _host.Usage.Outcomes =
        [
            new("invoice@1", "2026-11-22", "openai", "gpt-5.5", "native", 7, 0, 0),
            new("invoice@1", "2026-11-22", "openai", "gpt-5.5", "repaired", 2, 3, 1_500),
            new("invoice@1", "2026-11-22", "openai", "gpt-5.5", "truncated", 1, 0, 0),
            new("invoice@2", "2026-11-23", "", "gone", "refused", 1, 0, 0),
            new("invoice@2", "2026-11-23", "local", "m", "enforced", 4, 1, 0),
            new("invoice@2", "2026-11-23", "local", "m", "blank", 1, 0, 0),
        ];

        (int status, JsonElement report) = await _host.GetAsync("api/v1/contracts/invoice/outcomes?since=7d");
        (_, JsonElement second) = await _host.GetAsync("api/v1/contracts/invoice@2/outcomes");

        Assert.Equal(200, status);
        JsonElement[] rows = [.. report.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["invoice@1 2026-11-22 openai/gpt-5.5", "invoice@2 2026-11-23 gone", "invoice@2 2026-11-23 local/m"], rows.Select(Group));
        Assert.Equal("""{"native":0.7,"enforced":0,"repaired":0.2,"failed":0.1}""", rows[0].GetProperty("shares").GetRawText());
        Assert.Equal((10, 3, 1_500, "0.000001500"), (rows[0].GetProperty("requests").GetInt64(), rows[0].GetProperty("repairs").GetInt64(), rows[0].GetProperty("repair_cost_nano_usd").GetInt64(), rows[0].GetProperty("repair_cost_usd").GetString()));
        Assert.Equal(JsonValueKind.Null, rows[2].GetProperty("repair_cost_nano_usd").ValueKind); // Repaired by a model without a price.
        JsonElement total = report.GetProperty("total");
        Assert.Equal(
            (16, 7, 4, 2, 3, 0, 1, 1, 1),
            (Number(total, "requests"), Number(total, "native"), Number(total, "enforced"), Number(total, "repaired"), Number(total, "failed"), Number(total, "violated"), Number(total, "blank"), Number(total, "refused"), Number(total, "truncated")));
        Assert.Equal(6, Number(second.GetProperty("total"), "requests"));
        Assert.Equal(("invoice", _host.Time.Now - TimeSpan.FromHours(24)), _host.Usage.LastOutcomes);
    }

    [Theory]
    [InlineData("since=yesterday")]
    [InlineData("since=2027-01-01")]
    [InlineData("until=24h")]
    public async Task A_window_that_is_none_is_refused(string query)
    {
        (int status, JsonElement problem) = await _host.GetAsync($"api/v1/contracts/inline/outcomes?{query}");

        Assert.Equal((422, "query_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Null(_host.Usage.LastOutcomes);
    }

    [Fact]
    public async Task A_store_that_is_away_is_told_and_nothing_is_in_force()
    {
        _host.Contracts.Away = true;

        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/contracts", """{"name": "invoice", "schema": {}}""");

        Assert.Equal((503, "store_unavailable"), (status, problem.GetProperty("code").GetString()));
        Assert.Null(_host.Policies.Current.FindContract("invoice"));
    }

    [Fact]
    public async Task Usage_says_what_became_of_the_contract()
    {
        await _host.Usage.AppendAsync(
            [
                SpendTests.Record() with { Contract = "invoice@1", ContractSchema = "sch_1", ContractOutcome = "repaired", Repairs = 1, RepairCostNanoUsd = 40, Mended = "fences:1" },
            ],
            CancellationToken.None);

        (_, JsonElement usage) = await _host.GetAsync("api/v1/usage");

        JsonElement shown = Assert.Single(usage.GetProperty("requests").EnumerateArray());
        Assert.Equal(
            ("invoice@1", "sch_1", "repaired", 1, 40, "fences:1"),
            (shown.GetProperty("contract").GetString(), shown.GetProperty("contract_schema").GetString(), shown.GetProperty("contract_outcome").GetString(), shown.GetProperty("repairs").GetInt32(), shown.GetProperty("repair_cost_nano_usd").GetInt64(), shown.GetProperty("mended").GetString()));
    }

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();

    private static string Group(JsonElement row) => $"{row.GetProperty("contract").GetString()} {row.GetProperty("day").GetString()} {row.GetProperty("pin").GetString()}";

    private static string FullName(JsonElement contract) => $"{contract.GetProperty("name").GetString()}@{contract.GetProperty("version").GetInt32()}";
}

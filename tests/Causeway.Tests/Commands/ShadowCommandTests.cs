using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Tests.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Tests.Commands;

/// <summary>The verbs of <c>causeway shadow</c> that speak to a server, and what it answers.</summary>
public sealed class ShadowCommandTests : IAsyncLifetime
{
    private const string Cost =
        """
        start_time,end_time,amount_value,amount_currency,line_item,project_id,organization_id
        1795305600,1795392000,60,usd,"gpt-5.4-mini, input",proj_1,org-1
        1795305600,1795392000,30,usd,"gpt-5.4-mini, input",proj_2,org-1

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-shadow-").FullName;
    private readonly Dictionary<string, string> _variables = [];
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_export_is_imported_once_however_often_it_is_sent()
    {
        string file = Write("cost.csv", Cost);

        (int dry, string wouldBe, _) = await RunAsync("shadow", "import", file, "--dry-run");
        (int first, string imported, string error) = await RunAsync("shadow", "import", file);
        (int second, string again, _) = await RunAsync("shadow", "import", file);
        (_, string list, _) = await RunAsync("shadow", "imports");

        Assert.Equal((0, 0, 0, ""), (dry, first, second, error));
        Assert.StartsWith("cost.csv: would be imported (dry run)", wouldBe, StringComparison.Ordinal);
        Assert.StartsWith("cost.csv: imported\n", imported, StringComparison.Ordinal);
        Assert.Contains("billed   90 USD", imported, StringComparison.Ordinal);
        Assert.StartsWith("cost.csv: imported before, nothing changed", again, StringComparison.Ordinal);
        Assert.Equal(2, list.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task A_file_with_records_that_are_wrong_is_not_taken_unless_they_are_left_out()
    {
        string file = Write("cost.csv", Cost + "never,,1,usd,x,proj_3,org-1\n");

        (int refused, string output, _) = await RunAsync("shadow", "import", file);
        Assert.Equal(1, refused);
        Assert.Contains("cost.csv:4:1  start_time is \"never\", which is no time", output, StringComparison.Ordinal);
        Assert.Empty(await _host.Shadow.ListAsync(CancellationToken.None));

        Assert.Equal(0, (await RunAsync("shadow", "import", file, "--skip-rejected")).Code);
        Assert.Single(await _host.Shadow.ListAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "has columns of no export that is known: a, b")]
    [InlineData("", "is empty")]
    public async Task What_is_no_export_is_refused_with_its_place(string text, string problem)
    {
        string file = Write("x.csv", text);

        (int code, _, string error) = await RunAsync("shadow", "import", file);

        Assert.Equal(1, code);
        Assert.Contains("x.csv:1:1", error, StringComparison.Ordinal);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shadow", "import")]
    [InlineData("shadow", "import", "a.csv", "--from", "openai")]
    [InlineData("shadow", "import", "a.csv", "--since", "3d")]
    [InlineData("shadow", "import", "--from", "openai", "--api-url", "http://example.com")]
    [InlineData("shadow", "import", "--from", "openai")]
    [InlineData("shadow", "import", "no-such-file.csv")]
    [InlineData("shadow", "claim", "--team", "search")]
    [InlineData("shadow", "claim", "--vendor", "openai")]
    [InlineData("shadow", "claim", "--vendor", "openai", "--team", "search", "--withdraw")]
    public async Task What_cannot_be_understood_ends_with_2(params string[] arguments) => Assert.Equal(2, (await RunAsync(arguments)).Code);

    [Fact]
    public async Task A_report_tells_own_claimed_and_nobodys_use_and_adoption()
    {
        await RunAsync("shadow", "import", Write("cost.csv", Cost + "1795305600,1795392000,10,usd,x,proj_3,org-1\n"));
        Assert.Equal(0, (await RunAsync("shadow", "claim", "--vendor", "openai", "--project", "proj_1", "--provider", "openai")).Code);
        Assert.Equal(0, (await RunAsync("shadow", "claim", "--vendor", "openai", "--project", "proj_2", "--team", "search", "--note", "pilot")).Code);
        _host.Usage.Rows = [new SpendRow(["2026-11-22", "openai", "search"], 10, 0, 0, 0, 1000, 0, 0, 500, 0, 60_000_000_000)];

        (int code, string output, string error) = await RunAsync("shadow", "report", "--since", "2026-11-01");
        (_, string json, _) = await RunAsync("shadow", "report", "--since", "2026-11-01", "--json");
        (_, string csv, _) = await RunAsync("shadow", "report", "--since", "2026-11-01", "--csv");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("60%", output, StringComparison.Ordinal);
        Assert.Contains("own (openai)", output, StringComparison.Ordinal);
        Assert.Contains("nobody's", output, StringComparison.Ordinal);
        Assert.Contains("1 of 1 days match", output, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(json);
        Assert.Equal(0.6, report.RootElement.GetProperty("total").GetProperty("share").GetDouble());
        Assert.Equal(["own", "claimed", "unattributed"], report.RootElement.GetProperty("accounts").EnumerateArray().Select(one => one.GetProperty("class").GetString()));
        Assert.Equal(4, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("openai,org-1,proj_2,,claimed,search,,30.000000000,0,0,2026-11-22,2026-11-22,", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_without_imports_says_what_to_do()
    {
        _host.Usage.Rows = [];

        (int code, string output, _) = await RunAsync("shadow", "report");

        Assert.Equal(0, code);
        Assert.Contains("No vendor's export was imported for these days: causeway shadow import FILE", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_can_be_listed_and_taken_back_and_what_is_wrong_with_one_is_told()
    {
        await RunAsync("shadow", "claim", "--vendor", "openai", "--key", "key_1", "--team", "search");
        (_, string list, _) = await RunAsync("shadow", "claim");
        (int unknown, _, string error) = await RunAsync("shadow", "claim", "--vendor", "openai", "--key", "key_2", "--withdraw");
        (int provider, _, string noSuch) = await RunAsync("shadow", "claim", "--vendor", "openai", "--provider", "nobody");
        (int withdrawn, string left, _) = await RunAsync("shadow", "claim", "--vendor", "openai", "--key", "key_1", "--withdraw");

        Assert.Contains("key_1", list, StringComparison.Ordinal);
        Assert.Equal((1, 1, 0), (unknown, provider, withdrawn));
        Assert.Contains("claim_unknown", error, StringComparison.Ordinal);
        Assert.Contains("\"nobody\" is no provider of the configuration", noSuch, StringComparison.Ordinal);
        Assert.StartsWith("Nothing is claimed.", left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_to_vendors_hosts_are_found_in_a_log_but_not_those_of_Causeway_itself()
    {
        string log = Write(
            "access.log",
            """
            1795305600.123    456 10.0.0.5 TCP_TUNNEL/200 4523 CONNECT api.openai.com:443 - HIER_DIRECT/1.2.3.4 -
            1795305601.123    456 10.0.0.6 TCP_TUNNEL/200 100 CONNECT corp.openai.azure.com:443 - HIER_DIRECT/1.2.3.4 -
            1795305602.123    456 10.0.0.9 TCP_TUNNEL/200 100 CONNECT api.openai.com:443 - HIER_DIRECT/1.2.3.4 -
            1795305603.123    456 10.0.0.5 TCP_MISS/200 100 GET http://example.com/ - HIER_DIRECT/1.2.3.4 text/html

            """);
        _host.Usage.Rows = [];

        (int code, string output, _) = await RunAsync("shadow", "logs", log, "--source", "proxy-eu", "--exclude-clients", "10.0.0.9");
        (_, string json, _) = await RunAsync("shadow", "report", "--since", "2026-11-01", "--json");

        Assert.Equal(0, code);
        Assert.Contains("4 read, 2 not of inference, 0 wrong", output, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(json);
        Assert.Equal([("api.openai.com", "openai", 1), ("corp.openai.azure.com", "azure", 1)],
            report.RootElement.GetProperty("hosts").EnumerateArray().Select(host => (host.GetProperty("host").GetString(), host.GetProperty("vendor").GetString(), host.GetProperty("clients").GetInt32())));
    }

    [Fact]
    public async Task A_vendors_admin_API_is_read_page_by_page_and_asked_again_when_it_is_busy()
    {
        int asked = 0;
        List<string?> keys = [];
        await using WebApplication vendor = await VendorAsync(context =>
        {
            keys.Add(context.Request.Headers.Authorization);
            if (++asked == 1)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "0";
                return "";
            }

            return context.Request.Path.Value!.EndsWith("completions", StringComparison.Ordinal)
                ? context.Request.Query["page"] == "p2"
                    ? """{"object":"page","data":[{"start_time":1795392000,"end_time":1795478400,"results":[{"input_tokens":5,"output_tokens":6,"num_model_requests":1,"project_id":"proj_2","model":"m"}]}],"has_more":false,"next_page":null}"""
                    : """{"object":"page","data":[{"start_time":1795305600,"end_time":1795392000,"results":[{"input_tokens":1000,"output_tokens":200,"num_model_requests":12,"project_id":"proj_1","model":"m"}]}],"has_more":true,"next_page":"p2"}"""
                : context.Request.Path.Value.EndsWith("costs", StringComparison.Ordinal)
                    ? """{"object":"page","data":[{"start_time":1795305600,"end_time":1795392000,"results":[{"amount":{"value":1.75,"currency":"usd"},"line_item":"m, input","project_id":"proj_1"}]}],"has_more":false,"next_page":null}"""
                    : """{"object":"page","data":[{"start_time":1795305600,"end_time":1795392000,"results":[]}],"has_more":false,"next_page":null}""";
        });
        _variables[VendorPull.OpenAIVariable] = "sk-admin-test";

        (int code, string output, string error) = await RunAsync("shadow", "import", "--from", "openai", "--since", "30d", "--api-url", vendor.Urls.Single());

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("openai completions: imported", output, StringComparison.Ordinal);
        Assert.Contains("openai embeddings: nothing was used", output, StringComparison.Ordinal);
        Assert.Contains("billed   1.75 USD", output, StringComparison.Ordinal);
        Assert.All(keys, key => Assert.Equal("Bearer sk-admin-test", key));
        Assert.Equal(["openai_cost", "openai_usage"], (await _host.Shadow.ListAsync(CancellationToken.None)).Select(import => import.Format).Order());
    }

    [Fact]
    public async Task Anthropics_admin_API_is_read_too_and_a_key_that_is_refused_is_told()
    {
        bool refuses = true;
        await using WebApplication vendor = await VendorAsync(context =>
        {
            context.Response.StatusCode = refuses || context.Request.Headers["x-api-key"] != "sk-ant-admin-test" ? 401 : 200;
            return context.Request.Path.Value!.Contains("cost_report", StringComparison.Ordinal)
                ? """{"data":[{"starting_at":"2026-11-22T00:00:00Z","ending_at":"2026-11-23T00:00:00Z","results":[{"currency":"USD","amount":"123.45","workspace_id":"wrkspc_1","description":"x","cost_type":"tokens","model":"m","token_type":"output_tokens"}]}],"has_more":false,"next_page":null}"""
                : """{"data":[{"starting_at":"2026-11-22T00:00:00Z","ending_at":"2026-11-23T00:00:00Z","results":[{"uncached_input_tokens":100,"cache_creation":{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":0},"cache_read_input_tokens":0,"output_tokens":55,"api_key_id":"apikey_1","workspace_id":null,"model":"m"}]}],"has_more":false,"next_page":null}""";
        });
        _variables[VendorPull.AnthropicVariable] = "sk-ant-admin-test";
        string[] arguments = ["shadow", "import", "--from", "anthropic", "--api-url", vendor.Urls.Single()];

        (int refused, _, string error) = await RunAsync(arguments);
        refuses = false;
        (int code, string output, _) = await RunAsync(arguments);

        Assert.Equal((1, 0), (refused, code));
        Assert.Contains("status 401; is ANTHROPIC_ADMIN_KEY an admin key of the organisation?", error, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-ant-admin-test", error, StringComparison.Ordinal);
        Assert.Contains("billed   1.2345 USD", output, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> VendorAsync(Func<HttpContext, string> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.Run(context => context.Response.WriteAsync(answer(context)));
        await app.StartAsync();
        return app;
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = name => _variables.GetValueOrDefault(name) ?? CommandRun.Towards(_host.Address.AbsoluteUri)(name), Time = _host.Time }, arguments);
}

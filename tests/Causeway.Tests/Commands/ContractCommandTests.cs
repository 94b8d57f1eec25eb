using System.Text;
using System.Text.Json;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class ContractCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-contracts-").FullName;
    private AdminHost _host = null!;
    private string _input = "";

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_registered_contract_is_the_first_line_and_then_what_it_is()
    {
        string file = Write("schema.json", "{\n  \"type\": \"object\"\n}\n");

        (int code, string output, string error) = await RunAsync(
            "contract", "register", "invoice", file, "--coerce", "enum_case,key_order", "--on-violation", "repair,fail", "--repairs", "2");

        Assert.Equal((0, ""), (code, error));
        Causeway.Contracts.Registry.Contract contract = _host.Policies.Current.FindContract("invoice")!.Contract;
        Assert.Equal(
            $"""
            invoice@1

              Id            {contract.Id}
              Schema        {contract.Schema.Digest}
              May mend      fences, prose, integer_spelling, enum_case, key_order
              On violation  repair, fail
              Repairs       2
              Registered    2026-11-23 14:25 UTC

            Callers ask for it with the header "x-causeway-contract: invoice", releases with: causeway release new --contract invoice …

            """,
            output);
    }

    [Fact]
    public async Task A_schema_is_piped_in_and_nothing_may_be_mended_where_that_is_said()
    {
        _input = """{"enum": ["Straße", 1]}""";

        (int code, string output, _) = await RunAsync("contract", "register", "invoice", "-", "--coerce", "none", "--json");
        (int again, string same, _) = await RunAsync("contract", "register", "invoice", "-", "--coerce", "none", "--json");

        Assert.Equal((0, 0), (code, again));
        Assert.Equal(output, same);
        Assert.Equal("[]", JsonDocument.Parse(output).RootElement.GetProperty("coerce").GetRawText());
        Assert.True(_host.Policies.Current.FindContract("invoice")!.Validator.IsValid("\"Straße\""u8));
    }

    [Theory]
    [InlineData("--coerce enumcase", "--coerce \"enumcase\" is not one of: none, fences, prose, integer_spelling, enum_case, numeric_strings, single_to_array, json_strings, key_order; did you mean \"enum_case\"?")]
    [InlineData("--coerce none,prose", "--coerce none stands alone.")]
    [InlineData("--coerce ,", "--coerce names nothing.")]
    [InlineData("--on-violation repair,fial", "--on-violation \"fial\" is not one of: repair, fallback, fail; did you mean \"fail\"?")]
    public async Task What_cannot_be_understood_is_not_sent(string options, string expected)
    {
        string file = Write("schema.json", "{}");

        (int code, string output, string error) = await RunAsync(["contract", "register", "invoice", file, .. options.Split(' ')]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Empty(await _host.Contracts.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_is_no_schema_is_told_with_its_place()
    {
        string broken = Write("broken.json", "{\n  \"type\": object\n}");
        string wrong = Write("wrong.json", """{"properties": {"a": {"type": "strin"}}}""");

        (int notJson, _, string first) = await RunAsync("contract", "register", "invoice", broken);
        (int notSchema, _, string second) = await RunAsync("contract", "register", "invoice", wrong);
        (int gone, _, string third) = await RunAsync("contract", "register", "invoice", "/nowhere/schema.json");

        Assert.Equal((2, 1, 2), (notJson, notSchema, gone));
        Assert.Equal($"{broken}:2:11  is not JSON from here on.\n", first);
        Assert.Contains("  schema at /properties/a/type: ", second, StringComparison.Ordinal);
        Assert.Equal("/nowhere/schema.json does not exist.\n", third);
    }

    [Fact]
    public async Task Contracts_are_listed_and_shown()
    {
        (_, string none, _) = await RunAsync("contract", "list");
        await _host.RegisterAsync("invoice", """{"type":"object"}""");
        await _host.RegisterAsync("invoice", """{"type":"object","properties":{"a":{"enum":["é"]}}}""");

        (_, string list, _) = await RunAsync("contract", "list");
        (_, string shown, _) = await RunAsync("contract", "show", "invoice");
        (_, string first, _) = await RunAsync("contract", "show", "invoice@1", "--json");
        (int unknown, _, string error) = await RunAsync("contract", "show", "invocie");

        Assert.Equal("There are no contracts. Register one with: causeway contract register NAME FILE\n", none);
        Assert.Equal(
            """
            CONTRACT  VERSION  MAY MEND                         ON VIOLATION            REPAIRS  REGISTERED
            invoice         2  fences, prose, integer_spelling  repair, fallback, fail        1  2026-11-23 14:25 UTC

            """,
            list);
        Assert.StartsWith("invoice@2\n\n  Id            ctr_", shown, StringComparison.Ordinal);
        Assert.Contains("\n  {\n    \"type\": \"object\",\n    \"properties\": {\n      \"a\": {\n        \"enum\": [\n          \"é\"\n", shown, StringComparison.Ordinal);
        Assert.Matches("VERSION  ID                REGISTERED\n      2  ctr_[0-9a-f]{12}  2026-11-23 14:25 UTC\n      1  ctr_", shown);
        Assert.Equal("""{"type":"object"}""", JsonDocument.Parse(first).RootElement.GetProperty("schema").GetRawText());
        Assert.Equal(1, unknown);
        Assert.Contains("did you mean \"invoice\"?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outcomes_are_a_table_with_bars()
    {
        await _host.RegisterAsync("invoice");
        (_, string nothing, _) = await RunAsync("contract", "outcomes", "invoice");
        _host.Usage.Outcomes =
        [
            new("invoice@1", "2026-11-23", "local", "m", "enforced", 1500, 0, 0),
            new("invoice@1", "2026-11-23", "local", "m", "violated", 1, 1, 0),
            new("invoice@1", "2026-11-23", "openai", "gpt-5.5", "native", 30, 0, 0),
            new("invoice@1", "2026-11-23", "openai", "gpt-5.5", "repaired", 10, 12, 2_000_000),
            new("invoice@1", "2026-11-23", "openai", "gpt-5.5", "refused", 10, 0, 0),
        ];

        (int code, string output, _) = await RunAsync("contract", "outcomes", "invoice", "--since", "7d");

        Assert.Equal(0, code);
        Assert.Contains("No answer had to follow it. Look further back: the same with --since 30d", nothing, StringComparison.Ordinal);
        Assert.Equal(
            """
            2026-11-16 14:25 UTC to 2026-11-23 14:25 UTC

            CONTRACT   DAY         PIN             REQUESTS    NATIVE      ENFORCED  REPAIRED    FAILED  REPAIR COST  KEPT
            invoice@1  2026-11-23  local/m            1,501            1,500 (100%)             1 (<1%)     unpriced   99%  ████████████████████
            invoice@1  2026-11-23  openai/gpt-5.5        50  30 (60%)                10 (20%)  10 (20%)       $0.002   80%  ████████████████
            TOTAL                                     1,551   30 (2%)   1,500 (97%)  10 (<1%)  11 (<1%)       $0.002   99%

            Kept: the caller got an answer in the contract's shape, by the provider's own enforcement, by Causeway's, or after a repair.
            Failed: 1 violated, 10 refused.

            """,
            output);
    }

    [Fact]
    public async Task A_release_takes_a_contract()
    {
        await _host.RegisterAsync("invoice");

        (int code, string output, _) = await RunAsync("release", "new", "--pin", "closed/m", "--contract", "invoice");
        string id = output.Split('\n')[0];
        (int made, string channel, _) = await RunAsync("channel", "new", "invoices", "--release", id, "--conformance", "require");
        (_, string shown, _) = await RunAsync("channel", "show", "invoices");
        (int wrong, _, _) = await RunAsync("channel", "new", "others", "--release", id, "--conformance", "required");

        Assert.Equal((0, 0, 2), (code, made, wrong));
        Assert.Matches("\n  Contract  invoice@1 \\(ctr_[0-9a-f]{12}\\)\n", output);
        Assert.Contains("  Conformance         require\n", channel, StringComparison.Ordinal);
        Assert.Contains("\nPIN       DIALECT  PROVEN  ELIGIBLE\nclosed/m  openai   no      no\n", shown, StringComparison.Ordinal);
        Assert.Contains(": never measured\n", shown, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), Input = () => new MemoryStream(Encoding.UTF8.GetBytes(_input)) }, arguments);
}

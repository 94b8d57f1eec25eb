using System.Text;
using System.Text.Json;
using Causeway.Commands;

namespace Causeway.Tests.Commands;

public sealed class ContractCheckCommandTests : IDisposable
{
    private const string Simple = """{"type":"object","properties":{"city":{"type":"string"},"zip":{"type":"string","maxLength":5}},"required":["city"],"additionalProperties":false}""";
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-contracts-").FullName;
    private string _input = "";
    private bool _piped;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_table_has_a_line_for_every_dialect()
    {
        (int code, string output, string error) = await RunAsync("contract", "check", Write(Simple));

        Assert.Equal((0, ""), (code, error));
        string[] lines = output.Split('\n');
        Assert.StartsWith("DIALECT", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("openai ", StringComparison.Ordinal) && line.Contains("format", StringComparison.Ordinal) && line.Contains("enforced", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("deepseek ", StringComparison.Ordinal) && line.Contains("json_mode", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_chosen_dialect_is_told_in_detail()
    {
        (int code, string output, _) = await RunAsync("contract", "check", Write(Simple), "--for", "openai");

        Assert.Equal(0, code);
        Assert.Contains("lost        /properties/zip/maxLength  length: rejected by OpenAI (reported, 2025-12)", output, StringComparison.Ordinal);
        Assert.Contains("rewritten   /properties/zip  An optional member is required and may be null", output, StringComparison.Ordinal);
        Assert.DoesNotContain("anthropic", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_chosen_dialect_can_hold_fails_with_the_smallest_fix()
    {
        string properties = string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"p{i}\":{{\"type\":\"string\"}}"));
        (int code, string output, _) = await RunAsync("contract", "check", Write($$"""{"type":"object","properties":{{{properties}}},"additionalProperties":false}"""), "--for", "anthropic");

        Assert.Equal(1, code);
        Assert.Contains("Anthropic: impossible", output, StringComparison.Ordinal);
        Assert.Contains("60 optional properties are more than the 24", output, StringComparison.Ordinal);
        Assert.Contains("Make 36 of them required, for example /properties/p0", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_schema_is_read_from_standard_input(bool said)
    {
        (_input, _piped) = (Simple, true);

        (int code, string output, _) = await RunAsync(said ? ["contract", "check", "-", "--for", "xai"] : ["contract", "check", "--for", "xai"]);

        Assert.Equal(0, code);
        Assert.Contains("xai", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_everything_under_stable_names()
    {
        (int code, string output, _) = await RunAsync("contract", "check", Write(Simple), "--for", "openai,google", "--json");

        Assert.Equal(0, code);
        JsonElement root = JsonDocument.Parse(output).RootElement;
        Assert.StartsWith("sch_", root.GetProperty("digest").GetString(), StringComparison.Ordinal);
        JsonElement[] dialects = [.. root.GetProperty("dialects").EnumerateArray()];
        Assert.Equal(["openai", "gemini"], dialects.Select(dialect => dialect.GetProperty("dialect").GetString()));
        Assert.Equal(
            ["dialect", "as_of", "carrier", "contract", "strict", "in_prompt", "verbatim", "impossible", "losses", "narrowed", "rewrites", "schema"],
            dialects[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(["path", "feature", "why"], dialects[0].GetProperty("losses")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal("object", dialects[0].GetProperty("schema").GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_model_decides_the_carrier()
    {
        (_, string output, _) = await RunAsync("contract", "check", Write(Simple), "--for", "anthropic", "--model", "claude-3-5-haiku-latest", "--json");

        Assert.Equal("forced_tool", JsonDocument.Parse(output).RootElement.GetProperty("dialects")[0].GetProperty("carrier").GetString());
    }

    [Theory]
    [InlineData("{\n  \"type\": \"object\",\n  oops\n}", ":3:3  this is no JSON:")]
    [InlineData("""{"type":"strin"}""", "  /type: ")]
    public async Task A_text_that_is_no_schema_is_told_with_its_place(string text, string expected)
    {
        string file = Write(text);

        (int code, string output, string error) = await RunAsync("contract", "check", file);

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(file + expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anthropc", "--for anthropc is not a dialect; did you mean \"anthropic\"?")]
    [InlineData(",", "--for names no dialect.")]
    public async Task An_unknown_dialect_is_told_with_the_nearest(string name, string expected)
    {
        (int code, _, string error) = await RunAsync("contract", "check", Write(Simple), "--for", name);

        Assert.Equal(2, code);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_schema_it_asks_for_one()
    {
        (int code, _, string error) = await RunAsync("contract", "check");

        Assert.Equal(2, code);
        Assert.StartsWith("Which schema?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_told()
    {
        (int code, _, string error) = await RunAsync("contract", "check", "/nowhere/schema.json");

        Assert.Equal((2, "The schema /nowhere/schema.json does not exist.\n"), (code, error));
    }

    private string Write(string text)
    {
        string file = Path.Combine(_folder, "schema.json");
        File.WriteAllText(file, text);
        return file;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = _ => null, IsInputPiped = () => _piped, Input = () => new MemoryStream(Encoding.UTF8.GetBytes(_input)) }, arguments);
}

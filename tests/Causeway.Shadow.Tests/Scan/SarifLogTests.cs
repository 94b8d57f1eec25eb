using System.Text;
using System.Text.Json;
using Causeway.Shadow.Scan;

namespace Causeway.Shadow.Tests.Scan;

public sealed class SarifLogTests
{
    [Fact]
    public void A_log_names_the_rule_the_place_and_no_secret()
    {
        string key = new Seeded(7).Secret("anthropic_key")!.Value.Secret;

        byte[] log = SarifLog.Write(Findings($"a\nkey = \"{key}\"", "src/my app.py"), "0.1.0");

        using JsonDocument document = JsonDocument.Parse(log);
        JsonElement run = document.RootElement.GetProperty("runs")[0];
        JsonElement result = run.GetProperty("results")[0];
        Assert.Equal("anthropic_key", run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
        JsonElement place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("src/my%20app.py", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(2, place.GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.DoesNotContain(key[20..40], Encoding.UTF8.GetString(log), StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_knows_what_was_written_and_nothing_else()
    {
        IReadOnlyList<Finding> before = Findings("https://api.openai.com", "a.py");
        (Baseline? baseline, string? problem) = Baseline.Read(Baseline.Write(before));

        Assert.Null(problem);
        Assert.True(baseline!.Knows(before[0]));
        Assert.False(baseline.Knows(Findings("https://api.anthropic.com", "a.py")[0]));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"version\":2,\"findings\":[]}")]
    [InlineData("{\"version\":1,\"findings\":[{}]}")]
    [InlineData("no json")]
    public void What_is_no_baseline_is_refused(string json) => Assert.NotNull(Baseline.Read(Encoding.UTF8.GetBytes(json)).Problem);

    private static IReadOnlyList<Finding> Findings(string text, string path)
    {
        using var source = new SourceText();
        Assert.True(source.TryRead(Encoding.UTF8.GetBytes(text)));
        return [.. source.Findings(new TextScanner(RuleSet.Shipped, []).Scan(source.Characters, path), path)];
    }
}

using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>A feature whose prompts and answers are kept, in the console and by the command line.</summary>
public sealed class PayloadTests(PayloadTests.Keeping house) : IClassFixture<PayloadTests.Keeping>
{
    private const string AuditorToken = "acceptance-token-of-the-auditor-3f6c81d2a0b95e47";

    [Fact]
    public async Task What_a_rule_keeps_is_opened_for_a_reason_and_by_whom_is_on_record()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "opened", "payload", operatorToken: AuditorToken);
        string request = seen.GetProperty("request").GetString()!;

        Assert.Equal((0, 0), (seen.GetProperty("none").GetInt32(), seen.GetProperty("before").GetInt32()));
        Assert.Contains("Hello", seen.GetProperty("shown").GetString(), StringComparison.Ordinal);
        Assert.Contains("choices", seen.GetProperty("shown").GetString(), StringComparison.Ordinal);
        JsonElement opened = Assert.Single(seen.GetProperty("audit").EnumerateArray());
        Assert.Equal(("admin", "ticket 1234", request), (opened.GetProperty("actor").GetString(), opened.GetProperty("reason").GetString(), opened.GetProperty("request").GetString()));
        Assert.True(seen.GetProperty("refused").GetBoolean());
        Assert.Empty(seen.GetProperty("found").EnumerateArray().Select(one => one.GetString()));

        CommandRun shown = await house.Gateway.RunAsync("request", "show", request);
        CommandRun payload = await house.Gateway.RunAsync("request", "payload", request, "--reason", "by hand");
        Assert.Contains("causeway request payload", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Hello", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, payload.ExitCode);
        Assert.Contains("Hello", payload.Output, StringComparison.Ordinal);

        // The store holds none of it in the clear.
        Assert.All(Directory.GetFiles(house.DataFolder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)), file => Assert.Equal(-1, Read(file).AsSpan().IndexOf("\"content\":\"Hello\""u8)));
    }

    private static byte[] Read(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A house that keeps what one feature says, with an operator who may look and not open.</summary>
    public sealed class Keeping : House
    {
        internal override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(base.Environment) { ["AUDITOR_TOKEN"] = AuditorToken };

        private protected override string Configured() => base.Configured().Replace(
            "  token: ${CAUSEWAY_ADMIN_TOKEN}\n",
            "  token: ${CAUSEWAY_ADMIN_TOKEN}\n  operators:\n    - name: ida\n      token: ${AUDITOR_TOKEN}\n      roles: [auditor]\n",
            StringComparison.Ordinal) + "capture:\n  - feature: kept\n    keep: 1h\n";
    }
}

using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Attacks;

/// <summary>A house that logs all that it logs, as JSON.</summary>
public sealed class JsonLogHouse : House
{
    private protected override string Configured() => base.Configured() + "telemetry:\n  logs:\n    format: json\n    level: debug\n";
}

/// <summary>S-15: what callers and providers say cannot make a line of the log, nor break one.</summary>
public sealed class LogLineTests(JsonLogHouse house) : IClassFixture<JsonLogHouse>
{
    private const string Evil = "x\r\n{\"EventId\":1,\"LogLevel\":\"Forged\"}\n\u001b[31mred\u202e\u0000\"},{\"";

    [Fact]
    public async Task Every_line_is_one_record_whatever_was_said()
    {
        string key = await house.Gateway.NewKeyAsync();
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { cut = new { at_event = 1, how = "rst" } } } } });
        foreach (string model in (string[])["gpt-5.4-mini", "openai/" + Evil, Evil, new string('m', 200)])
        {
            await Ask.SendAsync(house.Gateway, key, Ask.Chat, JsonSerializer.Serialize(new { model, stream = true, messages = new[] { new { role = "user", content = Evil } }, user = Evil }));
        }

        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { status = 500, error = new { message = Evil, code = Evil, type = Evil } } } } });
        await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());
        await house.Gateway.RunAsync("grant", "new", "--holder", "team/evil", "--env", "dev", "--requests", "1/day", "--reason", Evil.Replace("\0", "", StringComparison.Ordinal));
        house.Gateway.Process.Send(PosixSignal.Terminate);
        await house.Gateway.Process.EndAsync();

        string[] lines = [.. house.Gateway.Process.Error.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Ending: ", StringComparison.Ordinal) && !line.StartsWith("Ended. ", StringComparison.Ordinal))];
        Assert.NotEmpty(lines);
        foreach (string line in lines)
        {
            JsonElement record = JsonElement.Parse(line);
            Assert.NotEqual("Forged", record.GetProperty("LogLevel").GetString());
            Assert.DoesNotContain(line, character => char.IsControl(character));
        }
    }
}

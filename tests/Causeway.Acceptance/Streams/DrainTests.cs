using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Streams;

/// <summary>The end of a server: what runs is finished, nothing that was booked is lost.</summary>
public sealed class DrainTests(House house) : IClassFixture<House>
{
    private const int Events = 12;

    [Theory]
    [InlineData(PosixSignal.Interrupt)]
    [InlineData(PosixSignal.Terminate)]
    internal async Task A_signal_lets_an_open_stream_end_and_the_process_ends_with_0(PosixSignal signal)
    {
        // Longer than the two seconds after which a command line gives up on a program that was told to end.
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { event_gap_ms = 400, text = string.Join(' ', Enumerable.Range(1, Events)) } } } });
        string key = await house.Gateway.NewKeyAsync(feature: "drain-" + signal.ToString().ToLowerInvariant());
        using HttpResponseMessage response = await Ask.OpenAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: true));
        await house.Providers.OpenStreamsAsync(until: 1);

        house.Gateway.Process.Send(signal);
        string text = await response.Content.ReadAsStringAsync();
        int exitCode = await house.Gateway.Process.EndAsync();

        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
        await house.RestartAsync();
        Assert.Equal("completed", Assert.Single(await house.Gateway.UsageAsync(), record => record.GetProperty("feature").GetString() == "drain-" + signal.ToString().ToLowerInvariant()).GetProperty("outcome").GetString());
    }
}

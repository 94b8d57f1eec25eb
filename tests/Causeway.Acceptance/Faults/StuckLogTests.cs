using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Faults;

/// <summary>Standard error is a pipe that somebody holds and nobody reads, for as long as the gateway lives.</summary>
public sealed class StuckLogHouse() : WrappedHouse("pid=$$", "2> >(exec tail --pid=$pid -f /dev/null)");

/// <summary>F-44: whoever reads the log stands still.</summary>
public abstract class LogLoad(House house)
{
    private protected RunningGateway Gateway => house.Gateway;

    // Each is worth a line of more than a hundred characters; a pipe holds 65,536.
    private protected const int Requests = 1_200;
    private protected const int PipeBytes = 65_536;

    // Streams that break off, each with a warning.
    private protected async Task<int> BrokenAsync()
    {
        string key = await house.Gateway.NewKeyAsync();
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { cut = new { at_event = 1, how = "fin" } } } } });
        int left = Requests;
        int answered = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async caller =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                (int status, string text, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: true)).WaitAsync(TimeSpan.FromSeconds(30));
                Interlocked.Add(ref answered, status == 200 && text.Contains("upstream_truncated", StringComparison.Ordinal) ? 1 : 0);
            }
        }));
        await house.Providers.ScriptAsync(new { rules = Array.Empty<object>() });
        Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
        using HttpResponseMessage ready = await house.Gateway.Admin.GetAsync("/readyz");
        Assert.True(ready.IsSuccessStatusCode);
        return answered;
    }
}

/// <summary>Nobody reads it: no request waits for that.</summary>
public sealed class StuckLogTests(StuckLogHouse house) : LogLoad(house), IClassFixture<StuckLogHouse>
{
    [Fact]
    public async Task No_request_waits_for_a_log_that_nobody_reads()
    {
        Assert.Equal(Requests, await BrokenAsync());
        Assert.Equal("", Gateway.Process.Error.Text);
        Gateway.Process.Send(PosixSignal.Terminate);
        Assert.Equal(0, await Gateway.Process.EndAsync());
    }
}

/// <summary>The control: the same requests write more than such a pipe holds.</summary>
public sealed class ReadLogTests(House house) : LogLoad(house), IClassFixture<House>
{
    [Fact]
    public async Task What_is_logged_of_them_is_more_than_a_pipe_holds()
    {
        Assert.Equal(Requests, await BrokenAsync());
        Gateway.Process.Send(PosixSignal.Terminate);
        Assert.Equal(0, await Gateway.Process.EndAsync());
        Assert.True(Gateway.Process.Error.Text.Length > PipeBytes, $"{Gateway.Process.Error.Text.Length} characters");
    }
}

using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Deployment;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Faults;

/// <summary>
/// F-35 and F-36: the disk that holds the store is full, or does not keep what it is told. Nothing is acknowledged that is not kept, nothing is sent for it, the process says so and
/// lives; where the disk lied to it, it writes no more until its next start.
/// </summary>
public sealed class DiskTests(House house) : IClassFixture<House>
{
    private const string Writes = "pwrite64";
    private const string Syncs = "fdatasync,fsync";

    [Theory]
    [InlineData(Writes, "ENOSPC", true)] // A full disk: it goes on when there is room.
    [InlineData(Syncs, "EIO", false)] // What was written may be lost: nothing is written after that.
    public async Task What_the_disk_does_not_take_is_not_acknowledged_and_not_sent(string calls, string error, bool recovers)
    {
        await house.RestartAsync();
        await house.Providers.ClearAsync();
        string grant = await house.Gateway.NewGrantAsync("--requests", "1000/day", "--enforcement", "hard");
        string key = await house.Gateway.NewKeyOfAsync(grant, feature: error.ToLowerInvariant());
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
        }

        await using (Program disk = await FailAsync(house.Gateway.Process.Id, calls, error))
        {
            List<int> statuses = [];
            for (int i = 0; i < 10; i++)
            {
                statuses.Add((await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
            }

            Assert.All(statuses, status => Assert.Equal(503, status));
            Assert.Equal(5, (await house.Providers.RequestsAsync()).Count);
            using HttpResponseMessage ready = await house.Gateway.Admin.GetAsync("/readyz");
            Assert.Equal(503, (int)ready.StatusCode);
            using HttpResponseMessage alive = await house.Gateway.Admin.GetAsync("/healthz");
            Assert.True(alive.IsSuccessStatusCode);
        }

        if (recovers)
        {
            Assert.Equal(200, await AnsweredAsync(key));
        }
        else
        {
            // The disk is well again, and that is no reason to trust what was written before.
            Assert.Equal(503, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
            house.Gateway.Process.Send(PosixSignal.Kill);
            await house.Gateway.Process.EndAsync();
            await house.RestartAsync();
            Assert.Equal(200, await AnsweredAsync(key));
        }

        JsonElement requests = Assert.Single(await house.Gateway.LimitsOfAsync(grant));

        // What was written and not synced may be there after all: it was denied, so it is in doubt, never booked and never free.
        Assert.Equal(6, requests.GetProperty("committed").GetInt64());
        Assert.InRange(requests.GetProperty("in_doubt").GetInt64(), 0, recovers ? 0 : 10);
        Assert.Equal(6, (await house.Providers.RequestsAsync()).Count);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    // While this runs, system calls of the process are answered with an error and not made. Needs the right to attach; where it is missing the test is skipped.
    private static async Task<Program> FailAsync(int process, string calls, string error)
    {
        var tracer = Program.Start("strace", new Dictionary<string, string>(), "-f", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:error={error}", "-p", $"{process}");
        if (await tracer.Error.FirstAsync(line => line.Contains($"Process {process} attached", StringComparison.Ordinal), TestContext.Current.CancellationToken) is null)
        {
            await tracer.DisposeAsync();
            Assert.Skip($"strace may not attach here: {tracer.Error.Text}");
        }

        return tracer;
    }

    // The journal tries again after a moment.
    private async Task<int> AnsweredAsync(string key)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            int status = (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status;
            if (status == 200 || patience.IsCancellationRequested)
            {
                return status;
            }
        }
    }
}

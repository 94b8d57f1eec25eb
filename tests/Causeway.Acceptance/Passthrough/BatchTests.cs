using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Passthrough;

/// <summary>A batch by the vendor's own SDK: taken, fetched, and settled by itself, though the process is killed in between.</summary>
public sealed class BatchTests(House house) : IClassFixture<House>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_SDK_takes_and_reads_a_batch_and_a_start_after_a_kill_settles_it()
    {
        string key = await house.Gateway.NewKeyAsync();
        JsonElement made = await NodeSdk.RunAsync("anthropic", "batch", Base, key);
        string request = Text((await house.Gateway.UsageAsync())[0], "request");
        JsonElement open = (await ShowAsync(request)).GetProperty("batch");

        house.Gateway.Process.Send(PosixSignal.Kill);
        await house.Gateway.Process.EndAsync();
        await house.RestartAsync();
        JsonElement read = await NodeSdk.RunAsync("anthropic", "batchResults", Base, key, input: new { batch = Text(made, "id") });
        JsonElement settled = await UntilOverAsync(request);

        Assert.Equal((Text(made, "id"), "open"), (Text(open, "id"), Text(open, "state")));
        Assert.Equal(("ended", "settled", "2 of 3 succeeded, 1 errored"), (Text(read, "status"), Text(settled.GetProperty("batch"), "state"), Text(settled.GetProperty("batch"), "word")));
        JsonElement[] usages = [.. read.GetProperty("results").EnumerateArray().Select(line => line.GetProperty("usage")).Where(usage => usage.ValueKind == JsonValueKind.Object)];
        JsonElement usage = settled.GetProperty("usage");
        Assert.Equal(
            (usages.Sum(one => Number(one, "input_tokens")), usages.Sum(one => Number(one, "output_tokens"))),
            (Number(usage, "input_tokens"), Number(usage, "output_tokens")));
        JsonElement bill = (await house.Providers.BillAsync()).GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("batch").GetBoolean()).GetProperty("counts");
        Assert.Equal((Number(bill, "input_uncached"), Number(bill, "output")), (Number(usage, "input_tokens"), Number(usage, "output_tokens")));
        Assert.Equal(((Number(bill, "input_uncached") * 3_000) + (Number(bill, "output") * 15_000)) / 2, Number(usage, "cost_nano_usd")); // Half of 3 and 15 USD a million.
        CommandRun shown = await house.Gateway.RunAsync("request", "show", request);
        Assert.Contains($"{Text(made, "id")} at anthropic, settled: 2 of 3 succeeded, 1 errored", shown.Output, StringComparison.Ordinal);
    }

    private Uri Base => new(house.Gateway.Address, "/passthrough/anthropic");

    private async Task<JsonElement> ShowAsync(string request) => (await house.Gateway.RunAsync("request", "show", request, "--json")).Json;

    private async Task<JsonElement> UntilOverAsync(string request)
    {
        using CancellationTokenSource patience = new(s_patience);
        using PeriodicTimer looks = new(TimeSpan.FromSeconds(1));
        while (true)
        {
            JsonElement shown = await ShowAsync(request);
            if (Text(shown.GetProperty("batch"), "state") != "open")
            {
                return shown;
            }

            await looks.WaitForNextTickAsync(patience.Token);
        }
    }

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;

    private static long Number(JsonElement json, string member) => json.GetProperty(member).GetInt64();
}

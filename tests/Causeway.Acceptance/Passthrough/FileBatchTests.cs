using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Passthrough;

/// <summary>A batch of a file by OpenAI's own SDK: uploaded, taken, fetched, and settled by itself, though the process is killed in between.</summary>
public sealed class FileBatchTests(House house) : IClassFixture<House>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("/v1")]
    [InlineData("/passthrough/openai/v1")]
    public async Task The_SDK_takes_and_reads_a_batch_and_a_start_after_a_kill_settles_it(string path)
    {
        await house.Providers.ClearAsync();
        string key = await house.Gateway.NewKeyAsync();
        JsonElement made = await NodeSdk.RunAsync("openai", "batch", new Uri(house.Gateway.Address, path), key);
        string request = Text((await house.Gateway.UsageAsync())[0], "request");
        JsonElement open = (await ShowAsync(request)).GetProperty("batch");

        house.Gateway.Process.Send(PosixSignal.Kill);
        await house.Gateway.Process.EndAsync();
        await house.RestartAsync();
        JsonElement read = await NodeSdk.RunAsync("openai", "batchResults", new Uri(house.Gateway.Address, path), key, input: new { batch = Text(made, "id") });
        JsonElement settled = await UntilOverAsync(request);

        Assert.Equal(("validating", true), (Text(made, "status"), made.GetProperty("input").GetBoolean()));
        Assert.Equal((Text(made, "id"), "open"), (Text(open, "id"), Text(open, "state")));
        Assert.Equal(("completed", "settled", "2 of 3 succeeded, 1 errored"), (Text(read, "status"), Text(settled.GetProperty("batch"), "state"), Text(settled.GetProperty("batch"), "word")));
        JsonElement[] usages = [.. read.GetProperty("results").EnumerateArray().Select(line => line.GetProperty("usage")).Where(usage => usage.ValueKind == JsonValueKind.Object)];
        JsonElement usage = settled.GetProperty("usage");
        Assert.Equal(
            (usages.Sum(one => Number(one, "prompt_tokens")), usages.Sum(one => Number(one, "completion_tokens"))),
            (Number(usage, "input_tokens"), Number(usage, "output_tokens")));
        JsonElement bill = (await house.Providers.BillAsync()).GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("batch").GetBoolean()).GetProperty("counts");
        Assert.Equal((Number(bill, "input_uncached"), Number(bill, "output")), (Number(usage, "input_tokens"), Number(usage, "output_tokens")));
        Assert.Equal(((Number(bill, "input_uncached") * 750) + (Number(bill, "output") * 4_500)) / 2, Number(usage, "cost_nano_usd")); // Half of 0.75 and 4.50 USD a million.
        CommandRun shown = await house.Gateway.RunAsync("request", "show", request);
        Assert.Contains($"{Text(made, "id")} at openai, settled: 2 of 3 succeeded, 1 errored", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_the_SDKs_own_exception()
    {
        JsonElement told = await NodeSdk.RunAsync("openai", "batchOfOtherFile", new Uri(house.Gateway.Address, "/v1"), await house.Gateway.NewKeyAsync());

        Assert.Equal(("NotFoundError", 404, "batch_file_unknown"), (Text(told, "type"), told.GetProperty("status").GetInt32(), Text(told, "code")));
    }

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

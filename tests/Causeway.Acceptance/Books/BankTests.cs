using System.Globalization;
using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>
/// B-04, the bank's check: four processes on a real PostgreSQL, killed and stopped at random, the server itself stopped and started again too. What the provider bills never exceeds the limit, and
/// the ledger accounts for all of it. <c>CAUSEWAY_BANK_SECONDS</c> makes it longer.
/// </summary>
public sealed class BankTests(BankHouse house) : BankCheck(house, 600), IClassFixture<BankHouse>;

/// <summary>The same where instances decide on parts of the budget by themselves.</summary>
public sealed class LeasedBankTests(LeasedBankHouse house) : BankCheck(house, 4_000), IClassFixture<LeasedBankHouse>
{
    // On a machine with much to do the harm would keep every instance below the ten calls a second that a lease takes.
    private protected override async Task UntilBusyAsync(RunningGateway gateway)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (JsonElement.Parse(await gateway.Admin.GetStringAsync("/api/v1/audit?kind=lease_taken", patience.Token)).GetProperty("entries").GetArrayLength() == 0)
        {
        }
    }
}

/// <summary>What must hold of a bank, whatever happens to its counters.</summary>
/// <param name="house">The processes.</param>
/// <param name="limit">Requests that the grant allows.</param>
public abstract class BankCheck(BankHouse house, int limit)
{
    [Fact]
    public async Task Whatever_happens_to_the_processes_no_more_is_spent_than_there_is()
    {
        int seconds = int.Parse(Environment.GetEnvironmentVariable("CAUSEWAY_BANK_SECONDS") ?? "20", CultureInfo.InvariantCulture);
        int seed = Environment.TickCount;
        Random random = new(seed);
        string grant = await house.Gateway.NewGrantAsync("--requests", $"{limit}/month");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        using CancellationTokenSource over = new();
        Task<int>[] clients = [.. Enumerable.Range(0, 12).Select(_ => Task.Run(() => SpendAsync(key, over.Token)))];
        await UntilBusyAsync(house.Gateway);
        over.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (!over.IsCancellationRequested)
        {
            await HarmAsync(random);
        }

        int answered = (await Task.WhenAll(clients)).Sum();
        long billed = (await house.Providers.BillAsync()).GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("counts").GetProperty("requests").GetInt64());
        Assert.True(answered > 20 && answered <= billed, $"Seed {seed}: {answered} answered, {billed} billed.");
        JsonElement use = await house.Gateway.SettledAsync(grant);
        (long committed, long doubted) = (use.GetProperty("committed").GetInt64(), use.GetProperty("in_doubt").GetInt64());
        Assert.True(billed <= committed + doubted && committed + doubted <= limit, $"Seed {seed}: {billed} billed, {committed} booked and {doubted} in doubt of {limit}.");
        foreach (RunningGateway one in house.All)
        {
            CommandRun audit = await AuditedAsync(one);
            Assert.True(audit.ExitCode == 0, audit.Output + audit.Error);
        }
    }

    /// <summary>Before the harm begins, with all clients at it.</summary>
    private protected virtual Task UntilBusyAsync(RunningGateway gateway) => Task.CompletedTask;

    // One misfortune, and its end.
    private async Task HarmAsync(Random random)
    {
        RunningGateway victim = house.All[random.Next(house.All.Count)];
        switch (random.Next(5))
        {
            case 0:
                victim.Process.Send(PosixSignal.Kill);
                await victim.Process.EndAsync();
                await house.ReplaceAsync(victim);
                break;
            case 1:
                victim.Process.Send(PosixSignal.Stop);
                await Task.Delay(random.Next(200, 4_000)); // How long it is stopped is what is tried.
                victim.Process.Send(PosixSignal.Continue);
                break;
            case 2:
                await house.Server.FreezeAsync();
                await Task.Delay(random.Next(200, 4_000));
                await house.Server.ThawAsync();
                break;
            case 3:
                await house.Server.StopAsync(); // Every connection is lost.
                await house.Server.StartAsync();
                break;
            default:
                await Task.Delay(random.Next(200, 1_000));
                break;
        }
    }

    // Some calls break with the process that they went to; what matters is what was billed.
    private async Task<int> SpendAsync(string key, CancellationToken over)
    {
        int answered = 0;
        for (int turn = 0; !over.IsCancellationRequested; turn++)
        {
            try
            {
                (int status, _, _) = await Ask.SendAsync(house.All[turn % house.All.Count], key, Ask.Chat, Ask.ChatBody(stream: turn % 2 == 0)).WaitAsync(TimeSpan.FromSeconds(8), CancellationToken.None);
                answered += status == 200 ? 1 : 0;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TimeoutException or ArgumentOutOfRangeException)
            {
                await Task.Yield();
            }
        }

        return answered;
    }

    // Whoever was in the middle of it when the server stopped may still be finding its way back.
    private static async Task<CommandRun> AuditedAsync(RunningGateway gateway)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        CommandRun audit;
        do
        {
            audit = await gateway.RunAsync("audit", "verify");
        }
        while (audit.Error.Contains("store_unavailable", StringComparison.Ordinal) && !patience.IsCancellationRequested);
        return audit;
    }
}

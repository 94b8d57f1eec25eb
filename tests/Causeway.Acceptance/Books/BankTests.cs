using System.Globalization;
using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>
/// B-04, the bank's check: four processes on a real PostgreSQL, killed, stopped and cut off at random, the server itself stopped and started again too. What the provider bills never exceeds the
/// limit, and the ledger accounts for all of it. <c>CAUSEWAY_BANK_SECONDS</c> makes it longer, and what is stopped or cut off is so for longer than a lease lives.
/// </summary>
public sealed class BankTests(BankHouse house) : BankCheck(house, 30), IClassFixture<BankHouse>;

/// <summary>The same where instances decide on parts of the budget by themselves.</summary>
public sealed class LeasedBankTests(LeasedBankHouse house) : BankCheck(house, 200), IClassFixture<LeasedBankHouse>
{
    // On a machine with much to do the harm would keep every instance below the ten calls a second that a lease takes.
    private protected override async Task UntilBusyAsync(RunningGateway gateway)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while ((await gateway.GetAsync("audit?kind=lease_taken", patience.Token)).GetProperty("entries").GetArrayLength() == 0)
        {
        }
    }
}

/// <summary>What must hold of a bank, whatever happens to its counters.</summary>
/// <param name="house">The processes.</param>
/// <param name="perSecond">Requests that the grant allows for each second of it.</param>
public abstract class BankCheck(BankHouse house, int perSecond)
{
    private const int Usual = 20;
    private static readonly int s_seconds = int.Parse(Environment.GetEnvironmentVariable("CAUSEWAY_BANK_SECONDS") ?? $"{Usual}", CultureInfo.InvariantCulture);
    private static readonly int s_longestMs = s_seconds > Usual ? 20_000 : 4_000; // Beyond 15 seconds others take what it holds as in doubt.

    [Fact]
    public async Task Whatever_happens_to_the_processes_no_more_is_spent_than_there_is()
    {
        int limit = perSecond * s_seconds;
        int seed = Environment.TickCount;
        Random random = new(seed);
        string grant = await house.Gateway.NewGrantAsync("--requests", $"{limit}/month");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        using CancellationTokenSource over = new();
        Task<int>[] clients = [.. Enumerable.Range(0, 12).Select(_ => Task.Run(() => SpendAsync(key, over.Token)))];
        await UntilBusyAsync(house.Gateway);
        over.CancelAfter(TimeSpan.FromSeconds(s_seconds));
        await HarmAsync(random, over.Token);
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

    // Each of them once, in an order of its own, and again.
    private async Task HarmAsync(Random random, CancellationToken over)
    {
        Misfortune[] all = Enum.GetValues<Misfortune>();
        while (true)
        {
            random.Shuffle(all);
            foreach (Misfortune next in all)
            {
                if (over.IsCancellationRequested)
                {
                    return;
                }

                await HarmAsync(next, random);
            }
        }
    }

    // One misfortune, and its end. How long it lasts is what is tried.
    private async Task HarmAsync(Misfortune misfortune, Random random)
    {
        RunningGateway victim = house.All[random.Next(house.All.Count)];
        switch (misfortune)
        {
            case Misfortune.Killed:
                victim.Process.Send(PosixSignal.Kill);
                await victim.Process.EndAsync();
                await house.ReplaceAsync(victim);
                break;
            case Misfortune.Stopped:
                victim.Process.Send(PosixSignal.Stop);
                await Task.Delay(random.Next(200, s_longestMs));
                victim.Process.Send(PosixSignal.Continue);
                break;
            case Misfortune.CutOff:
                house.WayOf(victim).Cut(); // It alone: the others go on.
                await Task.Delay(random.Next(200, s_longestMs));
                house.WayOf(victim).Mend();
                break;
            case Misfortune.ServerFrozen:
                await house.Server.FreezeAsync();
                await Task.Delay(random.Next(200, 4_000));
                await house.Server.ThawAsync();
                break;
            case Misfortune.ServerRestarted:
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

    private enum Misfortune
    {
        None,
        Killed,
        Stopped,
        CutOff,
        ServerFrozen,
        ServerRestarted,
    }
}

using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Rollouts;

namespace Causeway.Gateway.Tests.Faults;

/// <summary>Many at once: whoever is slow, silent or denied takes nothing from the others.</summary>
public sealed class PressureTests
{
    [Fact]
    public async Task F_21_A_provider_that_stands_still_holds_up_nobody_who_asks_another()
    {
        const int Stuck = 300;
        await using HeldUpstream still = new("", "");
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = near => [near.OpenAI("openai"), near.At("still", Wire.Protocol.OpenAI, new Uri(still.Address, "/v1"))] });
        using CancellationTokenSource leaving = new();
        Task[] stuck = [.. Enumerable.Range(0, Stuck).Select(_ => house.Http.SendAsync(At("still").ToMessage(house.Secret), leaving.Token))];
        await still.ArrivedAsync(Stuck);

        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(200, (await house.AskAsync(At("openai"))).Status);
        }

        await house.UntilOpenAsync(Stuck); // They wait still, and they alone: of the fifty the last may have its answer a moment before it is over.
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(stuck));
    }

    [Fact]
    public async Task F_24_A_hundred_callers_that_do_not_read_hold_a_bounded_memory_and_the_others_are_answered()
    {
        const int Silent = 100;
        const int MostOfEach = 512 * 1024; // What a stream may hold here, with what the test's own side holds for it.
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { Idle = TimeSpan.FromSeconds(60) } });
        await house.Simulator.PutAsync("""{"rules":[{"match":{"stream":true},"then":{"endless":{"kind":"events"}}}]}""");
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<RawCaller> silent = [];
        for (int i = 0; i < Silent; i++)
        {
            RawCaller caller = await RawCaller.ConnectAsync(house.Address, receiveBuffer: 4096);
            await caller.SendAsync(RawCaller.Request(Saying.ChatStream, house.Secret));
            silent.Add(caller);
        }

        await house.UntilOpenAsync(Silent);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(200, (await house.AskAsync(Saying.Chat)).Status);
        }

        Assert.Equal(Silent, house.Gateway.OpenStreams);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, (long)Silent * MostOfEach);
        foreach (RawCaller caller in silent)
        {
            await caller.DisposeAsync();
        }
    }

    [Fact]
    public async Task F_29_Who_is_denied_in_a_tight_loop_waits_for_no_store_reaches_no_provider_and_is_booked_each_time()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted spent = house.Grant("requests 1");
        Assert.Equal(200, (await spent.AskAsync(Saying.Chat)).Status);
        await house.RecordsAsync();
        TaskCompletionSource held = new();
        house.Store.Held = held.Task; // The store stands still, and no denial waits for it.

        Answer[][] denied = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            List<Answer> answers = [];
            for (int i = 0; i < 100; i++)
            {
                answers.Add(await spent.AskAsync(Saying.Chat));
            }

            return answers.ToArray();
        }));

        Assert.All(denied.SelectMany(one => one), answer => Assert.Equal((402, "limit_spent", "false"), (answer.Status, answer.Error, answer.Header("x-should-retry"))));
        held.SetResult();
        await house.RecordsAsync();
        Assert.Equal(1_600, house.Store.Events.Count(one => one.Kind == LedgerEventKind.Denied));
        Assert.Single(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task F_29_A_loop_of_denials_beside_it_costs_a_paying_caller_no_answer()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted spent = house.Grant("requests 1");
        Granted paying = house.Grant("requests 1000000");
        await spent.AskAsync(Saying.Chat);
        Task<int> loops = Task.Run(async () => (await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            int refused = 0;
            for (int i = 0; i < 200; i++)
            {
                refused += (await spent.AskAsync(Saying.Chat)).Status == 402 ? 1 : 0;
            }

            return refused;
        }))).Sum());

        int answered = 0;
        while (!loops.IsCompleted)
        {
            Assert.Equal(200, (await paying.AskAsync(Saying.Chat)).Status);
            answered++;
        }

        Assert.Equal(1_600, await loops);
        await house.RecordsAsync();
        Assert.Equal(answered, paying.Use().Committed);
    }

    private static Saying At(string provider) => Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", provider + "/gpt-5.4-mini", StringComparison.Ordinal) };
}

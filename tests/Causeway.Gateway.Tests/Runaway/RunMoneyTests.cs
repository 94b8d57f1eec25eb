using Causeway.Budgets.Ledger;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Runaway;

/// <summary>A run's money is as hard as a grant's: what its calls under way may cost is held.</summary>
public sealed class RunMoneyTests
{
    private const string Body = """{"model":"gpt-5.4-mini","max_completion_tokens":1000,"messages":[{"role":"user","content":"x"}]}""";

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/passthrough/openai/v1/chat/completions")]
    public async Task Many_calls_at_once_do_not_pass_it(string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":10,"output":1000}}""");
        Granted granted = house.Grant("usd 1000");
        Amounts bound = await Granted.BoundOfAsync(house, new Saying(path, Body));
        long most = (10 * bound.NanoUsd) + 1;

        (Answer[] all, long free) = await AskAsync(null);
        (Answer[] held, long spent) = await AskAsync(most);

        Assert.All(all, answer => Assert.Equal(200, answer.Status)); // The control.
        Assert.True(free > most, $"{free} of {most}");
        Assert.InRange(spent, most / 2, most);
        Assert.All(held.Where(answer => answer.Status != 200), answer => Assert.Equal((403, "run_limit"), (answer.Status, answer.Error)));
        Assert.Equal((0, 0), (granted.Use().Held, granted.Use().InDoubt));

        async Task<(Answer[] Answers, long NanoUsd)> AskAsync(long? limit)
        {
            house.Gateway.RunLimits = RunLimits.None with { NanoUsd = limit };
            long before = granted.Use().Committed;
            Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
            {
                using HttpRequestMessage message = new Saying(path, Body.Replace("\"x\"", $"\"x{i}\"", StringComparison.Ordinal)).ToMessage(granted.Secret);
                message.Headers.TryAddWithoutValidation("x-causeway-run", $"run-{limit is null}");
                return await house.SendAsync(message);
            }));
            await house.RecordsAsync();
            return (answers, granted.Use().Committed - before);
        }
    }
}

using Causeway.Gateway.Upstream;

namespace Causeway.Gateway.Tests.Upstream;

/// <summary>What heads of answers say of an account's limits is kept, and looked at once a second.</summary>
public sealed class PinLimitsTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddYears(56);

    [Fact]
    public void What_was_said_last_holds_until_something_else_is_said()
    {
        PinLimits limits = new();
        Observe(limits, s_now, ("x-ratelimit-limit-requests", "500"), ("x-ratelimit-limit-tokens", "30000"));
        Observe(limits, s_now.AddMilliseconds(999), ("x-ratelimit-limit-requests", "1")); // Too soon to be looked at.
        Assert.Equal(new SeenLimit(500, 30_000, s_now), limits.Of("m"));

        Observe(limits, s_now.AddSeconds(1));
        Assert.Equal(new SeenLimit(500, 30_000, s_now), limits.Of("m"));

        Observe(limits, s_now.AddSeconds(2), ("anthropic-ratelimit-input-tokens-limit", "80000"));
        Assert.Equal(new SeenLimit(null, 80_000, s_now.AddSeconds(2)), limits.Of("m"));
        Assert.Null(limits.Of("another"));
    }

    [Fact]
    public void Where_nothing_was_said_nothing_is_known_and_the_next_second_is_looked_at()
    {
        PinLimits limits = new();
        Observe(limits, s_now, ("x-ratelimit-limit-requests", "none"));
        Assert.Null(limits.Of("m"));

        Observe(limits, s_now.AddSeconds(1), ("x-ratelimit-limit-requests", "7"));
        Assert.Equal(new SeenLimit(7, null, s_now.AddSeconds(1)), limits.Of("m"));
    }

    private static void Observe(PinLimits limits, DateTimeOffset now, params IEnumerable<(string Name, string Value)> headers)
    {
        using HttpResponseMessage answer = new();
        foreach ((string name, string value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        limits.Observe("m", answer.Headers, now);
    }
}

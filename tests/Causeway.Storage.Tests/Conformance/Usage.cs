using System.Globalization;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Labels;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using CsCheck;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>Usage records to book, and the plain sum over them that a store's totals must equal.</summary>
public static class Usage
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private static readonly KeyId[] s_keys = [.. Enumerable.Range(0, 3).Select(second => KeyId.New(Start.AddSeconds(second)))];

    /// <summary>The keys that records are of; the first two are charged to cost centres.</summary>
    public static IReadOnlyList<Key> Keys { get; } = [.. s_keys.Select((id, number) => new Key
    {
        Id = id,
        Hash = KeyHash.Of([(byte)number]),
        Shown = "cw0_",
        Attribution = new Attribution("checkout", "chat", "prod") { CostCentre = CentreOf(id) },
        CreatedAt = Start,
    })];

    private static readonly Gen<string?> s_anyModel = Gen.OneOf("gpt-5.6-sol", "claude-opus-5-5", "gemini-3.8-flash", null);

    private static readonly Gen<TokenCounts> s_tokens = Gen.OneOf(
        Gen.Const(default(TokenCounts)),
        Gen.Long[0, 1_000_000].Array[8].Select(n => new TokenCounts(n[0], n[1], n[2], n[3], n[4], n[5], n[6] + n[7], n[7])));

    private static readonly Gen<StepTimes> s_steps = Gen.Select(Gen.Enum<RequestStep>(), Gen.Long[0, uint.MaxValue - 1L]).Array[0, StepTimes.Most].Select(begun =>
    {
        StepTimes times = default;
        foreach ((RequestStep step, long microseconds) in begun)
        {
            times.Begin(step, TimeSpan.FromMicroseconds(microseconds));
        }

        return times;
    });

    /// <summary>A record with every field drawn at random, within a day and a half of <see cref="Start"/>.</summary>
    public static Gen<UsageRecord> Any { get; } =
        from at in Gen.Long[0, 36 * 3_600_000L]
        from random in Gen.Byte.Array[16]
        from team in Gen.OneOf("checkout", "search")
        from feature in Gen.OneOf("chat", "rank")
        from environment in Gen.OneOf("dev", "prod")
        from key in Gen.OneOf(s_keys)
        from asked in Gen.OneOf("gpt-5.6", "fast", "claude-opus-5-5")
        from sent in s_anyModel
        from served in s_anyModel
        from provider in Gen.OneOf("openai", "anthropic", null)
        from tokens in s_tokens
        from cost in Gen.Long[0, 1_000_000_000_000].Nullable()
        from source in Gen.Enum<UsageSource>()
        from outcome in Gen.Enum<Outcome>()
        from rest in Gen.Select(
            Gen.Int[100, 599], Gen.OneOf("limit_spent", null), Gen.OneOf("stop", null), Gen.Int[0, 3], Gen.Bool,
            Gen.Long[0, 1_000_000_000].Nullable(), Gen.Long[0, 1_000_000_000])
        from contract in Gen.Select(
            Gen.OneOf("invoice@1", "inline", null), Gen.OneOf("native", "repaired", "violated", null), Gen.Int[0, 3], Gen.Long[0, 1_000_000].Nullable(),
            Gen.OneOf("fences:1", null))
        from label in Gen.Select(Gen.OneOf("u-1", "o'hara@example.com", null), Gen.OneOf("product=checkout", "a.product=x,product=checkout,tier=gold", "product-x=1,tier=gold", null))
        from steps in s_steps
        from tools in Gen.Select(Gen.OneOf(0, 1, 1_000_000), Gen.Long[0, 1_000_000_000_000].Nullable())
        from unit in Gen.Select(Gen.ULong.Nullable(), Gen.OneOf("s-1", "o'hara", null))
        select new UsageRecord
        {
            EndUser = label.Item1,
            Steps = steps,
            ToolUses = tools.Item1,
            ToolFeeNanoUsd = tools.Item2,
            UnitHash = unit.Item1,
            Conversation = unit.Item2,
            Tags = label.Item2,
            Request = IdAt(Start.AddMilliseconds(at), random),
            At = Start.AddMilliseconds(at),
            Attribution = new Attribution(team, feature, environment) { CostCentre = CentreOf(key) },
            Key = key,
            Protocol = "openai",
            Route = "chat.completions",
            ModelAsked = asked,
            ModelSent = sent,
            ModelServed = served,
            Provider = provider,
            Region = provider is null ? null : "eu",
            Tokens = tokens,
            CostNanoUsd = cost,
            Source = source,
            Status = rest.Item1,
            Outcome = outcome,
            ErrorCode = rest.Item2,
            StopReason = rest.Item3,
            Attempts = rest.Item4,
            Contract = contract.Item1,
            ContractSchema = contract.Item1 is null ? null : "sch_1",
            ContractOutcome = contract.Item2,
            Repairs = contract.Item3,
            RepairCostNanoUsd = contract.Item4,
            Mended = contract.Item5,
            Streamed = rest.Item5,
            TimeToFirstByte = rest.Item6 is { } microseconds ? TimeSpan.FromMicroseconds(microseconds) : null,
            Total = TimeSpan.FromMicroseconds(rest.Item7),
        };

    /// <summary>A completed call that can be told from its neighbours by its number.</summary>
    public static UsageRecord Number(int number) => new()
    {
        Request = Guid.CreateVersion7(Start.AddMilliseconds(number)),
        At = Start.AddMilliseconds(number),
        Attribution = new Attribution("checkout", "chat", "prod") { CostCentre = CentreOf(s_keys[0]) },
        Key = s_keys[0],
        Protocol = "openai",
        Route = "chat.completions",
        ModelAsked = "gpt-5.6-sol",
        ModelSent = "gpt-5.6-sol",
        ModelServed = "gpt-5.6-sol",
        Provider = "openai",
        Tokens = new TokenCounts(number, 0, 0, 0, 0, 0, 1, 0),
        CostNanoUsd = 1_000 + number,
        Source = UsageSource.Provider,
        Status = 200,
        Outcome = Outcome.Completed,
        StopReason = "stop",
        Attempts = 1,
        TimeToFirstByte = TimeSpan.FromMilliseconds(200),
        Total = TimeSpan.FromMilliseconds(900),
    };

    /// <summary>The same answer as <see cref="IUsageStore.SpendAsync"/>, by going through the records.</summary>
    public static IReadOnlyList<SpendRow> Spend(IEnumerable<UsageRecord> records, SpendQuery query)
    {
        DateTimeOffset since = HourOf(query.Since);
        DateTimeOffset until = HourOf(query.Until ?? DateTimeOffset.MaxValue);
        IEnumerable<UsageRecord> within = records
            .DistinctBy(record => record.Request)
            .Where(record => HourOf(record.At) >= since && HourOf(record.At) <= until)
            .Where(record => query.Where.All(one => ValueOf(record, one.Key, query.Tag) == one.Value))
            .Where(record => query.Tagged is not { } tagged || RequestTags.Each(record.Tags).Contains(tagged));
        return query.By.Count == 0
            ? [Sum([], within)]
            :
            [
                .. within
                    .GroupBy(record => string.Join('\n', query.By.Select(dimension => ValueOf(record, dimension, query.Tag))))
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => Sum(group.Key.Split('\n'), group)),
            ];
    }

    private static SpendRow Sum(string[] group, IEnumerable<UsageRecord> records) => new(
        group,
        Requests: records.Count(),
        Failures: records.Count(record => record.Outcome is Outcome.Denied or Outcome.Failed or Outcome.Interrupted),
        UnpricedRequests: records.Count(record => record.CostNanoUsd is null && record.Tokens.AllInput + record.Tokens.Output > 0),
        EstimatedRequests: records.Count(record => record.Source is UsageSource.Counted or UsageSource.Estimated),
        InputTokens: records.Sum(record => record.Tokens.Input),
        CacheReadTokens: records.Sum(record => record.Tokens.CacheRead),
        CacheWriteTokens: records.Sum(record => record.Tokens.CacheWrite),
        OutputTokens: records.Sum(record => record.Tokens.Output),
        ReasoningTokens: records.Sum(record => record.Tokens.Reasoning),
        CostNanoUsd: records.Sum(record => record.CostNanoUsd ?? 0));

    private static string ValueOf(UsageRecord record, SpendDimension dimension, string? tag) => dimension switch
    {
        SpendDimension.Team => record.Attribution.Team,
        SpendDimension.Feature => record.Attribution.Feature,
        SpendDimension.Environment => record.Attribution.Environment,
        SpendDimension.Model => record.ModelServed ?? record.ModelSent ?? record.ModelAsked,
        SpendDimension.Provider => record.Provider ?? "",
        SpendDimension.Key => record.Key.ToString(),
        SpendDimension.Hour => record.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH':00Z'", CultureInfo.InvariantCulture),
        SpendDimension.Day => record.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        SpendDimension.CostCentre => record.Attribution.CostCentre ?? "",
        SpendDimension.EndUser => record.EndUser ?? "",
        SpendDimension.Tag => RequestTags.Each(record.Tags).FirstOrDefault(one => one.Name == tag).Value ?? "",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    private static string? CentreOf(KeyId key) => key == s_keys[0] ? "CC-4711" : key == s_keys[1] ? "CC-4712" : null;

    private static DateTimeOffset HourOf(DateTimeOffset moment) =>
        new(moment.UtcDateTime.Date.AddHours(moment.UtcDateTime.Hour), TimeSpan.Zero);

    private static Guid IdAt(DateTimeOffset at, byte[] random)
    {
        byte[] id = Guid.CreateVersion7(at).ToByteArray(bigEndian: true);
        random.AsSpan(8).CopyTo(id.AsSpan(8)); // Drawn too, so that a failing case repeats.
        id[6] = 0x70;
        id[7] = random[0];
        return new Guid(id, bigEndian: true);
    }
}

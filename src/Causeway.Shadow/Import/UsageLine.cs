namespace Causeway.Shadow.Import;

/// <summary>What a vendor says of one day, account, project, key, user, model and region. Empty text: the export does not say.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Vendor">Who bills: <c>openai</c>, <c>anthropic</c>, <c>google</c>, <c>azure</c>, <c>aws</c> or another, lower case.</param>
/// <param name="Account">The organisation or billing account.</param>
/// <param name="Project">The project, workspace, subscription or linked account.</param>
/// <param name="Key">The key or principal; of a log line what the client calls itself.</param>
/// <param name="User">The user; of a log line the client's address.</param>
/// <param name="Model">The model.</param>
/// <param name="Region">The region.</param>
/// <param name="Item">The line item, meter or usage type; of a log line the host.</param>
/// <param name="Currency">Of the cost, ISO 4217.</param>
public readonly record struct UsageKey(
    DateOnly Day, string Vendor, string Account, string Project, string Key, string User, string Model, string Region, string Item, string Currency);

/// <summary>What was used and billed.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="InputTokens">Prompt tokens, cached ones included.</param>
/// <param name="CacheReadTokens">Those of them that were read from a cache.</param>
/// <param name="OutputTokens">Generated tokens.</param>
/// <param name="Bytes">Bytes in both directions, of a log.</param>
/// <param name="CostNano">The cost in billionths of the currency's unit; null: the export has no cost.</param>
public readonly record struct UsageSum(long Requests, long InputTokens, long CacheReadTokens, long OutputTokens, long Bytes, long? CostNano)
{
    /// <summary>Both together.</summary>
    /// <exception cref="OverflowException">It is more than can be counted.</exception>
    public static UsageSum operator +(in UsageSum one, in UsageSum other) => checked(new UsageSum(
        one.Requests + other.Requests, one.InputTokens + other.InputTokens, one.CacheReadTokens + other.CacheReadTokens, one.OutputTokens + other.OutputTokens, one.Bytes + other.Bytes,
        one.CostNano is null ? other.CostNano : other.CostNano is null ? one.CostNano : one.CostNano + other.CostNano));
}

/// <summary>A line of the books that an import makes: sums of what the file says in many.</summary>
public readonly record struct UsageLine(UsageKey Key, UsageSum Sum);

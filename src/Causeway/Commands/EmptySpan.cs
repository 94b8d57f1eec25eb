namespace Causeway.Commands;

/// <summary>What is said where a span of time holds nothing.</summary>
internal static class EmptySpan
{
    /// <summary>A longer span is advised where it is longer, and not as a line to copy: that would lack the filters of this one.</summary>
    public static string Words(string nothing, DateTimeOffset since, DateTimeOffset until, int days) =>
        until - since < TimeSpan.FromDays(days) ? $"{nothing} Look further back: the same with --since {days}d" : nothing;
}

using System.Runtime.InteropServices;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>What one request takes of every meter. All are 0 or more. Sums stop at the largest number: an absurd one is too much, never too little.</summary>
/// <param name="NanoUsd">Money.</param>
/// <param name="TokensIn">Prompt tokens, cached ones included.</param>
/// <param name="TokensOut">Generated tokens, reasoning included.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Amounts(long NanoUsd, long TokensIn, long TokensOut)
{
    /// <summary>What a limit of that meter is debited. A request counts as one, wherever it ends.</summary>
    public long Of(Meter meter) => meter switch
    {
        Meter.Usd => NanoUsd,
        Meter.Tokens => Sum(TokensIn, TokensOut),
        Meter.TokensIn => TokensIn,
        Meter.TokensOut => TokensOut,
        _ => 1,
    };

    /// <summary>Meter by meter.</summary>
    public static Amounts operator +(in Amounts one, in Amounts other) =>
        new(Sum(one.NanoUsd, other.NanoUsd), Sum(one.TokensIn, other.TokensIn), Sum(one.TokensOut, other.TokensOut));

    /// <summary>Meter by meter, never below 0: what <paramref name="one"/> has beyond <paramref name="other"/>.</summary>
    public static Amounts Beyond(in Amounts one, in Amounts other) =>
        new(Math.Max(0, one.NanoUsd - other.NanoUsd), Math.Max(0, one.TokensIn - other.TokensIn), Math.Max(0, one.TokensOut - other.TokensOut));

    /// <summary>Meter by meter the smaller one.</summary>
    public static Amounts Least(in Amounts one, in Amounts other) =>
        new(Math.Min(one.NanoUsd, other.NanoUsd), Math.Min(one.TokensIn, other.TokensIn), Math.Min(one.TokensOut, other.TokensOut));

    /// <summary>So many times as much, up to the largest number.</summary>
    public Amounts Times(long count) => new(Product(NanoUsd, count), Product(TokensIn, count), Product(TokensOut, count));

    /// <summary>Nowhere more than <paramref name="other"/>.</summary>
    public bool Within(in Amounts other) => NanoUsd <= other.NanoUsd && TokensIn <= other.TokensIn && TokensOut <= other.TokensOut;

    internal bool IsNegative => (NanoUsd | TokensIn | TokensOut) < 0;

    private static long Product(long one, long count) => (long)Int128.Clamp((Int128)one * count, -long.MaxValue, long.MaxValue);

    private static long Sum(long one, long other) => (long)Int128.Clamp((Int128)one + other, -long.MaxValue, long.MaxValue);
}

using System.Collections.Frozen;

namespace Causeway.Budgets.Grants;

/// <summary>What a limit counts.</summary>
public enum Meter : byte
{
    /// <summary>Nano-USD.</summary>
    Usd,

    /// <summary>Tokens in and out.</summary>
    Tokens,

    /// <summary>Prompt tokens, cached ones included.</summary>
    TokensIn,

    /// <summary>Generated tokens, reasoning included.</summary>
    TokensOut,

    /// <summary>Requests that were taken on.</summary>
    Requests,

    /// <summary>Requests that are being worked on.</summary>
    Concurrent,
}

/// <summary>The words of the meters in API, CLI and ledger.</summary>
public static class Meters
{
    private static readonly FrozenDictionary<string, Meter> s_byWord =
        Enum.GetValues<Meter>().ToFrozenDictionary(Word, meter => meter, StringComparer.Ordinal);

    /// <summary>Every word.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetValues<Meter>().Select(Word)];

    /// <summary>The meter's word.</summary>
    public static string Word(this Meter meter) => meter switch
    {
        Meter.Usd => "usd",
        Meter.Tokens => "tokens",
        Meter.TokensIn => "tokens_in",
        Meter.TokensOut => "tokens_out",
        Meter.Requests => "requests",
        _ => "concurrent",
    };

    /// <summary>The meter of a word.</summary>
    public static bool TryParse(string word, out Meter meter) => s_byWord.TryGetValue(word, out meter);
}

namespace Causeway.Budgets.Export;

/// <summary>What a cost row measures.</summary>
public enum TokenMeter
{
    /// <summary>Plain input.</summary>
    Input,

    /// <summary>Input read from a cache.</summary>
    CachedInput,

    /// <summary>Input written to a cache, for whatever time.</summary>
    CacheWrite,

    /// <summary>Output without its reasoning.</summary>
    Output,

    /// <summary>The reasoning part of the output.</summary>
    Reasoning,

    /// <summary>All tokens of a request whose calls were billed by different rates, as of one whose answer another pin repaired: its cost is known as one sum.</summary>
    SeveralPrices,

    /// <summary>Uses of tools that the provider runs itself, each at one fee.</summary>
    ToolUses,

    /// <summary>All such uses of a request that were billed by different fees: their cost is known as one sum.</summary>
    SeveralToolFees,

    /// <summary>A request whose answer reports nothing that could be counted.</summary>
    Unmetered,
}

/// <summary>The meters' words, as <c>SkuMeter</c> writes them.</summary>
public static class TokenMeters
{
    /// <summary>The meter's word.</summary>
    public static string Word(this TokenMeter meter) => meter switch
    {
        TokenMeter.Input => "Input Tokens",
        TokenMeter.CachedInput => "Cached Input Tokens",
        TokenMeter.CacheWrite => "Cache Write Tokens",
        TokenMeter.Output => "Output Tokens",
        TokenMeter.Reasoning => "Reasoning Tokens",
        TokenMeter.SeveralPrices => "Tokens at Several Prices",
        TokenMeter.ToolUses => "Tool Uses",
        TokenMeter.SeveralToolFees => "Tool Uses at Several Fees",
        _ => "Unmetered Requests",
    };
}

using System.Collections.Frozen;

namespace Causeway.Releases.Pins;

/// <summary>How vendors name models, as far as it decides what a pin is worth. Facts of November 2026, from the vendors' model pages.</summary>
internal static class VendorNaming
{
    // From Claude 4.6 on Anthropic's undated id is itself the fixed one; the older ones without a date are aliases of the catalogue.
    private static readonly FrozenSet<string> s_fixUndatedIds = FrozenSet.Create("anthropic");

    // DeepSeek names the build behind an id on its price page only: a request cannot ask for it.
    private static readonly FrozenSet<string> s_hideBuilds = FrozenSet.Create("deepseek");

    /// <summary>What an id that is no alias is worth.</summary>
    public static PinClass ClassOf(CatalogueModel model) =>
        s_fixUndatedIds.Contains(model.Vendor) || IsDated(model.Id) ? PinClass.Snapshot : PinClass.Undated;

    /// <summary>Whether what an alias stands for can be asked for by its own name.</summary>
    public static bool CanBeAskedFor(CatalogueModel alias) => !s_hideBuilds.Contains(alias.Vendor);

    /// <summary>
    /// True for an id with a date or a version of its weights in it: <c>…-2026-04-23</c>, <c>…-20251001</c>, <c>…-2512</c>, <c>…-0309-…</c>,
    /// <c>…-03-2025</c>, <c>…-001</c>, <c>…-v1:0</c>.
    /// </summary>
    public static bool IsDated(string id)
    {
        string[] parts = id.Split('-', '@', '.', '/');
        return parts.Any(part => part.Length is 4 or 8 && part.All(char.IsAsciiDigit))
            || (parts[^1].Length == 3 && parts[^1].All(char.IsAsciiDigit))
            || parts[^1].TrimStart('v').Split(':') is [{ Length: > 0 } major, { Length: > 0 } minor] && major.All(char.IsAsciiDigit) && minor.All(char.IsAsciiDigit);
    }
}

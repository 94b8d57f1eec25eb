namespace Causeway.Simulator.Providers.Azure;

/// <summary>Which model stands behind a deployment: the dated one that its name begins with, else one and the same.</summary>
internal static class Deployments
{
    private const string Default = "gpt-4o-mini-2024-07-18";

    private static readonly Dictionary<string, string> s_dated = new(StringComparer.Ordinal)
    {
        ["gpt-4o"] = "gpt-4o-2024-11-20",
        ["gpt-4o-mini"] = Default,
        ["gpt-4.1"] = "gpt-4.1-2025-04-14",
        ["gpt-5.4"] = "gpt-5.4-2026-03-05",
        ["gpt-5.4-mini"] = "gpt-5.4-mini-2026-03-17",
        ["gpt-5.5"] = "gpt-5.5-2026-04-23",
        ["gpt-5.6-sol"] = "gpt-5.6-sol",
        ["text-embedding-3-small"] = "text-embedding-3-small",
        ["text-embedding-3-large"] = "text-embedding-3-large",
    };

    public static string ModelOf(string deployment) =>
        s_dated.Keys.Where(name => deployment.StartsWith(name, StringComparison.Ordinal)).MaxBy(name => name.Length) is { } known ? s_dated[known] : Default;
}

using System.Globalization;

namespace Causeway.Simulator.Providers.Gemini;

internal static class Generation
{
    /// <summary>Where the floating aliases point in November 2026.</summary>
    private const int Latest = 3;

    /// <returns>The number of the model's generation, 0 where its id has none.</returns>
    public static int Of(string model)
    {
        if (!model.StartsWith("gemini-", StringComparison.Ordinal))
        {
            return 0;
        }

        string rest = model["gemini-".Length..];
        return rest.EndsWith("-latest", StringComparison.Ordinal) ? Latest
            : int.TryParse(rest.AsSpan(0, rest.TakeWhile(char.IsAsciiDigit).Count()), NumberStyles.None, CultureInfo.InvariantCulture, out int generation) ? generation
            : 0;
    }
}

using System.Globalization;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration;

/// <summary>Collects what is wrong with one file, so that one run reports all of it.</summary>
internal sealed class Findings(string file)
{
    /// <summary>Beyond this many the rest is counted, not listed: a megabyte of nonsense is one mistake.</summary>
    public const int MaxListed = 200;

    private readonly List<ConfigurationError> errors = [];
    private readonly List<ConfigurationError> warnings = [];
    private int unlisted;

    public void Error(Position at, string path, string message)
    {
        if (errors.Count < MaxListed)
        {
            errors.Add(new ConfigurationError(file, at.Line, at.Column, path, message));
        }
        else
        {
            unlisted++;
        }
    }

    public void Warn(Position at, string path, string message)
    {
        if (warnings.Count < MaxListed)
        {
            warnings.Add(new ConfigurationError(file, at.Line, at.Column, path, message));
        }
    }

    public ConfigurationResult Conclude(CausewayConfiguration? configuration)
    {
        List<ConfigurationError> sorted = [.. InFileOrder(errors)];
        if (unlisted > 0)
        {
            sorted.Add(new ConfigurationError(
                file, 0, 0, "", string.Create(CultureInfo.InvariantCulture, $"and {unlisted} more mistakes; mend these {MaxListed} first")));
        }

        return new ConfigurationResult(sorted.Count == 0 ? configuration : null, sorted, [.. InFileOrder(warnings)]);
    }

    private static IEnumerable<ConfigurationError> InFileOrder(List<ConfigurationError> found) =>
        found.OrderBy(error => error.Line).ThenBy(error => error.Column);
}

using System.Globalization;

namespace Causeway.Configuration;

/// <summary>One mistake in the configuration, or one warning about it.</summary>
/// <param name="File">The file, as it was named on the command line.</param>
/// <param name="Line">From 1; 0 when it is about the file as a whole.</param>
/// <param name="Column">From 1; 0 when it is about the file as a whole.</param>
/// <param name="Path">The field, such as <c>providers[1].region</c>; empty when it is about none.</param>
/// <param name="Message">What is wrong, what is allowed, and the nearest match. Never holds a secret or a value from the environment.</param>
internal sealed record ConfigurationError(string File, int Line, int Column, string Path, string Message)
{
    /// <summary><c>causeway.yaml:14:12</c></summary>
    public string Location => Line == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");

    /// <summary><c>causeway.yaml:14:12  providers[1].region: …</c></summary>
    public override string ToString() => Text(Location.Length);

    /// <summary>One line for each error, with the messages in one column.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<ConfigurationError> errors)
    {
        int width = errors.Count == 0 ? 0 : errors.Max(error => error.Location.Length);
        return [.. errors.Select(error => error.Text(width))];
    }

    private string Text(int width) => $"{Location.PadRight(width)}  {(Path.Length == 0 ? "" : Path + ": ")}{Message}";
}

/// <summary>What reading a configuration gave.</summary>
/// <param name="Configuration">The configuration; null exactly when there are errors.</param>
/// <param name="Errors">Every mistake, in the order of the file.</param>
/// <param name="Warnings">What works and is unwise, in the order of the file.</param>
internal sealed record ConfigurationResult(
    CausewayConfiguration? Configuration, IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<ConfigurationError> Warnings);

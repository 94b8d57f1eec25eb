using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Causeway.Simulator.Shapes;

/// <summary>The formats that some vendor names: an example of each, and whether a text is one.</summary>
internal static partial class FormatText
{
    /// <param name="variant">0 and up: another number, another text.</param>
    /// <returns>Null for a format that nobody knows.</returns>
    public static string? Sample(string format, int variant) => format switch
    {
        "date-time" => string.Create(CultureInfo.InvariantCulture, $"2026-01-{1 + (variant % 28):D2}T00:00:00Z"),
        "date" => string.Create(CultureInfo.InvariantCulture, $"2026-01-{1 + (variant % 28):D2}"),
        "time" => string.Create(CultureInfo.InvariantCulture, $"00:{variant % 60:D2}:00Z"),
        "duration" => string.Create(CultureInfo.InvariantCulture, $"PT{1 + variant}H"),
        "email" => variant == 0 ? "person@example.com" : string.Create(CultureInfo.InvariantCulture, $"person{variant}@example.com"),
        "hostname" => variant == 0 ? "example.com" : string.Create(CultureInfo.InvariantCulture, $"host{variant}.example.com"),
        "uri" or "url" => variant == 0 ? "https://example.com/" : string.Create(CultureInfo.InvariantCulture, $"https://example.com/{variant}"),
        "uuid" => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{variant:D12}"),
        "ipv4" => string.Create(CultureInfo.InvariantCulture, $"192.0.2.{1 + (variant % 250)}"),
        "ipv6" => string.Create(CultureInfo.InvariantCulture, $"2001:db8::{1 + variant:x}"),
        _ => null,
    };

    /// <summary>An unknown format holds nothing against any text.</summary>
    public static bool Holds(string format, string text) => format switch
    {
        "date-time" => DateTimeForm().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "time" => TimeForm().IsMatch(text),
        "duration" => text.Length > 1 && !text.EndsWith('T') && DurationForm().IsMatch(text),
        "email" => EmailForm().IsMatch(text),
        "hostname" => text.Length <= 253 && HostForm().IsMatch(text),
        "uri" or "url" => Uri.TryCreate(text, UriKind.Absolute, out _) && text.Contains(':', StringComparison.Ordinal) && !text.Contains(' ', StringComparison.Ordinal),
        "uuid" => text.Length == 36 && Guid.TryParseExact(text, "D", out _),
        "ipv4" => text.Count(c => c == '.') == 3 && IPAddress.TryParse(text, out _),
        "ipv6" => text.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(text, out _),
        _ => true,
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex DateTimeForm();

    [GeneratedRegex(@"^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex TimeForm();

    [GeneratedRegex(@"^P(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex DurationForm();

    [GeneratedRegex(@"^[^\s@]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex EmailForm();

    [GeneratedRegex("^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex HostForm();
}

using System.Globalization;

namespace Causeway.Budgets.Export;

/// <summary>A column of an export.</summary>
/// <typeparam name="TRow">What a row is made of.</typeparam>
/// <param name="Name">As the file says it.</param>
public abstract record ExportColumn<TRow>(string Name);

/// <summary>A column of text.</summary>
/// <typeparam name="TRow">As above.</typeparam>
/// <param name="Name">As above.</param>
/// <param name="Value">A row's text; null: it has none.</param>
public sealed record TextColumn<TRow>(string Name, Func<TRow, string?> Value) : ExportColumn<TRow>(Name);

/// <summary>A column of moments.</summary>
/// <typeparam name="TRow">As above.</typeparam>
/// <param name="Name">As above.</param>
/// <param name="Value">A row's moment.</param>
public sealed record TimeColumn<TRow>(string Name, Func<TRow, DateTimeOffset> Value) : ExportColumn<TRow>(Name);

/// <summary>A column of exact numbers.</summary>
/// <typeparam name="TRow">As above.</typeparam>
/// <param name="Name">As above.</param>
/// <param name="Scale">Digits behind the point at most.</param>
/// <param name="Digits">Digits behind the point at least, in text.</param>
/// <param name="Value">A row's number; null: it has none.</param>
public sealed record NumberColumn<TRow>(string Name, int Scale, int Digits, Func<TRow, Exact?> Value) : ExportColumn<TRow>(Name);

/// <summary>Values as text.</summary>
public static class ExportText
{
    /// <summary>Writes ISO 8601, UTC, as FOCUS's date and time format asks for.</summary>
    public static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

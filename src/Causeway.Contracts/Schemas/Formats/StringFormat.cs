namespace Causeway.Contracts.Schemas.Formats;

/// <summary>A named form of strings.</summary>
/// <param name="Name">As <c>format</c> says it.</param>
/// <param name="Article">What a string of that form is, for people: <c>a date, such as 2026-11-25</c>.</param>
/// <param name="Accepts">Whether a string, unescaped, has that form.</param>
internal sealed record StringFormat(string Name, string Article, StringCheck Accepts);

/// <summary>Whether a string, unescaped UTF-8, has a form.</summary>
internal delegate bool StringCheck(ReadOnlySpan<byte> text);

using System.Text.Json;

namespace Causeway.Gateway.Identity;

/// <summary>
/// Text in JSON that a stranger wrote. A string of half a surrogate pair or of bytes that are no UTF-8 is JSON to the parser and can only not be read: <see cref="JsonElement.GetString"/>
/// throws, and so does the look for a member among names of that kind.
/// </summary>
internal static class ClaimText
{
    /// <summary>A member.</summary>
    /// <param name="of">An object.</param>
    /// <param name="name">The member's name.</param>
    /// <returns>It; null: it is not there, or cannot be told from names that cannot be read.</returns>
    public static JsonElement? Member(JsonElement of, string name)
    {
        try
        {
            return of.TryGetProperty(name, out JsonElement member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A text.</summary>
    /// <returns>It; null: the value is no string, or none that can be read.</returns>
    public static string? Read(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member that is a text.</summary>
    /// <returns>It; null: it is not there, is no string, or none that can be read.</returns>
    public static string? Read(JsonElement of, string name) => Member(of, name) is { } member ? Read(member) : null;
}

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>JSON Pointers (RFC 6901).</summary>
internal static class JsonPointers
{
    public static string Member(string pointer, string name) => $"{pointer}/{Escape(name)}";

    public static string Last(string pointer) => Unescape(pointer[(pointer.LastIndexOf('/') + 1)..]);

    /// <summary>What a pointer points at; null: nothing.</summary>
    public static JsonTree? Find(JsonTree root, string pointer)
    {
        JsonTree? at = root;
        foreach (string token in pointer.Split('/').Skip(1))
        {
            string name = Unescape(token);
            at = at.Kind == System.Text.Json.JsonValueKind.Array
                ? int.TryParse(name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int index) && index < at.Items.Count ? at.Items[index] : null
                : at[name];
            if (at is null)
            {
                return null;
            }
        }

        return at;
    }

    private static string Escape(string name) => name.AsSpan().IndexOfAny('~', '/') < 0 ? name : name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Unescape(string token) => !token.Contains('~') ? token : token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}

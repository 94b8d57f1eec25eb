namespace Causeway.Wire.Objects;

/// <summary>The one spelling of an id under which a thing is known, however a path, a body or an answer names it.</summary>
internal static class ObjectId
{
    public const int MaxLength = 256;

    /// <summary>OpenAI's and Anthropic's ids as they are; of Gemini's names and addresses the list and the name (<c>files/abc</c>); null: it names nothing that is kept.</summary>
    public static string? Of(Protocol protocol, string said)
    {
        if (protocol != Protocol.Gemini)
        {
            return IsPlain(said) ? said : null;
        }

        string[] segments = Segments(said);
        for (int i = segments.Length - 2; i >= 0; i--)
        {
            if (KeptKinds.At(KeptKinds.Kinds(protocol), segments.AsSpan(i, 1)) is not null && OfGemini(segments.AsSpan(i)) is { } id)
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>A list and the name behind it, without a verb.</summary>
    public static string? OfGemini(ReadOnlySpan<string> segments)
    {
        string name = segments[1];
        int verb = name.IndexOf(':', StringComparison.Ordinal);
        string id = $"{segments[0]}/{(verb < 0 ? name : name[..verb])}";
        return id[^1] != '/' && IsPlain(id) ? id : null;
    }

    /// <summary>The segments of a path or an address, as servers read them: unescaped, and without a query.</summary>
    public static string[] Segments(string path)
    {
        int end = path.AsSpan().IndexOfAny('?', '#');
        return Uri.UnescapeDataString(end < 0 ? path : path[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsPlain(string id) => id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExceptInRange('!', '~');
}

namespace Causeway.Wire.Objects;

/// <summary>What a path of a provider's own API has to do with what the provider keeps.</summary>
/// <param name="Kind">What stands there; null: nothing that is kept.</param>
/// <param name="Place">The list itself, one of it, or a verb that makes one.</param>
public sealed record ObjectPath(KeptKind? Kind, ObjectPlace Place)
{
    /// <summary>What the path may name, wherever it does. What is nobody's id is among it.</summary>
    public required IReadOnlyList<NamedObject> Named { get; init; }

    /// <summary>Reads a path.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="path">Below the provider's endpoint, with or without whatever stands before the list: a version, a project, <c>/openai</c>.</param>
    public static ObjectPath Of(Protocol protocol, string path)
    {
        KeptKind[] kinds = KeptKinds.Kinds(protocol);
        string[] segments = kinds.Length == 0 ? [] : ObjectId.Segments(path);
        for (int i = 0; i < segments.Length; i++)
        {
            if (KeptKinds.At(kinds, segments.AsSpan(i)) is { } kind)
            {
                int behind = i + kind.Segments.Length;
                return new ObjectPath(kind, behind == segments.Length ? ObjectPlace.List : ObjectPlace.One) { Named = NamesIn(protocol, kinds, segments, behind) };
            }
        }

        return MadeBy(kinds, segments) is { } made
            ? new ObjectPath(made, ObjectPlace.Verb) { Named = NamesIn(protocol, kinds, segments, -1) }
            : new ObjectPath(null, ObjectPlace.None) { Named = NamesIn(protocol, kinds, segments, -1) };
    }

    // Every segment is looked at: an id is known by whoever made it, wherever a path has it. Only the one behind the list has to be an id.
    private static List<NamedObject> NamesIn(Protocol protocol, KeptKind[] kinds, string[] segments, int one)
    {
        List<NamedObject> named = [];
        for (int i = 0; i < segments.Length; i++)
        {
            string? id = protocol != Protocol.Gemini ? ObjectId.Of(protocol, segments[i])
                : i > 0 && KeptKinds.At(kinds, segments.AsSpan(i - 1, 1)) is not null ? ObjectId.OfGemini(segments.AsSpan(i - 1)) : null;
            if (id is not null)
            {
                named.Add(new NamedObject(id, IsSure: i == one));
            }
        }

        return named;
    }

    private static KeptKind? MadeBy(KeptKind[] kinds, string[] segments)
    {
        if (segments.Length == 0 || segments[^1].LastIndexOf(':') is not (>= 0 and int colon))
        {
            return null;
        }

        string verb = segments[^1][(colon + 1)..];
        return Array.Find(kinds, kind => kind.Verbs.Contains(verb, StringComparer.Ordinal));
    }
}

/// <summary>Where among what is kept a path stands.</summary>
public enum ObjectPlace
{
    /// <summary>Elsewhere.</summary>
    None,

    /// <summary>At the list: a GET lists, a POST makes one.</summary>
    List,

    /// <summary>At one of the list, or below it.</summary>
    One,

    /// <summary>At a verb that makes one.</summary>
    Verb,
}

/// <summary>Something that a request names.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsSure">It stands where only such an id can; otherwise it may be another word.</param>
public readonly record struct NamedObject(string Id, bool IsSure);

using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Notes each concept of a request once, at the first place that uses it: a long history says a thing a thousand times.</summary>
internal sealed class Marks(NeutralRequest request)
{
    private readonly HashSet<Concept> _seen = [];

    public void Once(Concept concept, string path)
    {
        if (_seen.Add(concept))
        {
            request.Mark(concept, path);
        }
    }

    /// <summary>As above, for an item of a list; the path is put together only when it is needed.</summary>
    public void Once(Concept concept, in Place place, string member)
    {
        if (_seen.Add(concept))
        {
            request.Mark(concept, $"{place}.{member}");
        }
    }
}

/// <summary>An item of a list in the request.</summary>
internal readonly record struct Place(string List, int Index)
{
    public override string ToString() => $"{List}[{Index}]";
}

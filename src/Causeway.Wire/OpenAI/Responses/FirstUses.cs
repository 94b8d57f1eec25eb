using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Notes a concept where it stands first, so that a long history is noted once.</summary>
internal sealed class FirstUses(NeutralRequest request)
{
    private UInt128 _seen;

    /// <summary>Notes a member of the request, or of a place whose path is at hand.</summary>
    public void Mark(Concept concept, string path)
    {
        if (IsFirst(concept))
        {
            request.Mark(concept, path);
        }
    }

    /// <summary>Notes an item of the input, or a member of it (with its dot before it).</summary>
    public void Mark(Concept concept, int item, string member = "")
    {
        if (IsFirst(concept))
        {
            request.Mark(concept, $"input[{item}]{member}");
        }
    }

    /// <summary>Notes something inside one of an item's lists.</summary>
    public void Mark(Concept concept, in PartPlace place, string member)
    {
        if (IsFirst(concept))
        {
            request.Mark(concept, place.Path(member));
        }
    }

    /// <summary>Notes every place: each means something else.</summary>
    public void MarkEach(Concept concept, string path) => request.Mark(concept, path);

    private bool IsFirst(Concept concept)
    {
        UInt128 bit = UInt128.One << (int)concept;
        bool isFirst = (_seen & bit) == 0;
        _seen |= bit;
        return isFirst;
    }
}

/// <summary>Where a part stands: in which list of which item of the input.</summary>
internal readonly record struct PartPlace(int Item, string List, int Part)
{
    public string Path(string member) => Part < 0 ? $"input[{Item}].{List}" : $"input[{Item}].{List}[{Part}]{member}";
}

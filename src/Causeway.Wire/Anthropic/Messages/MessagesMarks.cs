using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Notes each concept of a request where it first stands, and knows where the reader is, so that a long history costs no paths.</summary>
internal sealed class MessagesMarks(NeutralRequest request)
{
    private readonly HashSet<Concept> _seen = [];

    /// <summary>The message that is read; -1: the system text.</summary>
    public int Turn { get; set; } = -1;

    /// <summary>The block of it; -1: its content is one string.</summary>
    public int Block { get; set; } = -1;

    /// <summary>The block inside that block; -1: none.</summary>
    public int Inner { get; set; } = -1;

    /// <summary>The place that is read.</summary>
    public string Path
    {
        get
        {
            string path = Turn < 0 ? "system" : $"messages[{Turn}].content";
            path = Block < 0 ? path : $"{path}[{Block}]";
            return Inner < 0 ? path : $"{path}.content[{Inner}]";
        }
    }

    public void At(Concept concept, string path)
    {
        if (_seen.Add(concept))
        {
            request.Mark(concept, path);
        }
    }

    /// <summary>Marks a member of what is read.</summary>
    /// <param name="concept">What it asks for.</param>
    /// <param name="member">Its name with a dot before it; empty: the whole.</param>
    public void Here(Concept concept, string member = "")
    {
        if (_seen.Add(concept))
        {
            request.Mark(concept, Path + member);
        }
    }

    /// <summary>Marks a member that nobody knows. Every one is told.</summary>
    public void Unknown(string path) => request.Mark(Concept.Unknown, path);
}

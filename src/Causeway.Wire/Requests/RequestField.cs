using System.Text;

namespace Causeway.Wire.Requests;

/// <summary>What a member of a request means to the gateway.</summary>
internal enum FieldRole : byte
{
    Model,
    InnerModel,
    Stream,
    StreamOptions,
    IncludeUsage,
    OutputCap,
    Choices,
    Tools,
    Effort,
    ProviderState,

    /// <summary>Names other models that may answer instead: in a list, or in its entries.</summary>
    OtherModels,

    /// <summary>Says whether the provider keeps the answer.</summary>
    Store,

    /// <summary>How often the provider's own tools may be used, all of them together.</summary>
    ToolCalls,

    /// <summary>Brings something into the prompt that is not in the body: a search, files, a prompt that is kept.</summary>
    Outside,

    /// <summary>May say what shape the answer has.</summary>
    AnswerShape,

    /// <summary>What is said: it is not looked at in passing, and a request that has it twice says two things.</summary>
    Content,
    Group,
    GroupList,
}

/// <summary>What the entries of a list are, where their number is bounded (<see cref="RequestBounds"/>).</summary>
internal enum Entries : byte
{
    Unbounded,
    Messages,
    Tools,
}

/// <summary>A member of a request that the gateway acts upon, as data of its protocol's folder.</summary>
internal sealed class RequestField
{
    /// <param name="param">Its name in faults, dotted from the top.</param>
    /// <param name="role">What is done with its value.</param>
    /// <param name="names">Its spellings on the wire; two spellings of one field count as a duplicate.</param>
    public RequestField(string param, FieldRole role, params string[] names)
    {
        Param = param;
        Role = role;
        Names = [.. names.Select(Encoding.UTF8.GetBytes)];
    }

    public string Param { get; }

    public FieldRole Role { get; }

    public byte[][] Names { get; }

    /// <summary>The members to look at inside an object (or inside each object of a list).</summary>
    public RequestField[] Members { get; init; } = [];

    /// <summary>The cap of generated tokens is one of the members.</summary>
    public bool HoldsOutputCap => Array.Exists(Members, static member => member.Role == FieldRole.OutputCap);

    /// <summary>What is counted, if it is a list.</summary>
    public Entries Entries { get; init; }

    /// <summary>How the types of its entries begin whose content is not in the body: a reference.</summary>
    public byte[][] OutsideTypes { get; init; } = [];

    /// <summary>How the types of its entries begin whose content is in the body or with the caller. Any other is a server's own, known or not: what that brings in nobody says. Empty: types say nothing.</summary>
    public byte[][] InsideTypes { get; init; } = [];

    /// <summary>Tools that are billed by the use: the types of entries that name them, of which the first that fits counts, or the member itself.</summary>
    public BilledTool[] Billed { get; init; } = [];

    /// <summary>An entry that has an id, and neither a role nor a type, stands for something that the provider keeps.</summary>
    public bool RefersById { get; init; }

    /// <summary>Any other member of an entry of this list brings something in that is not in the body.</summary>
    public bool OthersAreOutside { get; init; }

    /// <summary>The least value that makes sense for a number.</summary>
    public int Minimum { get; init; } = 1;
}

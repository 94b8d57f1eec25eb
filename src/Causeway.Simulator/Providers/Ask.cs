using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Scripts;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers;

/// <summary>A checked request, in the few words that decide the answer whatever the vendor.</summary>
internal sealed record Ask
{
    public Vendor Vendor { get; init; }

    public required Protocol Protocol { get; init; }

    public required Operation Operation { get; init; }

    /// <summary>What a request about kept things does once the script lets it; null where a model answers.</summary>
    public Func<Reply>? Act { get; init; }

    /// <summary>The same where what is found depends on the script: a look at work that goes on.</summary>
    public Func<Behaviour, Reply>? Look { get; init; }

    /// <summary>As requested; empty for the list of models, the thing's id where the path names another thing.</summary>
    public required string Model { get; init; }

    /// <summary>The model that answers, where its name is not the one asked for.</summary>
    public string? ServedModel { get; init; }

    /// <summary>The key that came with the request, empty if none did.</summary>
    public string Key { get; init; } = "";

    /// <summary>What state and signatures at the vendor belong to: the project of a path, else the key.</summary>
    public string Account { get; init; } = "";

    public bool Stream { get; init; }

    /// <summary>Gemini streams without <c>alt=sse</c> are one JSON array sent piecewise, Bedrock's are binary.</summary>
    public bool Sse { get; init; } = true;

    /// <summary>Text of the last user message.</summary>
    public string Said { get; init; } = "";

    /// <summary>The last message hands in a tool's result, so the model has what it asked for.</summary>
    public bool HasToolResult { get; init; }

    public long InputTokens { get; init; }

    /// <summary>Null is no limit.</summary>
    public long? MaxOutputTokens { get; init; }

    public IReadOnlyList<string> Stops { get; init; } = [];

    public IReadOnlyList<OfferedTool> Tools { get; init; } = [];

    public ToolDemand Demand { get; init; } = ToolDemand.Auto;

    /// <summary>The one tool that must be called, if the demand names it.</summary>
    public string? DemandedTool { get; init; }

    /// <summary>The shape that the answer's JSON must have.</summary>
    public Shape? Shape { get; init; }

    /// <summary>JSON of any shape is asked for.</summary>
    public bool JsonMode { get; init; }

    /// <summary>How the model writes JSON that nothing holds it to.</summary>
    public Hand Hand { get; init; } = Hand.Plain;

    /// <summary>What the model says before the block of a tool that it was made to call; null for nothing.</summary>
    public string? Preamble { get; init; }

    /// <summary>The request switches reasoning on.</summary>
    public bool Reasons { get; init; }

    /// <summary>How many other tokens to name beside each token of the text, null for no likelihoods at all.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>How many alternatives are asked for: OpenAI's <c>n</c>, Gemini's <c>candidateCount</c>.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>Sealed blocks of the history that do not belong here, so the model does not get to see them.</summary>
    public IReadOnlyList<Removed> Removed { get; init; } = [];

    /// <summary>The body as received, for what a vendor echoes.</summary>
    public JsonElement Body { get; init; }

    /// <summary>64 hexadecimal digits of the request's SHA-256: every id in an answer is cut from it, so equal requests get equal bytes.</summary>
    public string Fingerprint { get; init; } = "";
}

/// <summary>A function that the request offers.</summary>
/// <param name="Arguments">Null where it takes none.</param>
internal sealed record OfferedTool(string Name, Shape? Arguments);

internal enum ToolDemand
{
    /// <summary>The model may, if the prompt asks for one.</summary>
    Auto,

    /// <summary>The model must.</summary>
    Must,

    /// <summary>The model must not.</summary>
    Never,
}

using System.Runtime.InteropServices;

namespace Causeway.Wire.Neutral;

/// <summary>A request for a generated answer, whichever protocol it came in. Everything in it points into the body it was read from.</summary>
internal sealed class NeutralRequest
{
    /// <summary>The operation that it was read as: its <see cref="RawField"/>s are of that protocol.</summary>
    public required Operation Origin { get; init; }

    public bool Stream { get; set; }

    /// <summary>Chat: the caller asked for the usage chunk.</summary>
    public bool StreamUsage { get; set; }

    /// <summary>Everything said, in order; system and developer text stands where the caller put it.</summary>
    public List<Turn> Turns { get; } = [];

    public List<ToolDefinition> Tools { get; } = [];

    public ToolChoice? ToolChoice { get; set; }

    /// <summary>At most one tool call an answer (<c>parallel_tool_calls: false</c>).</summary>
    public bool SingleToolCall { get; set; }

    public long? MaxOutputTokens { get; set; }

    /// <summary>The numbers below keep their spelling.</summary>
    public JsonSlice Temperature { get; set; }

    public JsonSlice TopP { get; set; }

    public JsonSlice TopK { get; set; }

    public JsonSlice FrequencyPenalty { get; set; }

    public JsonSlice PresencePenalty { get; set; }

    public JsonSlice Seed { get; set; }

    /// <summary>Strings.</summary>
    public List<JsonSlice> StopSequences { get; } = [];

    /// <summary>How many answers are asked for; 1 where the request does not say.</summary>
    public int Choices { get; set; } = 1;

    public bool LogProbs { get; set; }

    /// <summary>0 to 20 alternatives per token.</summary>
    public int? TopLogProbs { get; set; }

    public OutputFormat? Format { get; set; }

    public ReasoningAsk? Reasoning { get; set; }

    /// <summary><c>low</c>, <c>medium</c> or <c>high</c>; null: not said.</summary>
    public string? Verbosity { get; set; }

    /// <summary>The end user's opaque id, a string.</summary>
    public JsonSlice EndUser { get; set; }

    /// <summary>A request-wide wish to cache the prompt (Anthropic's top-level <c>cache_control</c>).</summary>
    public CacheMark? Cache { get; set; }

    /// <summary>Members without a place of their own above, raw. The origin's writer gives them back where they stood.</summary>
    public List<RawField> Fields { get; } = [];

    /// <summary>What the request uses, with where; decides what can be carried.</summary>
    public List<Use> Uses { get; } = [];

    /// <summary>Notes that the request uses a concept.</summary>
    /// <param name="concept">What.</param>
    /// <param name="path">Where, in the caller's words: <c>generationConfig.topK</c>, <c>messages[2].content[0]</c>.</param>
    public void Mark(Concept concept, string path) => Uses.Add(new Use(concept, path));

    /// <summary>Keeps a member as it is, and notes what it asks for.</summary>
    public void Keep(Concept concept, string path, JsonSlice value)
    {
        Fields.Add(new RawField(concept, path, value));
        Mark(concept, path);
    }

    /// <summary>What a release set on this request, whatever its caller sent.</summary>
    public HashSet<Concept> SetByRelease { get; } = [];

    /// <summary>Notes that a release sets a concept: it is judged for every target, since no caller chose it for this one.</summary>
    public void Set(Concept concept, string path)
    {
        Replace(concept, path);
        SetByRelease.Add(concept);
    }

    /// <summary>Notes that a concept is now used at another place, or (null) no longer.</summary>
    public void Replace(Concept concept, string? path)
    {
        Uses.RemoveAll(use => use.Concept == concept);
        if (path is not null)
        {
            Mark(concept, path);
        }
    }

    /// <summary>A request that can be changed without changing this one. Turns and tools are shared, their lists are not.</summary>
    public NeutralRequest Copy()
    {
        NeutralRequest copy = new()
        {
            Origin = Origin,
            Stream = Stream,
            StreamUsage = StreamUsage,
            ToolChoice = ToolChoice,
            SingleToolCall = SingleToolCall,
            MaxOutputTokens = MaxOutputTokens,
            Temperature = Temperature,
            TopP = TopP,
            TopK = TopK,
            FrequencyPenalty = FrequencyPenalty,
            PresencePenalty = PresencePenalty,
            Seed = Seed,
            Choices = Choices,
            LogProbs = LogProbs,
            TopLogProbs = TopLogProbs,
            Format = Format,
            Reasoning = Reasoning,
            Verbosity = Verbosity,
            EndUser = EndUser,
            Cache = Cache,
        };
        copy.Turns.AddRange(Turns);
        copy.Tools.AddRange(Tools);
        copy.StopSequences.AddRange(StopSequences);
        copy.Fields.AddRange(Fields);
        copy.Uses.AddRange(Uses);
        copy.SetByRelease.UnionWith(SetByRelease);
        return copy;
    }

    /// <summary>
    /// A request that says nothing of the shape of its answer, so that what is set in its place is all that is said. A writer of the same operation
    /// gives back what it was sent, and the shape is set there.
    /// </summary>
    public NeutralRequest WithoutShape(AnswerShape shape, Target target)
    {
        if (shape.Carrier == ShapeCarrier.CallersTool || Operations.HaveOneBody(Origin, target.Operation))
        {
            return this;
        }

        NeutralRequest copy = Copy();
        copy.Format = null;
        copy.Uses.RemoveAll(use => use.Concept is Concept.JsonSchema or Concept.JsonObject);
        if (shape.CallerTool is { } name)
        {
            // The tool itself is written: the shape gives it its schema where it stands, or takes it out.
            List<ToolDefinition> others = copy.Tools.FindAll(tool => !(tool.Kind == ToolKind.Function && tool.Name.Text() == name));
            copy.ToolChoice = null;
            copy.Uses.RemoveAll(use => use.Concept is Concept.ToolChoiceNamed or Concept.ToolChoiceRequired or Concept.ToolChoiceSubset
                || (use.Concept == Concept.StrictTool && !others.Exists(tool => tool.Strict == true))
                || (use.Concept == Concept.FunctionTool && others.Count == 0));
        }

        return copy;
    }

    /// <summary>The raw member of that concept; absent where there is none.</summary>
    public JsonSlice Raw(Concept concept) => Fields.Find(field => field.Concept == concept).Value;
}

/// <summary>A concept, and the member that asks for it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Use(Concept Concept, string Path);

/// <summary>A member kept as it is. <paramref name="Path"/> is its name, with its parents' names and dots before it where it has any.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RawField(Concept Concept, string Path, JsonSlice Value);

/// <summary>Members of a message, part or tool that its protocol alone knows, by name.</summary>
internal sealed class Extras : List<KeyValuePair<string, JsonSlice>>;

/// <summary>How long a marked prefix should stay cached: <c>5m</c>, <c>1h</c>, <c>30m</c>, <c>12h</c>; null: the vendor's default.</summary>
internal sealed record CacheMark(string? Ttl);

/// <summary>What shape the answer has. <paramref name="Schema"/> is absent for <see cref="OutputKind.JsonObject"/>.</summary>
/// <param name="Kind">Any JSON object, or one that a schema describes.</param>
/// <param name="Schema">The JSON Schema, an object.</param>
/// <param name="Name">Its name where the protocol has one.</param>
/// <param name="Strict">Whether the provider must enforce it; null: not said.</param>
/// <param name="Description">What the answer is for.</param>
internal sealed record OutputFormat(OutputKind Kind, JsonSlice Schema = default, JsonSlice Name = default, bool? Strict = null, JsonSlice Description = default);

internal enum OutputKind : byte
{
    JsonObject,
    JsonSchema,
}

/// <summary>How much the model should think.</summary>
/// <param name="Effort">The caller's word, canonical: null where only a budget, or nothing, was given.</param>
/// <param name="BudgetTokens">Tokens for thinking; null: no budget. -1: the model decides.</param>
/// <param name="Show">Thoughts are wanted in the answer, summarised; null: not said.</param>
internal sealed record ReasoningAsk(Effort? Effort, long? BudgetTokens = null, bool? Show = null);

/// <summary>Reasoning effort, from the least.</summary>
internal enum Effort : byte
{
    None,
    Minimal,
    Low,
    Medium,
    High,
    XHigh,
    Max,
}

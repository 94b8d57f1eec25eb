namespace Causeway.Wire.Neutral;

internal enum Role : byte
{
    /// <summary>System and developer text: the same to every model that knows only one of them.</summary>
    System,
    User,
    Assistant,
}

/// <summary>One message. Tool results stand in a user turn, in the order in which they were given.</summary>
internal sealed class Turn(Role role)
{
    public Role Role { get; } = role;

    /// <summary>OpenAI's newer word for system text; kept so that it can be given back.</summary>
    public bool IsDeveloper { get; init; }

    public List<Part> Parts { get; } = [];

    /// <summary>Members that only the origin knows.</summary>
    public Extras? Extras { get; set; }
}

/// <summary>One piece of a message.</summary>
internal abstract class Part
{
    /// <summary>The prompt up to and with this part should be cached.</summary>
    public CacheMark? Cache { get; set; }

    /// <summary>Members that only the origin knows.</summary>
    public Extras? Extras { get; set; }
}

/// <param name="text">A string.</param>
internal sealed class TextPart(JsonSlice text) : Part
{
    public JsonSlice Text { get; } = text;

    /// <summary>Gemini: a signature on a part of text.</summary>
    public ReasoningSeal? Seal { get; init; }
}

/// <summary>Text with which the model declined, in an assistant turn.</summary>
internal sealed class RefusalPart(JsonSlice text) : Part
{
    public JsonSlice Text { get; } = text;
}

internal enum MediaKind : byte
{
    Image,
    Audio,
    Video,
    Document,
}

/// <summary>An image, sound, film or document, in one of four ways. Exactly one of Data, Url, FileId and Text is there.</summary>
internal sealed class MediaPart(MediaKind kind) : Part
{
    public MediaKind Kind { get; } = kind;

    /// <summary>A string such as <c>image/png</c>; null where the protocol does not say (an URL).</summary>
    public string? MediaType { get; init; }

    /// <summary>The same by its registered name, for vendors that take no other: some callers write <c>image/jpg</c>.</summary>
    public string? RegisteredType => MediaType is "image/jpg" ? "image/jpeg" : MediaType;

    /// <summary>Base64, a string.</summary>
    public JsonSlice Data { get; init; }

    /// <summary>An address that the provider fetches, a string. Never fetched here.</summary>
    public JsonSlice Url { get; init; }

    /// <summary>A file that lives at the origin's provider, a string.</summary>
    public JsonSlice FileId { get; init; }

    /// <summary>A document's plain text, a string.</summary>
    public JsonSlice Text { get; init; }

    /// <summary>A file's name or a document's title, a string.</summary>
    public JsonSlice Name { get; init; }

    /// <summary>How closely an image is looked at: <c>auto</c>, <c>low</c>, <c>high</c>, <c>original</c>; null: not said.</summary>
    public string? Detail { get; init; }
}

/// <summary>A call that the model made.</summary>
internal sealed class ToolCallPart(string id, JsonSlice name, JsonSlice arguments) : Part
{
    /// <summary>The id as the caller has it; <see cref="CallIds"/> turns it into one that the target takes.</summary>
    public string Id { get; } = id;

    /// <summary>A string.</summary>
    public JsonSlice Name { get; } = name;

    /// <summary>An object, or the string that holds one (which may hold anything: models err). A custom tool: its input, a string.</summary>
    public JsonSlice Arguments { get; } = arguments;

    /// <summary>Free text in place of JSON (OpenAI's custom tools).</summary>
    public bool IsCustom { get; init; }

    /// <summary>Gemini: the signature that has to come back with the call.</summary>
    public ReasoningSeal? Seal { get; init; }
}

/// <summary>What a tool answered.</summary>
internal sealed class ToolResultPart(string callId) : Part
{
    public string CallId { get; } = callId;

    /// <summary>The tool's name, a string, where the protocol says it; a writer that needs it looks for the call otherwise.</summary>
    public JsonSlice Name { get; init; }

    /// <summary>Text and media. Empty: an empty answer.</summary>
    public List<Part> Content { get; } = [];

    /// <summary>Gemini, Bedrock: the answer as an object, in place of content.</summary>
    public JsonSlice Json { get; init; }

    public bool IsError { get; init; }

    public bool IsCustom { get; init; }
}

/// <summary>What the model thought, with the state that its vendor wants back.</summary>
internal sealed class ReasoningPart(JsonSlice text) : Part
{
    /// <summary>The thoughts or their summary, a string; may be empty although there is a seal.</summary>
    public JsonSlice Text { get; } = text;

    public ReasoningSeal? Seal { get; init; }
}

/// <summary>A part that only its own protocol knows: hosted tool items, search results, citations. Given back raw to its origin.</summary>
internal sealed class NativePart(JsonSlice raw) : Part
{
    public JsonSlice Raw { get; } = raw;
}

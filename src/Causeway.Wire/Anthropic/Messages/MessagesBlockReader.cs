using System.Collections.Frozen;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Reads blocks of content. Each keeps itself as it stood, so that its own protocol gets it back byte for byte.</summary>
internal sealed class MessagesBlockReader(JsonBody body, MessagesMarks marks)
{
    // What is read of each block. Blocks that are not named here are their own vendor's alone and kept whole.
    private static readonly FrozenDictionary<string, string[]> Members = new Dictionary<string, string[]>
    {
        ["text"] = ["text", "citations"],
        ["image"] = ["source", "transformations"],
        ["document"] = ["source", "title", "context", "citations"],
        ["thinking"] = ["thinking", "signature"],
        ["redacted_thinking"] = ["data"],
        ["tool_use"] = ["id", "name", "input", "caller", "toolset_name"],
        ["tool_result"] = ["tool_use_id", "content", "is_error", "toolset_name"],
    }.ToFrozenDictionary();

    /// <param name="block">The block.</param>
    /// <param name="text">What text is here: the user's, or the system's.</param>
    public Part Read(JsonElement block, Concept text)
    {
        string type = block.Required("type", marks.Path).GetString()!;
        Part part = type switch
        {
            "text" => Text(block, text),
            "image" => Image(block),
            "document" => Document(block),
            "thinking" => Thinking(block),
            "redacted_thinking" => Redacted(block),
            "tool_use" => Call(block),
            "tool_result" => Result(block),
            _ => Native(block, type),
        };
        part.Extras = [new(MessagesMembers.Whole, body.Slice(block))];
        part.Cache = MessagesMembers.Cache(block);
        if (part.Cache is not null)
        {
            marks.Here(Concept.CacheMark, ".cache_control");
        }

        MarkUnknown(block, type);
        return part;
    }

    private TextPart Text(JsonElement block, Concept text)
    {
        marks.Here(text);
        if (block.TryGet("citations", out JsonElement citations) && citations.GetArrayLength() > 0)
        {
            // Sources of an earlier answer, given back with it.
            marks.Here(Concept.VendorHint, ".citations");
        }

        return new TextPart(body.Slice(block.Required("text", marks.Path)));
    }

    private Part Image(JsonElement block)
    {
        JsonElement source = block.Required("source", marks.Path);
        if (block.TryGet("transformations", out _))
        {
            marks.Here(Concept.VendorHint, ".transformations");
        }

        switch (source.Text("type"))
        {
            case "base64":
                marks.Here(Concept.ImageBytes, ".source.data");
                return new MediaPart(MediaKind.Image) { MediaType = source.Text("media_type"), Data = body.Slice(source, "data") };
            case "url":
                marks.Here(Concept.ImageUrl, ".source.url");
                return new MediaPart(MediaKind.Image) { Url = body.Slice(source, "url") };
            case "file":
                marks.Here(Concept.ImageFile, ".source.file_id");
                return new MediaPart(MediaKind.Image) { FileId = body.Slice(source, "file_id") };
            default:
                return Unread(block, ".source");
        }
    }

    private Part Document(JsonElement block)
    {
        JsonElement source = block.Required("source", marks.Path);
        MarkDocument(block);
        JsonSlice name = body.Slice(block, "title");
        switch (source.Text("type"))
        {
            case "base64":
                marks.Here(Concept.DocumentBytes, ".source.data");
                return new MediaPart(MediaKind.Document) { MediaType = source.Text("media_type"), Data = body.Slice(source, "data"), Name = name };
            case "text":
                marks.Here(Concept.DocumentText, ".source.data");
                return new MediaPart(MediaKind.Document) { MediaType = source.Text("media_type"), Text = body.Slice(source, "data"), Name = name };
            case "url":
                marks.Here(Concept.DocumentUrl, ".source.url");
                return new MediaPart(MediaKind.Document) { Url = body.Slice(source, "url"), Name = name };
            case "file":
                marks.Here(Concept.DocumentFile, ".source.file_id");
                return new MediaPart(MediaKind.Document) { FileId = body.Slice(source, "file_id"), Name = name };
            case "content":
                // Cut into pieces by the caller, with images among them: as particular to this vendor as a search result.
                marks.Here(Concept.SearchResult, ".source.content");
                return new NativePart(body.Slice(block));
            default:
                return Unread(block, ".source");
        }
    }

    private void MarkDocument(JsonElement block)
    {
        foreach (string member in (ReadOnlySpan<string>)["title", "context"])
        {
            if (block.TryGet(member, out _))
            {
                marks.Here(Concept.DocumentContext, $".{member}");
            }
        }

        if (block.TryGet("citations", out JsonElement citations) && citations.TryGet("enabled", out JsonElement enabled) && enabled.GetBoolean())
        {
            marks.Here(Concept.DocumentCitations, ".citations");
        }
    }

    private ReasoningPart Thinking(JsonElement block)
    {
        marks.Here(Concept.ReasoningState);
        return new ReasoningPart(body.Slice(block.Required("thinking", marks.Path)))
        {
            Seal = MessagesSeals.Read(SealForm.Signature, block.Text("signature")),
        };
    }

    private ReasoningPart Redacted(JsonElement block)
    {
        marks.Here(Concept.ReasoningState);
        return new ReasoningPart(JsonSlice.Of("")) { Seal = MessagesSeals.Read(SealForm.Redacted, block.Text("data")) };
    }

    private ToolCallPart Call(JsonElement block)
    {
        marks.Here(Concept.ToolCall);
        if (block.TryGet("caller", out JsonElement caller) && caller.Text("type") != "direct")
        {
            marks.Here(Concept.HostedToolItem, ".caller");
        }

        MarkToolset(block);
        string id = block.Required("id", marks.Path).GetString()!;
        return new ToolCallPart(id, body.Slice(block.Required("name", marks.Path)), body.Slice(block, "input"));
    }

    private ToolResultPart Result(JsonElement block)
    {
        marks.Here(Concept.ToolResult);
        MarkToolset(block);
        bool isError = block.TryGet("is_error", out JsonElement error) && error.GetBoolean();
        if (isError)
        {
            marks.Here(Concept.ToolError, ".is_error");
        }

        ToolResultPart result = new(block.Required("tool_use_id", marks.Path).GetString()!) { IsError = isError };
        if (!block.TryGet("content", out JsonElement content))
        {
            return result;
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            result.Content.Add(new TextPart(body.Slice(content)));
            return result;
        }

        foreach (JsonElement inner in content.EnumerateArray())
        {
            marks.Inner++;
            result.Content.Add(ResultPart(inner));
        }

        marks.Inner = -1;
        return result;
    }

    private Part ResultPart(JsonElement inner)
    {
        string? type = inner.Text("type");
        switch (type)
        {
            case "image":
                marks.Here(Concept.ToolResultImage);
                break;
            case "document":
                marks.Here(Concept.ToolResultDocument);
                break;
            case "tool_result":
                throw new RequestException("A tool result holds no other.", marks.Path);
        }

        return Read(inner, Concept.Text);
    }

    private NativePart Native(JsonElement block, string type)
    {
        Concept concept = type switch
        {
            "search_result" => Concept.SearchResult,
            "container_upload" => Concept.ProviderState,
            "compaction" => Concept.ContextManagement,
            "fallback" => Concept.VendorHint,
            "tool_reference" or "browser_state" or "tool_addition" or "tool_removal" or "mcp_tool_listing" => Concept.HostedToolItem,
            _ when type.EndsWith("tool_use", StringComparison.Ordinal) || type.EndsWith("tool_result", StringComparison.Ordinal) => Concept.HostedToolItem,
            _ => Concept.Unknown,
        };
        if (concept == Concept.Unknown)
        {
            marks.Unknown(marks.Path);
        }
        else
        {
            marks.Here(concept);
        }

        return new NativePart(body.Slice(block));
    }

    private NativePart Unread(JsonElement block, string member)
    {
        marks.Unknown(marks.Path + member);
        return new NativePart(body.Slice(block));
    }

    private void MarkToolset(JsonElement block)
    {
        if (block.TryGet("toolset_name", out _))
        {
            marks.Here(Concept.HostedToolItem, ".toolset_name");
        }
    }

    private void MarkUnknown(JsonElement block, string type)
    {
        if (!Members.TryGetValue(type, out string[]? members))
        {
            return;
        }

        foreach (JsonProperty member in block.EnumerateObject())
        {
            if (member.Name is not ("type" or "cache_control") && Array.IndexOf(members, member.Name) < 0)
            {
                marks.Unknown($"{marks.Path}.{member.Name}");
            }
        }
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>
/// Reads blocks of content, each an object with one member that says what it is. Each keeps itself as it stood, so that its own protocol gets
/// it back byte for byte; so do cache points, which are blocks of their own here.
/// </summary>
internal sealed class ConverseBlockReader(JsonBody body, MessagesMarks marks)
{
    private readonly ConverseMediaReader _media = new(body, marks);

    /// <param name="block">The block.</param>
    /// <param name="text">What text is here: the user's, or the system's.</param>
    public Part Read(JsonElement block, Concept text)
    {
        Part? part = null;
        foreach (JsonProperty member in block.EnumerateObject())
        {
            if (part is null && member.Value.ValueKind != JsonValueKind.Null)
            {
                part = ReadMember(member.Name, member.Value, block, text);
            }
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                marks.Unknown($"{marks.Path}.{member.Name}");
            }
        }

        part ??= new NativePart(body.Slice(block));
        part.Extras = [new(MessagesMembers.Whole, body.Slice(block))];
        return part;
    }

    /// <summary>The mark of a cache point; null where the block is none.</summary>
    public static CacheMark? CachePoint(JsonElement block) =>
        block.TryGet("cachePoint", out JsonElement point) ? new CacheMark(point.Text("ttl")) : null;

    private Part ReadMember(string name, JsonElement value, JsonElement block, Concept text)
    {
        switch (name)
        {
            case "text":
                marks.Here(text);
                return new TextPart(body.Slice(value));
            case "image" or "document" or "audio" or "video":
                return _media.Read(name, value, block);
            case "toolUse":
                return Call(value);
            case "toolResult":
                return Result(value);
            case "reasoningContent":
                return Reasoning(value);
            case "citationsContent":
                return Cited(value);
            case "guardContent":
                return Guarded(value, block);
            case "cachePoint":
                marks.Here(Concept.CacheMark, ".cachePoint");
                return new NativePart(body.Slice(block));
            case "searchResult":
                marks.Here(Concept.SearchResult, ".searchResult");
                return new NativePart(body.Slice(block));
            default:
                marks.Unknown($"{marks.Path}.{name}");
                return new NativePart(body.Slice(block));
        }
    }

    private ToolCallPart Call(JsonElement call)
    {
        marks.Here(Concept.ToolCall, ".toolUse");
        MarkMembers(call, "toolUse", ["toolUseId", "name", "input"]);
        string path = $"{marks.Path}.toolUse";
        return new ToolCallPart(call.Required("toolUseId", path).GetString()!, body.Slice(call.Required("name", path)), body.Slice(call, "input"));
    }

    private ToolResultPart Result(JsonElement value)
    {
        string path = $"{marks.Path}.toolResult";
        marks.Here(Concept.ToolResult, ".toolResult");
        MarkMembers(value, "toolResult", ["toolUseId", "content", "status"]);
        bool isError = value.Text("status") == "error";
        if (isError)
        {
            marks.Here(Concept.ToolError, ".toolResult.status");
        }

        List<Part> content = [];
        JsonSlice json = default;
        foreach (JsonElement inner in value.TryGet("content", out JsonElement parts) ? parts.EnumerateArray() : default)
        {
            if (!inner.TryGet("json", out JsonElement answer))
            {
                content.Add(ResultPart(inner));
            }
            else if (json.IsAbsent)
            {
                json = body.Slice(answer);
            }
            else
            {
                content.Add(new TextPart(JsonSlice.OfEscaped(JsonEncodedText.Encode(body.Slice(answer).Raw.Span, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes)));
            }
        }

        ToolResultPart result = new(value.Required("toolUseId", path).GetString()!) { Json = json, IsError = isError };
        result.Content.AddRange(content);
        return result;
    }

    private Part ResultPart(JsonElement inner)
    {
        if (inner.TryGet("toolResult", out _))
        {
            throw new RequestException("A tool result holds no other.", marks.Path);
        }

        if (inner.TryGet("image", out _))
        {
            marks.Here(Concept.ToolResultImage, ".toolResult.content[]");
        }
        else if (inner.TryGet("document", out _))
        {
            marks.Here(Concept.ToolResultDocument, ".toolResult.content[]");
        }

        return Read(inner, Concept.Text);
    }

    private ReasoningPart Reasoning(JsonElement reasoning)
    {
        marks.Here(Concept.ReasoningState, ".reasoningContent");
        MarkMembers(reasoning, "reasoningContent", ["reasoningText", "redactedContent"]);
        if (!reasoning.TryGet("reasoningText", out JsonElement text))
        {
            return new ReasoningPart(JsonSlice.Of("")) { Seal = ConverseSeals.Read(SealForm.Redacted, reasoning.Text("redactedContent")) };
        }

        MarkMembers(text, "reasoningContent.reasoningText", ["text", "signature"]);
        return new ReasoningPart(body.Slice(text.Required("text", $"{marks.Path}.reasoningContent.reasoningText")))
        {
            Seal = ConverseSeals.Read(SealForm.Signature, text.Text("signature")),
        };
    }

    /// <summary>Text of an earlier answer, given back with its sources.</summary>
    private TextPart Cited(JsonElement cited)
    {
        marks.Here(Concept.Text);
        marks.Here(Concept.VendorHint, ".citationsContent");
        string text = string.Concat((cited.TryGet("content", out JsonElement parts) ? parts.EnumerateArray() : default).Select(part => part.Text("text")));
        return new TextPart(JsonSlice.Of(text));
    }

    /// <summary>What only a guardrail makes different from other text or images.</summary>
    private Part Guarded(JsonElement guarded, JsonElement block)
    {
        marks.Here(Concept.SafetySettings, ".guardContent");
        return guarded.TryGet("text", out JsonElement text)
            ? new TextPart(body.Slice(text.Required("text", $"{marks.Path}.guardContent.text")))
            : new NativePart(body.Slice(block));
    }

    private void MarkMembers(JsonElement holder, string path, ReadOnlySpan<string> known)
    {
        foreach (JsonProperty member in holder.EnumerateObject())
        {
            if (member.Name == "type")
            {
                // Calls that the provider makes itself.
                marks.Here(Concept.HostedToolItem, $".{path}.type");
            }
            else if (!known.Contains(member.Name))
            {
                marks.Unknown($"{marks.Path}.{path}.{member.Name}");
            }
        }
    }
}

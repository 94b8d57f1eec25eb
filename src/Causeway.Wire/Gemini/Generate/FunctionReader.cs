using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads <c>functionCall</c> and <c>functionResponse</c>.</summary>
internal sealed class FunctionReader(JsonBody body, Marks marks)
{
    private readonly CallPairs _pairs = new();

    public ToolCallPart Call(PartMembers members, in Place place, ReasoningSeal? seal)
    {
        JsonSlice name = default, arguments = default;
        string? id = null;
        foreach (JsonProperty inner in Spelling.Members(members.Value))
        {
            switch (Spelling.Camel(inner.Name))
            {
                case "id":
                    id = inner.Value.GetString();
                    break;
                case "name":
                    name = Spelling.Text(body, inner.Value);
                    break;
                case "args":
                    arguments = body.Slice(inner.Value);
                    break;
                default:
                    Keep(Concept.Unknown, members, inner, place);
                    break;
            }
        }

        Found(Concept.ToolCall, name, members, place);
        string known = _pairs.Call(id, name.Text());
        KeepId(members, id, known);
        return new ToolCallPart(known, name, arguments) { Seal = seal };
    }

    public ToolResultPart Response(PartMembers members, in Place place, MediaReader media)
    {
        JsonSlice name = default;
        JsonElement response = default, parts = default;
        string? id = null;
        foreach (JsonProperty inner in Spelling.Members(members.Value))
        {
            switch (Spelling.Camel(inner.Name))
            {
                case "id":
                    id = inner.Value.GetString();
                    break;
                case "name":
                    name = Spelling.Text(body, inner.Value);
                    break;
                case "response":
                    response = inner.Value;
                    break;
                case "parts":
                    parts = inner.Value;
                    break;
                case "scheduling" or "willContinue":
                    Keep(Concept.HostedToolItem, members, inner, place);
                    break;
                default:
                    Keep(Concept.Unknown, members, inner, place);
                    break;
            }
        }

        Found(Concept.ToolResult, name, members, place);
        string known = _pairs.Response(id, name.Text());
        KeepId(members, id, known);
        ToolResultPart result = Answer(known, name, response);
        if (result.IsError)
        {
            marks.Once(Concept.ToolError, place, $"{members.Member}.response.error");
        }

        ReadParts(parts, result, $"{place}.{members.Member}.parts", media);
        return result;
    }

    /// <summary>
    /// What the vendor's convention wraps: <c>{"output": …}</c> for an answer, <c>{"error": …}</c> for a failure. Text is taken out; anything
    /// else is the answer as it stands.
    /// </summary>
    private ToolResultPart Answer(string callId, JsonSlice name, JsonElement response)
    {
        if (response.ValueKind == JsonValueKind.Undefined)
        {
            return new ToolResultPart(callId) { Name = name };
        }

        bool isOne = response.ValueKind == JsonValueKind.Object && response.GetPropertyCount() == 1;
        JsonProperty only = isOne ? response.EnumerateObject().First() : default;
        bool isError = isOne && only.NameEquals("error"u8);
        return isOne && only.Value.ValueKind == JsonValueKind.String && (isError || only.NameEquals("output"u8))
            ? new ToolResultPart(callId) { Name = name, IsError = isError, Content = { new TextPart(body.Slice(only.Value)) } }
            : new ToolResultPart(callId) { Name = name, IsError = isError, Json = body.Slice(response) };
    }

    private void ReadParts(JsonElement parts, ToolResultPart result, string path, MediaReader media)
    {
        if (parts.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        int index = 0;
        foreach (JsonElement part in Spelling.Items(parts))
        {
            Place place = new(path, index++);
            PartMembers members = PartMembers.Of(body, part, place, marks);
            if (members.Kind is not ("inlineData" or "fileData"))
            {
                marks.Once(Concept.Unknown, place, members.Member);
                result.Content.Add(new NativePart(body.Slice(part)));
                continue;
            }

            // An image in a tool's answer is another concept than one that the user sends.
            MediaPart read = media.Read(members, place, members.Member, out _);
            marks.Once(read.Kind == MediaKind.Image ? Concept.ToolResultImage : Concept.ToolResultDocument, place, members.Member);
            read.Extras = members.Extras;
            result.Content.Add(read);
        }
    }

    private void Keep(Concept concept, PartMembers members, JsonProperty inner, in Place place)
    {
        marks.Once(concept, place, $"{members.Member}.{inner.Name}");
        members.KeepInner(body, inner);
    }

    /// <summary>Remembers what the body itself says where that is not the id of the pair; absent: it says nothing.</summary>
    private static void KeepId(PartMembers members, string? id, string known)
    {
        if (id != known)
        {
            members.Keep(".id", string.IsNullOrEmpty(id) ? default : JsonSlice.Of(id));
        }
    }

    private void Found(Concept concept, JsonSlice name, PartMembers members, in Place place)
    {
        if (name.IsAbsent)
        {
            throw new RequestException($"\"{place}.{members.Member}\" has no name.", $"{place}.{members.Member}.name");
        }

        marks.Once(concept, place, members.Member);
    }
}

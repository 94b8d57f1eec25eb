using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Writes <c>functionCall</c> and <c>functionResponse</c>.</summary>
internal sealed class FunctionWriter(Utf8JsonWriter json, NeutralRequest request, TranslationPlan plan, MediaWriter media)
{
    private const int MaxIdLength = 64;

    private readonly bool _takesMedia = plan.IsSameOperation || GeminiModelRules.Of(plan.Target.Model).TakesMediaInResults;
    private readonly Dictionary<string, JsonSlice> _names = NamesOf(request);

    public void WriteCall(ToolCallPart call)
    {
        json.WriteStartObject("functionCall"u8);
        WriteId(call, call.Id);
        WriteName(call.Name);
        if (!call.Arguments.IsAbsent || !plan.IsSameOperation)
        {
            json.WritePropertyName("args"u8);
            Arguments.WriteObject(json, call.Arguments);
        }

        WriteInner(call);
        json.WriteEndObject();
    }

    public void WriteResponse(ToolResultPart result)
    {
        json.WriteStartObject("functionResponse"u8);
        WriteId(result, result.CallId);
        WriteName(result.Name.IsAbsent ? _names.GetValueOrDefault(result.CallId, JsonSlice.Of("unknown")) : result.Name);
        json.WritePropertyName("response"u8);
        WriteAnswer(result);
        List<Part> parts = result.Content.FindAll(IsInside);
        if (parts.Count > 0)
        {
            json.WriteStartArray("parts"u8);
            parts.ForEach(WritePart);
            json.WriteEndArray();
        }

        WriteInner(result);
        json.WriteEndObject();
    }

    /// <summary>Media that the model does not take inside a response, each result's behind a line that names its tool.</summary>
    public IEnumerable<Part> Loose(List<ToolResultPart> results)
    {
        foreach (ToolResultPart result in results)
        {
            List<Part> loose = result.Content.FindAll(part => part is MediaPart && !IsInside(part));
            if (loose.Count > 0)
            {
                JsonSlice name = result.Name.IsAbsent ? _names.GetValueOrDefault(result.CallId, JsonSlice.Of("the tool")) : result.Name;
                yield return new TextPart(JsonSlices.Joined([JsonSlice.Of("From "), name, JsonSlice.Of(":")], default));
            }

            foreach (Part part in loose)
            {
                yield return part;
            }
        }
    }

    private bool IsInside(Part part) => part switch
    {
        MediaPart { Text.IsAbsent: false } => false,
        MediaPart => _takesMedia,
        NativePart => plan.IsSameOperation,
        _ => false,
    };

    private void WritePart(Part part)
    {
        if (part is NativePart native)
        {
            native.Raw.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        media.Write((MediaPart)part);
        if (plan.IsSameOperation)
        {
            PartExtras.WriteOuter(json, part);
        }

        json.WriteEndObject();
    }

    /// <summary>The answer must be an object: <c>output</c> or, for a failure, <c>error</c> holds what is none.</summary>
    private void WriteAnswer(ToolResultPart result)
    {
        bool isError = result.IsError && plan.Keeps(Concept.ToolError);
        if (plan.IsSameOperation && !result.Json.IsAbsent)
        {
            result.Json.WriteTo(json);
            return;
        }

        if (result.Json.IsObject && !isError)
        {
            result.Json.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        JsonSlice said = result.Json.IsAbsent ? JsonSlices.Joined(result.Content.OfType<TextPart>().Select(text => text.Text), @"\n"u8) : result.Json;
        said.WriteTo(json, isError ? "error"u8 : "output"u8);
        json.WriteEndObject();
    }

    private void WriteId(Part part, string callerId)
    {
        if (plan.IsSameOperation && PartExtras.HasInner(part, ".id"))
        {
            return; // The caller's own body says something else, or nothing.
        }

        string id = CallIds.FromCaller(callerId).Id;
        json.WriteString("id"u8, plan.IsSameOperation ? id : CallIds.ToTarget(id, MaxIdLength));
    }

    private void WriteName(JsonSlice name)
    {
        if (plan.IsSameOperation || ToolNames.ToTarget(name.Text() ?? "") is not { } mapped)
        {
            name.WriteTo(json, "name"u8);
        }
        else
        {
            json.WriteString("name"u8, mapped);
        }
    }

    private void WriteInner(Part part)
    {
        if (plan.IsSameOperation)
        {
            PartExtras.WriteInner(json, part);
        }
    }

    private static Dictionary<string, JsonSlice> NamesOf(NeutralRequest request)
    {
        Dictionary<string, JsonSlice> names = [];
        foreach (ToolCallPart call in request.Turns.SelectMany(turn => turn.Parts).OfType<ToolCallPart>())
        {
            names[call.Id] = call.Name;
        }

        return names;
    }
}

using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Writes <c>systemInstruction</c> and <c>contents</c>.</summary>
/// <remarks>
/// The order that the vendor asks for: a content of the model; then, where it called functions, one content with exactly one response for each
/// call, in the order of the calls; then whatever else the user said.
/// </remarks>
internal sealed class ContentsWriter(Utf8JsonWriter json, NeutralRequest request, TranslationPlan plan)
{
    private readonly PartWriter _parts = new(json, request, plan);
    private readonly List<Turn> _said = request.Turns.FindAll(turn => turn.Role != Role.System);
    private readonly List<Turn> _system = request.Turns.FindAll(turn => turn.Role == Role.System);

    public void Write(IReadOnlyList<string> instructions)
    {
        // A request of system text alone is one to OpenAI; here something must be said.
        bool isSystemOnly = _said.Count == 0;
        if (!isSystemOnly)
        {
            WriteSystem(instructions);
        }

        json.WriteStartArray("contents"u8);
        if (isSystemOnly)
        {
            WriteContent("user", _system.SelectMany(turn => turn.Parts));
        }
        else if (plan.IsSameOperation)
        {
            _said.ForEach(WriteBack);
        }
        else
        {
            WriteExchanges();
        }

        json.WriteEndArray();
    }

    private void WriteSystem(IReadOnlyList<string> instructions)
    {
        List<Part> parts = [.. _system.SelectMany(turn => turn.Parts).Where(_parts.Carries), .. instructions.Select(text => new TextPart(JsonSlice.Of(text)))];
        if (parts.Count == 0)
        {
            return;
        }

        json.WriteStartObject("systemInstruction"u8);
        WriteParts(parts);
        if (plan.IsSameOperation && _system.Find(turn => turn.Extras is not null) is { } own)
        {
            WriteExtras(own);
        }

        json.WriteEndObject();
    }

    private void WriteExchanges()
    {
        int at = 0;
        while (at < _said.Count)
        {
            List<Part> model = TakeRun(Role.Assistant, ref at);
            bool isOpen = at == _said.Count;
            List<Part> user = TakeRun(Role.User, ref at);
            List<ToolCallPart> calls = [.. model.OfType<ToolCallPart>().Where(_parts.Carries)];
            List<ToolResultPart> results = [.. user.OfType<ToolResultPart>()];
            WriteContent("model", model);
            if (!isOpen && plan.Keeps(Concept.ToolResult))
            {
                WriteContent("user", Pair(calls, results));
            }

            WriteContent("user", [.. _parts.Loose(results), .. user.Where(part => part is not ToolResultPart)]);
        }
    }

    private List<Part> TakeRun(Role role, ref int at)
    {
        List<Part> run = [];
        for (; at < _said.Count && _said[at].Role == role; at++)
        {
            run.AddRange(_said[at].Parts);
        }

        return run;
    }

    /// <summary>The results in the order of their calls; a call without one gets one that says so, since the counts must be equal.</summary>
    private static List<ToolResultPart> Pair(List<ToolCallPart> calls, List<ToolResultPart> results)
    {
        List<ToolResultPart> paired = [];
        foreach (ToolCallPart call in calls)
        {
            int found = results.FindIndex(result => result.CallId == call.Id && !paired.Contains(result));
            paired.Add(found >= 0 ? results[found] : new ToolResultPart(call.Id) { IsError = true, Content = { new TextPart(JsonSlice.Of("The tool was not run.")) } });
        }

        paired.AddRange(results.Except(paired)); // Of no call that is known: the provider has the say.
        return paired;
    }

    private void WriteBack(Turn turn)
    {
        json.WriteStartObject();
        if (turn.Extras?.Exists(extra => extra.Key == "role") != true)
        {
            json.WriteString("role"u8, turn.Role == Role.Assistant ? "model"u8 : "user"u8);
        }

        WriteParts(turn.Parts.FindAll(_parts.Carries));
        WriteExtras(turn);
        json.WriteEndObject();
    }

    private void WriteContent(string role, IEnumerable<Part> all)
    {
        List<Part> parts = [.. all.Where(_parts.Carries)];
        if (parts.Count == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, role);
        WriteParts(parts);
        json.WriteEndObject();
    }

    private void WriteParts(List<Part> parts)
    {
        json.WriteStartArray("parts"u8);
        parts.ForEach(_parts.Write);
        json.WriteEndArray();
    }

    private void WriteExtras(Turn turn)
    {
        foreach ((string name, JsonSlice value) in turn.Extras ?? [])
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}

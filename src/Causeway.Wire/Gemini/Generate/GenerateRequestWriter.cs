using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Writes a request. The model and the stream are in the path.</summary>
internal static class GenerateRequestWriter
{
    public static void Write(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
    {
        if (plan.Keeps(Concept.Verbosity) && request.Verbosity is "low" or "high")
        {
            plan.Instructions.Add(request.Verbosity == "low" ? "Answer briefly." : "Answer at length and in detail.");
        }

        json.WriteStartObject();
        new ContentsWriter(json, request, plan).Write(plan.Instructions);
        new ToolsWriter(json, request, plan).Write();
        new GenerationConfigWriter(json, request, plan).Write();
        if (plan.IsSameOperation)
        {
            RawMembers.Write(request, "", () => json);
        }
        else if (plan.Keeps(Concept.ServiceTier) && ServiceTiers.Of(request.Raw(Concept.ServiceTier)) is { } tier)
        {
            json.WriteString("serviceTier"u8, tier);
        }

        json.WriteEndObject();
    }
}

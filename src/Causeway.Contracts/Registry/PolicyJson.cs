using System.Text.Json;

namespace Causeway.Contracts.Registry;

/// <summary>A policy as JSON. One meaning has one text, so that a digest of it names the policy.</summary>
public static class PolicyJson
{
    /// <summary>The canonical text: every member, words in the order of the flags or of the acts, <c>fail</c> said, and no repairs where nothing is repaired.</summary>
    public static byte[] Write(ContractPolicy policy)
    {
        ContractPolicy canonical = policy.ToCanonical();
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            WriteWords(json, "coerce", PolicyWords.WordsOf(canonical.Coerce));
            WriteWords(json, "on_violation", canonical.OnViolation.Select(PolicyWords.WordOf));
            json.WriteNumber("repairs", canonical.Repairs);
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is no policy that this version knows.</exception>
    public static ContractPolicy Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            JsonElement policy = document.RootElement;
            (Normalisation.Coercions coerce, IReadOnlyList<PolicyProblem> problems) = PolicyWords.ReadCoercions(ReadWords(policy, "coerce"));
            (IReadOnlyList<OnViolation> acts, IReadOnlyList<PolicyProblem> more) = PolicyWords.ReadActs(ReadWords(policy, "on_violation"));
            int repairs = policy.GetProperty("repairs").GetInt32();
            if (problems.Concat(more).FirstOrDefault() is { } problem || (problem = PolicyWords.RepairsProblem(repairs, acts)) is not null)
            {
                throw new FormatException($"The policy's {problem.Field}: {problem.Message}.");
            }

            return new ContractPolicy { Coerce = coerce, OnViolation = acts, Repairs = repairs };
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("It is no policy.", failure);
        }
    }

    private static void WriteWords(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (string word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }

    private static IEnumerable<string> ReadWords(JsonElement policy, string name) =>
        [.. policy.GetProperty(name).EnumerateArray().Select(word => word.GetString() ?? throw new FormatException($"The policy's {name} holds null."))];
}

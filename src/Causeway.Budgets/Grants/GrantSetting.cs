using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Grants;

/// <summary>A grant before it was set to something else, and after it: the detail of the event, so that the ledger says both and a replay has both.</summary>
/// <param name="Before">As it was.</param>
/// <param name="After">As it is from then on.</param>
public sealed record GrantSetting(Grant Before, Grant After)
{
    /// <summary>The code of the event.</summary>
    public const string Code = "grant_set";

    /// <summary>Bytes of the detail at most: an event has no more than <see cref="LedgerEventCodec.MaxBytes"/>, and the rest of it needs some.</summary>
    public const int MaxBytes = LedgerEventCodec.MaxBytes - 4_096;

    /// <summary>Reads an event's detail.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static GrantSetting Of(LedgerEvent happened)
    {
        try
        {
            using var document = JsonDocument.Parse(happened.Detail ?? "");
            return new GrantSetting(Part(document, "before"), Part(document, "after"));
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or InvalidDataException)
        {
            throw new FormatException($"Event {happened.Seq} of the ledger sets {happened.Grant} to something that cannot be read.", wrong);
        }
    }

    /// <summary>What <see cref="Of"/> reads.</summary>
    public string ToDetail()
    {
        ArrayBufferWriter<byte> output = new(1_024);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WritePropertyName("before");
            json.WriteRawValue(GrantJson.Write(Before));
            json.WritePropertyName("after");
            json.WriteRawValue(GrantJson.Write(After));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Each thing that differs, as <c>limits: usd 500/month -> usd 600/month</c>.</summary>
    public IEnumerable<string> Differences()
    {
        if (!Before.Limits.SequenceEqual(After.Limits))
        {
            yield return $"limits: {Words(Before.Limits)} -> {Words(After.Limits)}";
        }

        (string Name, string Before, string After)[] parts =
        [
            ("env", Words(Before.Scope.Environments), Words(After.Scope.Environments)),
            ("classes", Words(Before.Scope.ModelClasses), Words(After.Scope.ModelClasses)),
            ("models", Words(Before.Scope.Models), Words(After.Scope.Models)),
            ("routes", Words(Before.Scope.Routes), Words(After.Scope.Routes)),
            ("data", Data(Before.Scope), Data(After.Scope)),
            ("max_output", Count(Before.Scope.MaxOutputTokens), Count(After.Scope.MaxOutputTokens)),
            ("max_input", Count(Before.Scope.MaxInputTokens), Count(After.Scope.MaxInputTokens)),
            ("max_cost", Cost(Before.Scope), Cost(After.Scope)),
            ("not_before", Moment(Before.NotBefore), Moment(After.NotBefore)),
            ("expires_at", Moment(Before.ExpiresAt), Moment(After.ExpiresAt)),
            ("enforcement", GrantJson.Word(Before.Enforcement), GrantJson.Word(After.Enforcement)),
            ("reserve", GrantJson.Word(Before.Reserve), GrantJson.Word(After.Reserve)),
            ("share", Before.IsFair ? "fair" : "first", After.IsFair ? "fair" : "first"),
            ("weight", Count(Before.Weight), Count(After.Weight)),
            ("key_gen", Count(Before.KeyGeneration), Count(After.KeyGeneration)),
            ("on_revoke", Before.CutOnRevoke ? "cut" : "finish", After.CutOnRevoke ? "cut" : "finish"),
        ];
        foreach ((string name, string before, string after) in parts)
        {
            if (before != after)
            {
                yield return $"{name}: {before} -> {after}";
            }
        }
    }

    private static Grant Part(JsonDocument document, string name) => GrantJson.Read(Encoding.UTF8.GetBytes(document.RootElement.GetProperty(name).GetRawText()));

    private static string Words(System.Collections.Immutable.ImmutableArray<Limit> all) => all.IsEmpty ? "none" : string.Join(", ", all);

    private static string Words(System.Collections.Immutable.ImmutableArray<string>? words) => words is { } known ? string.Join(", ", known) : "any";

    private static string Data(Scope scope) => scope.DataClassMax is { } rank ? DataClasses.Known[rank] : "any";

    private static string Count(long? count) => count is { } known ? Limit.Write(Meter.Tokens, known) : "any";

    private static string Cost(Scope scope) => scope.MaxRequestNanoUsd is { } most ? Limit.Write(Meter.Usd, most) : "any";

    private static string Moment(DateTimeOffset? moment) => moment is { } known ? $"{known:u}" : "none";
}

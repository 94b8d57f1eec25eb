using System.Text.Json;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>What an SDK tells its caller of an answer, in words that all SDKs have.</summary>
/// <param name="Model">What was asked for.</param>
/// <param name="Streamed">Whether it came piece by piece.</param>
/// <param name="Text">The whole text.</param>
/// <param name="Finish">Why it ended, in the SDK's word.</param>
/// <param name="Input">All input tokens, cached ones included.</param>
/// <param name="CacheRead">Those of them that came from a cache.</param>
/// <param name="Output">All output tokens, reasoning included.</param>
/// <param name="Reasoning">Those of them that are reasoning; null: the protocol does not say.</param>
/// <param name="Request">As in <c>x-causeway-request</c>.</param>
/// <param name="ServedBy">As in <c>x-causeway-served-by</c>.</param>
internal sealed record Told(string Model, bool Streamed, string Text, string Finish, long Input, long CacheRead, long Output, long? Reasoning, string Request, string ServedBy)
{
    /// <summary>Reads what a script of <c>node/</c> printed. A call that failed is an answer without a request.</summary>
    public static Told Of(JsonElement printed)
    {
        string model = Member(printed, "model");
        bool streamed = printed.GetProperty("streamed").GetBoolean();
        return printed.TryGetProperty("failed", out JsonElement failed)
            ? new Told(model, streamed, failed.GetString()!, "failed", 0, 0, 0, 0, "", "")
            : new Told(
                model,
                streamed,
                Member(printed, "text"),
                Member(printed, "finish"),
                printed.GetProperty("input").GetInt64(),
                printed.GetProperty("cacheRead").GetInt64(),
                printed.GetProperty("output").GetInt64(),
                printed.GetProperty("reasoning") is { ValueKind: JsonValueKind.Number } reasoning ? reasoning.GetInt64() : null,
                Member(printed, "request"),
                Member(printed, "servedBy"));
    }

    private static string Member(JsonElement printed, string name) => printed.GetProperty(name).GetString()!;
}

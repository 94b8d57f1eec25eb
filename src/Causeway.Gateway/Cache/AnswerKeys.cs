using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Causeway.Wire;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Cache;

/// <summary>
/// Under which key a request's answer is kept. Two requests have the same key only where they are of one team and one grant, meet the same release and pins, and say the same (RFC 8785):
/// what does not change an answer is left out, and no secret goes in.
/// </summary>
internal static class AnswerKeys
{
    /// <summary>Bytes of the largest body that is looked at.</summary>
    public const int MaxBody = 1 << 20;

    // Whom it is for and how it is filed; the model is the channel, which has a space of its own.
    private static readonly string[] s_idle = ["model", "user", "safety_identifier", "metadata", "labels", "prompt_cache_key", "prompt_cache_retention"];

    // An answer with these is an act, or belongs to a state that is elsewhere.
    private static readonly string[] s_acts =
    [
        "tools", "functions", "toolConfig", "mcp_servers", "web_search_options", "background", "previous_response_id", "conversation", "container", "cachedContent", "prompt", "continuationToken",
    ];

    // Headers of callers that go to providers and change what they answer.
    private static readonly string[] s_headers = ["anthropic-beta", "anthropic-version", "openai-beta"];

    /// <summary>The key; null: the answer to such a request is not kept.</summary>
    public static AnswerKey? Of(Call call, Caller caller, Received received, Plan plan)
    {
        if (plan is not { Channel: { } channel, Release: { } release } || !IsKind(call.Operation) || received.Body.Length > MaxBody || received.Scan.HoldsProviderState || Effects.Possible(call, received))
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            using var body = JsonDocument.Parse(received.Body.Memory);
            Text(hash, "2");
            Text(hash, call.Data!.Value.Word);
            Text(hash, caller.Key.Attribution.Team);
            Text(hash, caller.Grant.Grant.Id.ToString());
            Text(hash, Operations.RouteName(call.Operation));
            Text(hash, plan.Contract is { } contract ? $"{contract.Label} {contract.Schema.Digest.Text}" : "");
            Text(hash, plan.OutputCap?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "");
            Text(hash, string.Join(' ', plan.Pins.Select(pin => pin.ServedBy)));
            Headers(hash, call);
            if (!Body(hash, body.RootElement))
            {
                return null;
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or InvalidOperationException)
        {
            return null; // Whoever answers it says what is wrong with it.
        }

        return new AnswerKey(channel.Channel.Name, release.Release.Id, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static bool IsKind(Operation operation) => Compose.Generates(operation) || operation is Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents;

    private static void Headers(IncrementalHash hash, Call call)
    {
        foreach (string name in s_headers)
        {
            Text(hash, call.Context.Request.Headers[name].ToString());
        }

        // Gemini says in its query how a stream comes, and callers may put their key there.
        foreach (KeyValuePair<string, StringValues> parameter in call.Context.Request.Query.Where(one => one.Key != "key").OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            Text(hash, parameter.Key);
            Text(hash, parameter.Value.ToString());
        }
    }

    // False: its answer is not kept.
    private static bool Body(IncrementalHash hash, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        string? before = null;
        foreach (JsonProperty member in root.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            if (member.Name == before || (s_acts.Contains(member.Name) && Says(member.Value)))
            {
                return false;
            }

            before = member.Name;
            if (!s_idle.Contains(member.Name))
            {
                Text(hash, member.Name);
                Bytes(hash, CanonicalJson.Of(member.Value));
            }
        }

        return true;
    }

    private static bool Says(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };

    private static void Text(IncrementalHash hash, string text) => Bytes(hash, Encoding.UTF8.GetBytes(text));

    // With its length, so that no two lists of texts are the same bytes.
    private static void Bytes(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}

using System.Text;
using System.Text.Json;
using Causeway.Budgets.Keys;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Rollouts;
using Causeway.Wire;

namespace Causeway.Gateway.Sentinel;

/// <summary>
/// Asks a pin one border prompt once, by the way that requests go: the same connections and credentials, the same question at the last moment whether the release is revoked, and a usage
/// record, under an account of Causeway's own. Without a second try, so that as many calls are made as were said.
/// </summary>
internal sealed class BorderCall(BookedCall call)
{
    /// <summary>OpenAI's Responses take no cap below this.</summary>
    private const int LeastResponsesTokens = 16;

    private const int MaxAnswer = 64;

    // One message and nothing else: what vendors count around it, with room to spare. A character is a token at most.
    private const int Frame = 32;

    private static readonly ProviderRetries s_once = new() { Max = 0 };

    /// <summary>Whom calls are booked for.</summary>
    public static Attribution Attribution { get; } = new("causeway", "sentinel", "eval");

    /// <summary>What one call costs at most, nano-USD; null: the model is unpriced.</summary>
    public static long? CeilingOf(PinRoute pin, string prompt, DateTimeOffset at) =>
        pin.Route.PriceOf(pin.Model, null)?.CeilingNanoUsd(prompt.Length + Frame, CapOf(pin), at, namesTier: false, pin.Provider.Region is not null);

    /// <summary>Asks.</summary>
    /// <returns>The first word of the answer, empty where it has none; null: there is no answer. And what it cost, nano-USD.</returns>
    public async Task<(string? Answer, long Cost, string? Problem)> AskAsync(PinRoute pin, ServedRelease? release, CandidateLease lease, string prompt, CancellationToken cancellation)
    {
        if (OwnRequest.Of(pin, OwnPrompt.Write(pin.Model, prompt, CapOf(pin), WriteTemperature)).Failed(out OwnRequest? request, out GatewayError? error))
        {
            return (null, 0, error.Message);
        }

        OwnReply reply = await call.SendAsync(request, Attribution, cancellation, s_once, release, lease);
        return (reply.Answer is { } answer ? FirstWord(answer.Answer(0).Text.Span) : null, reply.Settled.CostNanoUsd ?? 0, reply.Problem?.Message);
    }

    private static int CapOf(PinRoute pin) => OwnRequest.OperationAt(pin, stream: false, hasTools: false, effort: null) == Operation.Responses ? LeastResponsesTokens : 1;

    private static void WriteTemperature(Utf8JsonWriter json) => json.WriteNumber("temperature", 0);

    private static string FirstWord(ReadOnlySpan<byte> text)
    {
        string said = Encoding.UTF8.GetString(text).Trim();
        int end = said.AsSpan().IndexOfAny(' ', '\n', '\t');
        string word = end < 0 ? said : said[..end];
        return word.Length <= MaxAnswer ? word : word[..MaxAnswer];
    }
}

using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Rollouts;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Sentinel;

/// <summary>
/// Asks a pin one border prompt once, by the way that requests go: the same connections and credentials, the same question at the last moment whether the release is revoked, and a usage
/// record, under an account of Causeway's own. Without a second try, so that as many calls are made as were said.
/// </summary>
internal sealed class BorderCall(OwnCall call, Journal journal, TimeProvider time)
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
        byte[] chat = OwnPrompt.Write(pin.Model, prompt, CapOf(pin), WriteTemperature);
        if (!RequestTranslation.TryRead(Operation.ChatCompletions, chat, stream: false, out RequestTranslation? translation, out RequestFault fault))
        {
            return (null, 0, fault.Message);
        }

        Target target = Compose.TargetOf(pin, OwnRequest.OperationAt(pin, stream: false, hasTools: false, effort: null));
        ArrayBufferWriter<byte> body = new();
        if (!translation.TryWrite(target, null, Unsupported.Drop, shape: null, body, out _, out fault))
        {
            return (null, 0, fault.Message);
        }

        OwnRequest request = new(pin, target, new SplicedBody(body.WrittenMemory, default), Stream: false, ShapeCarrier.Prompt);
        DateTimeOffset at = time.GetUtcNow();
        long began = time.GetTimestamp();
        Course course = new(new Plan(pin.ServedBy, ImmutableArray.Create(pin)) { Release = release }, hold: null, OwnPrompt.DataClass, time);
        OwnReply reply = await call.SendAsync(request, course, s_once, cancellation, lease);
        Ending ending = reply.Problem is { } problem
            ? new Ending(Outcome.Failed, reply.Status == 0 ? 502 : reply.Status, problem.Code)
            : new Ending(Outcome.Completed, reply.Status, null);

        // The release did not answer anybody: its name in the books is for what it did.
        UsageRecord record = OwnRecord.Of(Guid.CreateVersion7(at), at, time.GetElapsedTime(began), Attribution, target, stream: false, course, ending, reply.Settled);
        journal.Enqueue(record with { Release = null, RoutingRevision = null, RoutingRule = null });
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

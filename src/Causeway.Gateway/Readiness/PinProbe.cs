using System.Buffers;
using System.Collections.Immutable;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Readiness;

/// <summary>Asks a pin one short question, to see whether it answers. It costs a few tokens, booked under an account of Causeway's own.</summary>
public sealed class PinProbe(Journal journal, PolicyPublisher policies, TimeProvider time) : IDisposable
{
    private const int MaxOutputTokens = 16;
    private const string Question = "Answer with the word yes.";
    private readonly OwnCall _call = new(policies, time);

    /// <summary>Whom it is booked for.</summary>
    internal static Attribution Attribution { get; } = new("causeway", "readiness-probe", "eval");

    /// <inheritdoc/>
    public void Dispose() => _call.Dispose();

    internal async Task<ProbedPin> AskAsync(PinRoute pin, CancellationToken cancellation)
    {
        if (!RequestTranslation.TryRead(Operation.ChatCompletions, OwnPrompt.Write(pin.Model, Question, MaxOutputTokens), stream: false, out RequestTranslation? translation, out RequestFault fault))
        {
            return new ProbedPin(pin.ServedBy, Answered: false, fault.Message);
        }

        Target target = Compose.TargetOf(pin, OwnRequest.OperationAt(pin, stream: false, hasTools: false, effort: null));
        ArrayBufferWriter<byte> body = new();
        if (!translation.TryWrite(target, null, Unsupported.Drop, shape: null, body, out _, out fault))
        {
            return new ProbedPin(pin.ServedBy, Answered: false, fault.Message);
        }

        OwnRequest request = new(pin, target, new SplicedBody(body.WrittenMemory, default), Stream: false, ShapeCarrier.Prompt);
        DateTimeOffset at = time.GetUtcNow();
        long began = time.GetTimestamp();
        Course course = new(new Plan(pin.ServedBy, ImmutableArray.Create(pin)), hold: null, OwnPrompt.DataClass, time);
        OwnReply reply = await _call.SendAsync(request, course, cancellation);
        Ending ending = reply.Problem is { } problem
            ? new Ending(Outcome.Failed, reply.Status == 0 ? 502 : reply.Status, problem.Code)
            : new Ending(Outcome.Completed, reply.Status, null);
        journal.Enqueue(OwnRecord.Of(Guid.CreateVersion7(at), at, time.GetElapsedTime(began), Attribution, target, stream: false, course, ending, reply.Settled));
        return new ProbedPin(pin.ServedBy, reply.Answer is not null, reply.Problem?.Message);
    }
}

/// <summary>What a pin said when it was asked.</summary>
/// <param name="Pin">The pin.</param>
/// <param name="Answered">It answered.</param>
/// <param name="Problem">Why not; null: it did.</param>
public sealed record ProbedPin(string Pin, bool Answered, string? Problem);

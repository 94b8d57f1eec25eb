using Causeway.Budgets.Keys;
using Causeway.Gateway.Books;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Readiness;

/// <summary>Asks a pin one short question, to see whether it answers. It costs a few tokens, booked under an account of Causeway's own.</summary>
public sealed class PinProbe(Journal journal, PolicyPublisher policies, TimeProvider time) : IDisposable
{
    private const int MaxOutputTokens = 16;
    private const string Question = "Answer with the word yes.";
    private readonly BookedCall _call = new(policies, journal, time);

    /// <summary>Whom it is booked for.</summary>
    internal static Attribution Attribution { get; } = new("causeway", "readiness-probe", "eval");

    /// <inheritdoc/>
    public void Dispose() => _call.Dispose();

    internal async Task<ProbedPin> AskAsync(PinRoute pin, CancellationToken cancellation)
    {
        if (OwnRequest.Of(pin, OwnPrompt.Write(pin.Model, Question, MaxOutputTokens)).Failed(out OwnRequest? request, out GatewayError? error))
        {
            return new ProbedPin(pin.ServedBy, Answered: false, error.Message);
        }

        OwnReply reply = await _call.SendAsync(request, Attribution, cancellation);
        return new ProbedPin(pin.ServedBy, reply.Answer is not null, reply.Problem?.Message);
    }
}

/// <summary>What a pin said when it was asked.</summary>
/// <param name="Pin">The pin.</param>
/// <param name="Answered">It answered.</param>
/// <param name="Problem">Why not; null: it did.</param>
public sealed record ProbedPin(string Pin, bool Answered, string? Problem);

using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Conformance;

/// <summary>What came of a call that Causeway made for itself: a whole answer, or the reason why there is none.</summary>
internal sealed record OwnReply
{
    /// <summary>The HTTP status; 0: there was no response.</summary>
    public required int Status { get; init; }

    /// <summary>The answer; null: there is none, and <see cref="Problem"/> says why.</summary>
    public GatheredReply? Answer { get; init; }

    /// <summary>Why there is no answer; null: there is one.</summary>
    public GatewayError? Problem { get; init; }

    /// <summary>What the provider said in an error of its own; null: it sent none.</summary>
    public UpstreamError? Error { get; init; }

    /// <summary>The provider's word for its error; null: it sent none.</summary>
    public string? UpstreamCode { get; init; }

    /// <summary>What read the answer.</summary>
    public required ResponseMeter Meter { get; init; }

    /// <summary>What it used and cost.</summary>
    public Settlement Settled { get; init; } = Settlement.Nothing;

    /// <summary>How it ended, as usage records have it.</summary>
    public Ending Ending => Problem is { } problem ? new Ending(Outcome.Failed, Status == 0 ? 502 : Status, problem.Code) : new Ending(Outcome.Completed, Status, null);

    /// <summary>How long the last try took.</summary>
    public TimeSpan Took { get; init; }
}

using Causeway.Gateway.Policy;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;

namespace Causeway.Gateway.Rollouts;

/// <summary>Vectors of two models do not compare: a channel that answers with both fills indexes that nobody can search.</summary>
public sealed partial class ReleaseDesk
{
    // Shared out among units, both would be in one index.
    private async Task<RolloutRefusal?> UnfitAsync(ChannelFacts facts, ReleaseId candidate, CancellationToken cancellation) =>
        await UnservedAsync(facts, candidate, cancellation) is { } unserved ? new RolloutRefusal(RolloutFault.Unserved, unserved.Message)
        : await PartAsync(facts.Channel.Release, candidate, cancellation) is ({ } before, { } after) ? new RolloutRefusal(
            RolloutFault.OtherSpace, $"{after} makes vectors that do not compare with those of {before}, and callers would put both into one index; make a channel of its own for it, index anew, and let callers change to that")
        : null;

    // The old index has nothing of what came since. Whoever forces it knows that, or keeps both.
    private async Task<RollbackRefusal?> PartedAsync(ChannelFacts facts, RollbackStep step, RollbackOrder order, CancellationToken cancellation) =>
        !order.Force && await PartAsync(step.From, step.To, cancellation) is ({ } before, { } after)
            ? new RollbackRefusal(
                RollbackFault.OtherSpace,
                facts.Channel.Name,
                $"{after} makes vectors that do not compare with those of {before}: an index that was filled since {facts.Channel.UpdatedAt:u} cannot be searched with them, and the one before lacks what came since. --force goes back all the same",
                [.. facts.LastKnownGood(id => id == step.From)])
            : null;

    private async Task<(string Before, string After)?> PartAsync(ReleaseId from, ReleaseId to, CancellationToken cancellation) =>
        await releases.FindAsync(new ReleaseIdRange(from, from), cancellation) is [{ } one] && await releases.FindAsync(new ReleaseIdRange(to, to), cancellation) is [{ } other]
            && EmbeddingPins.Part(policies.Current, one, other)
            ? (one.Pins[0].ToString(), other.Pins[0].ToString())
            : null;
}

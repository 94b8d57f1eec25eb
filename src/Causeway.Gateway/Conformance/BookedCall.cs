using System.Collections.Immutable;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Rollouts;

namespace Causeway.Gateway.Conformance;

/// <summary>Sends what Causeway makes up and asks for itself, and leaves its usage record.</summary>
internal sealed class BookedCall(PolicyPublisher policies, Journal journal, TimeProvider time) : IDisposable
{
    private readonly OwnCall _call = new(policies, time);

    /// <summary>Sends, and books what it used.</summary>
    /// <param name="request">What is sent.</param>
    /// <param name="attribution">Whom it is booked for.</param>
    /// <param name="cancellation">Ends it at once; then nothing is booked.</param>
    /// <param name="retries">The rules for further tries; null: the provider's own.</param>
    /// <param name="release">The release that it is asked for; null: of none.</param>
    /// <param name="lease">The right to serve candidates, where there is a release.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<OwnReply> SendAsync(
        OwnRequest request, Attribution attribution, CancellationToken cancellation, ProviderRetries? retries = null, ServedRelease? release = null, CandidateLease? lease = null)
    {
        DateTimeOffset at = time.GetUtcNow();
        long began = time.GetTimestamp();
        Course course = new(new Plan(request.Pin.ServedBy, ImmutableArray.Create(request.Pin)) { Release = release }, hold: null, OwnPrompt.DataClass, time);
        OwnReply reply = await _call.SendAsync(request, course, cancellation, retries, lease);
        UsageRecord record = OwnRecord.Of(Guid.CreateVersion7(at), at, time.GetElapsedTime(began), attribution, request.Target, request.Stream, course, reply.Ending, reply.Settled);

        // A release did not answer anybody by this: its name in the books is for what it did.
        journal.Enqueue(release is null ? record : record with { Release = null, RoutingRevision = null, RoutingRule = null });
        return reply;
    }

    public void Dispose() => _call.Dispose();
}

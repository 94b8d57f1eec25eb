using System.ComponentModel;
using Causeway.Admin.Instance;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Releases.Instances;
using Causeway.Releases.Routing;
using Causeway.Storage;
using Microsoft.Extensions.Hosting;

namespace Causeway.Admin.Events;

/// <summary>Where followers look.</summary>
internal sealed class EventSources(
    ILedgerStore ledger,
    IUsageStore usage,
    IRoutingStore routing,
    Journal journal,
    PolicyPublisher policies,
    InferenceGateway gateway,
    InstanceBoard board,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
{
    private readonly SharedLook _instances = new(board, time);

    public ILedgerStore Ledger => ledger;

    public IUsageStore Usage => usage;

    public IRoutingStore Routing => routing;

    public TimeProvider Time => time;

    /// <summary>Signalled when the process is asked to end.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Entries that were booked, by whatever instance.</summary>
    public long Booked => journal.BookedByAll;

    /// <summary>A follower that begins behind a place, or now.</summary>
    /// <param name="seat">Their place.</param>
    /// <param name="start">Behind what; null: from now on.</param>
    /// <param name="own">The key that they hold: they are told of what is its own. null: of everything.</param>
    /// <param name="isAdmitted">Whether what they were let in by holds still: where it does not, the stream ends.</param>
    public EventStream Open(EventSeat seat, EventPlace? start, KeyId? own, Func<CancellationToken, ValueTask<bool>> isAdmitted) => new(seat, start, own, isAdmitted, this);

    /// <summary>Waits until more was booked than so much, or for as long as it is worth to wait: what others did is looked for all the same.</summary>
    public Task WaitAsync(long booked, TimeSpan atMost, CancellationToken cancellation) => journal.BookedByAllAsync(booked, atMost, time, cancellation);

    /// <summary>How the deployment fares.</summary>
    /// <param name="trouble">Why the store does not answer, as far as is known already; null: it does.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<EventState> StateAsync(string? trouble, CancellationToken cancellation)
    {
        IReadOnlyList<InstanceState>? there = null;
        try
        {
            there = trouble is null ? await _instances.ListAsync(Stopping, cancellation) : null;
        }
        catch (StoreUnavailableException failure)
        {
            trouble = failure.Message;
        }

        InstanceView[] views = [.. (there ?? []).Select(static one => InstanceView.Of(one, leases: 0))];
        return new EventState(
            policies.Current.Routing.Revision,
            views.Length == 0 ? 1 : views.Count(one => one.State == "live"),
            views.Count(one => one.State != "gone" && (one.RevisionLag > 0 || one.State == "silent")),
            gateway.OpenRequests,
            gateway.OpenStreams,
            !journal.Failing && trouble is null,
            trouble ?? (journal.Failing ? "The last write of usage failed and is being tried again." : null));
    }
}

/// <summary>How the deployment fares.</summary>
internal sealed record EventState(
    [property: Description("The routing revision in force on the instance that answers.")] long Revision,
    [property: Description("Instances that are there.")] int Instances,
    [property: Description("Of those, how many have not applied the newest change, or are silent.")] int Lagging,
    [property: Description("Requests being worked on by the instance that answers.")] int OpenRequests,
    int OpenStreams,
    [property: Description("The store answers and takes what is booked.")] bool Store,
    [property: Description("Why not; null: it does.")] string? Problem)
{
    /// <summary>Whether another state says the same but for what changes all the time.</summary>
    public bool IsLike(EventState other) => this with { OpenRequests = other.OpenRequests, OpenStreams = other.OpenStreams } == other;
}

/// <summary>Requests that a follower is not shown, as more came than are shown.</summary>
internal sealed record SkippedEvents(long Requests);

using System.Globalization;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Payloads;
using Causeway.Contracts.Registry;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Instances;

namespace Causeway.Gateway.Instances;

/// <summary>
/// Takes over the policy, and what other instances change of it: only what changed is read, so that one key among a million costs one row. Reading a thing twice
/// changes nothing, so that an instance's own changes may come back to it.
/// </summary>
public sealed class PolicySync(
    PolicyPublisher policies, MeasuredDialects measured, ReleaseDesk desk, IKeyStore keys, IRevocationStore revocations, IContractStore contracts, IAgreementStore agreements, ICaptureOrderStore captures, PayloadBook payloads, TimeProvider time)
{
    // With more keys than this all are read in pages, not one by one.
    private const int FewKeys = 256;

    /// <summary>Puts all of the policy in force as the store has it, in place of what is known of it: at a start, and when another store was put in its place.</summary>
    /// <param name="all">Every key, where they were read already; null: they were not.</param>
    /// <param name="cancellation">Ends the reading; nothing is in force of it then.</param>
    public async Task LoadAsync(IReadOnlyList<Key>? all, CancellationToken cancellation)
    {
        IReadOnlyList<Key> read = all ?? await keys.ListAsync(cancellation);
        IReadOnlyList<Contract> registered = await contracts.ListAsync(cancellation);
        IReadOnlyList<Agreement> agreed = await agreements.ListAsync(cancellation);
        foreach (Revocation revocation in await revocations.ListAsync(time.GetUtcNow(), cancellation))
        {
            policies.Current.Revoked.Put(revocation);
        }

        payloads.Take(await captures.ListAsync(cancellation));
        await measured.LoadAsync(cancellation);
        await desk.LoadAsync(cancellation, policy => policy.Anew(read, registered.Select(contract => new ServedContract(contract)), agreed));
    }

    /// <summary>Applies changes, all of them or none.</summary>
    public async Task ApplyAsync(IReadOnlyCollection<PolicyChange> changes, CancellationToken cancellation)
    {
        ILookup<PolicySubject, string> changed = changes.ToLookup(change => change.Subject, change => change.Name);
        IReadOnlyList<Key> read = await KeysAsync([.. changed[PolicySubject.Key].Distinct(StringComparer.Ordinal)], cancellation);
        IReadOnlyList<Contract> registered = changed[PolicySubject.Contract].Any() ? await contracts.ListAsync(cancellation) : [];
        IReadOnlyList<Revocation> revoked = changed[PolicySubject.Revocation].Any() ? await revocations.ListAsync(time.GetUtcNow(), cancellation) : [];
        IReadOnlyList<Agreement> agreed = changed[PolicySubject.Agreement].Any() ? await agreements.ListAsync(cancellation) : [];
        if (changed[PolicySubject.Capture].Any())
        {
            payloads.Take(await captures.ListAsync(cancellation));
        }

        if (changed[PolicySubject.Measurement].Any())
        {
            await measured.LoadAsync(cancellation);
        }

        foreach (Revocation revocation in revoked)
        {
            policies.Current.Revoked.Put(revocation);
        }

        // A channel and the routing beside it are read as one: a move that was committed with a rollback is not put in force without it.
        if (changed[PolicySubject.Channel].Any() || changed[PolicySubject.Routing].Any())
        {
            await desk.LoadAsync(cancellation, With);
        }
        else
        {
            policies.Publish(With);
        }

        PolicyRevision With(PolicyRevision policy)
        {
            policy = read.Aggregate(policy, (next, key) => next.With(key));
            policy = agreed.Count > 0 ? policy.WithAgreements(agreed) : policy;
            return registered.Count > 0 ? policy.WithContracts(registered.Select(contract => new ServedContract(contract))) : policy;
        }
    }

    private async Task<IReadOnlyList<Key>> KeysAsync(string[] changed, CancellationToken cancellation)
    {
        if (changed.Length > FewKeys)
        {
            return await keys.ListAsync(cancellation);
        }

        List<Key> read = [];
        foreach (string name in changed)
        {
            if (await keys.FindAsync(new KeyId(Guid.Parse(name, CultureInfo.InvariantCulture)), cancellation) is { } key)
            {
                read.Add(key);
            }
        }

        return read;
    }
}

using System.Collections.Immutable;
using System.Text;
using BenchmarkDotNet.Attributes;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;

namespace Causeway.Benchmarks.Budgets;

/// <summary>Watches a budget's decision: verify the key, find the path, hold and settle, on a path of four grants with five limits among many others.</summary>
[MemoryDiagnoser]
public class Decision
{
    private readonly Amounts _bound = new(1_000_000, 300, 500);
    private readonly Amounts _used = new(400_000, 120, 90);
    private readonly MasterKey _master = MasterKey.New(1);
    private BudgetLedger _ledger = new(new Nowhere(), TimeProvider.System);
    private GrantNode? _leaf;
    private byte[] _token = [];
    private KeyHash _hash;
    private VerifiedTokens _verified = new(1024);

    /// <summary>Grants that there are.</summary>
    [Params(10, 100_000)]
    public int Grants { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _ledger = new BudgetLedger(new Nowhere(), TimeProvider.System);
        GrantNode above = Make(null, "usd 1000000000/month", "requests 1000000000/day");
        for (int depth = 0; depth < 3; depth++)
        {
            above = Make(above.Grant.Id, "usd 1000000000/month");
        }

        _leaf = above;
        GrantNode? other = null;
        for (int i = 0; i < Grants; i++)
        {
            other = i % 5_000 == 0 ? Make(null, "usd 1000/month") : other;
            Make(other!.Grant.Id, "usd 10/day");
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string text = CapabilityKey.Mint(_master, _leaf.Grant.Id, 1, KeyId.New(now), now, Caveat.Of(CaveatType.Environment, ["prod"]).Caveat!, Caveat.Of(CaveatType.Model, ["gpt-5.4-mini"]).Caveat!, Caveat.Of(CaveatType.MaxOutput, 500), Caveat.Expires(now.AddHours(1)));
        _token = Encoding.ASCII.GetBytes(text);
        _hash = KeyHash.Of(_token);
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        CapabilityToken.TryParse(_token, buffer, out CapabilityToken token);
        token.Verify(_master, 1, out VerifiedToken? verified);
        _verified = new VerifiedTokens(1024);
        _verified.Add(_hash, verified!, _verified.Revision);
    }

    [Benchmark]
    public bool Verify_a_capability_key_of_four_caveats()
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        return CapabilityToken.TryParse(_token, buffer, out CapabilityToken token) == CapabilityFault.None && token.Verify(_master, 1) == CapabilityFault.None;
    }

    [Benchmark]
    public bool Find_one_that_was_verified() => _verified.TryGet(KeyHash.Of(_token), out _);

    [Benchmark(Baseline = true)]
    public bool Find_the_grant_hold_and_settle()
    {
        Reservation held = _ledger.Reserve(_ledger.Find(_leaf!.Grant.Id)!, Guid.CreateVersion7(), _bound, TimeSpan.FromMinutes(15), new Spender(null, "mock-model"), out _)!;
        return _ledger.Settle(held, _used, UsageSource.Provider, usage: null);
    }

    private GrantNode Make(GrantId? parent, params string[] limits)
    {
        GrantId id = GrantId.New(TimeProvider.System.GetUtcNow());
        ImmutableArray<Limit> all = [.. limits.Select(text => Limit.TryParse(Enum.Parse<Meter>(text.Split(' ')[0], ignoreCase: true), text.Split(' ')[1], "UTC", out Limit limit, out string problem) ? limit : throw new FormatException(problem))];
        IReadOnlyList<DelegationFault> faults = _ledger.Create(
            new Grant { Id = id, Parent = parent, Holder = new Holder(false, "bench"), Limits = all, DepthLeft = parent is null ? 7 : _ledger.Find(parent.Value)!.Grant.DepthLeft - 1, CreatedAt = DateTimeOffset.UnixEpoch, CreatedBy = "bench" }, out _);
        return faults.Count == 0 ? _ledger.Find(id)! : throw new InvalidOperationException(faults[0].Message);
    }

    internal sealed class Nowhere : ILedgerJournal
    {
        public Task Append(JournalEntry entry, bool isAwaited) => Task.CompletedTask;
    }
}

using System.Text;
using BenchmarkDotNet.Attributes;
using Causeway.Budgets.Keys;
using Causeway.Gateway.Policy;

namespace Causeway.Benchmarks.Budgets;

/// <summary>Watches CPU per request: from a presented key to who is asking.</summary>
[MemoryDiagnoser]
public class KeyLookup
{
    private KeyRing _keys = new();
    private byte[] _presented = [];

    /// <summary>Keys that there are.</summary>
    [Params(100, 1_000_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Prepare() => _keys = PolicyRevision.Empty.WithKeys(Enumerable.Range(0, Keys).Select(_ => NewKey())).Keys;

    [Benchmark]
    public bool Hash_and_find() => _keys.TryGetValue(KeyHash.Of(_presented), out _);

    private Key NewKey()
    {
        _presented = Encoding.UTF8.GetBytes(KeySecret.New());
        return new Key { Id = KeyId.New(DateTimeOffset.UnixEpoch), Hash = KeyHash.Of(_presented), Shown = "", Attribution = new Attribution("t", "f", "dev"), CreatedAt = DateTimeOffset.UnixEpoch };
    }
}

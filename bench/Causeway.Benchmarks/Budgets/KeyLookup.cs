using System.Collections.Immutable;
using System.Text;
using BenchmarkDotNet.Attributes;
using Causeway.Budgets.Keys;

namespace Causeway.Benchmarks.Budgets;

/// <summary>Watches CPU per request: from a presented key to who is asking.</summary>
[MemoryDiagnoser]
public class KeyLookup
{
    private ImmutableDictionary<KeyHash, Key> _keys = ImmutableDictionary<KeyHash, Key>.Empty;
    private byte[] _presented = [];

    /// <summary>Keys that there are.</summary>
    [Params(100, 100_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var keys = ImmutableDictionary.CreateBuilder<KeyHash, Key>();
        for (int i = 0; i < Keys; i++)
        {
            _presented = Encoding.UTF8.GetBytes(KeySecret.New());
            var key = new Key { Id = KeyId.New(DateTimeOffset.UnixEpoch), Hash = KeyHash.Of(_presented), Shown = "", Attribution = new Attribution("t", "f", "dev"), CreatedAt = DateTimeOffset.UnixEpoch };
            keys[key.Hash] = key;
        }

        _keys = keys.ToImmutable();
    }

    [Benchmark]
    public bool Hash_and_find() => _keys.TryGetValue(KeyHash.Of(_presented), out _);
}

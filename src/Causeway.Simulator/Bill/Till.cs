using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Bill;

/// <summary>What a real provider would charge, kept apart from anything that a gateway could read or repeat.</summary>
/// <remarks>An answer is billed whole once it was made; a stream that stops early is billed its input and the share of its output that left.</remarks>
internal sealed class Till
{
    /// <summary>Models are the caller's words, so their number is bounded; further ones are billed together.</summary>
    private const int MaxLines = 10_000;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<(Protocol Protocol, string Model), BillCounts> _lines =
        new(Comparer<(Protocol Protocol, string Model)>.Create((a, b) =>
            a.Protocol != b.Protocol ? a.Protocol.CompareTo(b.Protocol) : string.CompareOrdinal(a.Model, b.Model)));

    public void Add(Protocol protocol, string model, BillCounts counts)
    {
        lock (_gate)
        {
            (Protocol, string) key = (protocol, model);
            if (!_lines.TryGetValue(key, out BillCounts? line) && _lines.Count >= MaxLines)
            {
                key = (protocol, "(further models)");
                _lines.TryGetValue(key, out line);
            }

            _lines[key] = line is null ? counts : line + counts;
        }
    }

    public BillView View()
    {
        lock (_gate)
        {
            return new BillView(
                _lines.Values.Aggregate(new BillCounts(), (sum, line) => sum + line),
                [.. _lines.Select(line => new BillLine(line.Key.Protocol, line.Key.Model, line.Value))]);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _lines.Clear();
        }
    }
}

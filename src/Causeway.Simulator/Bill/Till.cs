using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Bill;

/// <summary>What a real provider would charge, kept apart from anything that a gateway could read or repeat.</summary>
/// <remarks>An answer is billed whole once it was made; a stream that stops early is billed its input and the share of its output that left.</remarks>
internal sealed class Till
{
    /// <summary>Models are the caller's words, so their number is bounded; further ones are billed together.</summary>
    private const int MaxLines = 10_000;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<Line, BillCounts> _lines = new(Comparer<Line>.Create(Line.Compare));

    public void Add(Vendor vendor, Protocol protocol, string model, BillCounts counts, bool batch = false)
    {
        lock (_gate)
        {
            Line key = new(vendor, protocol, model, batch);
            if (!_lines.TryGetValue(key, out BillCounts? line) && _lines.Count >= MaxLines)
            {
                key = key with { Model = "(further models)" };
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
                [.. _lines.Select(line => new BillLine(line.Key.Vendor, line.Key.Protocol, line.Key.Model, line.Key.Batch, line.Value))]);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _lines.Clear();
        }
    }

    private readonly record struct Line(Vendor Vendor, Protocol Protocol, string Model, bool Batch)
    {
        public static int Compare(Line left, Line right) =>
            left.Vendor != right.Vendor ? left.Vendor.CompareTo(right.Vendor)
            : left.Protocol != right.Protocol ? left.Protocol.CompareTo(right.Protocol)
            : string.CompareOrdinal(left.Model, right.Model) is not 0 and int order ? order
            : left.Batch.CompareTo(right.Batch);
    }
}

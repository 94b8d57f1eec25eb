using System.Buffers.Binary;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>Goes through the caveats of a token, in their order. Allocates nothing.</summary>
public ref struct CaveatReader
{
    private ReadOnlySpan<byte> _rest;

    internal CaveatReader(ReadOnlySpan<byte> caveats) => _rest = caveats;

    /// <summary>The caveat that was read last.</summary>
    public Entry Current { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly CaveatReader GetEnumerator() => this;

    /// <summary>Reads the next caveat; false: there is none.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < Caveat.HeadLength || _rest.Length - Caveat.HeadLength < Size)
        {
            return false;
        }

        int length = Caveat.HeadLength + Size;
        Current = new Entry(_rest[..length]);
        _rest = _rest[length..];
        return true;
    }

    private readonly int Size => BinaryPrimitives.ReadUInt16BigEndian(_rest[1..]);

    /// <summary>How many are left.</summary>
    internal readonly int Count()
    {
        int count = 0;
        foreach (Entry unused in this)
        {
            count++;
        }

        return count;
    }

    /// <summary>Why caveats cannot be taken: their number, a type, a value, or their order.</summary>
    internal static CapabilityFault Check(ReadOnlySpan<byte> caveats)
    {
        var reader = new CaveatReader(caveats);
        int count = 0;
        (bool ends, bool closed, bool confirmed) = (false, false, false);
        while (reader.MoveNext())
        {
            CaveatType type = reader.Current.Type;
            if (++count > CapabilityToken.MaxCaveats)
            {
                return CapabilityFault.TooLarge;
            }

            if (!type.IsKnown())
            {
                return CapabilityFault.UnknownCaveat;
            }

            // Nothing stands after no_further. Two keys cannot both be the one that is proven. A quantity is counted under the id of the prefix that
            // ends with it, until the end that this prefix names: one named later could be moved, and the count would begin again.
            if (!Caveat.IsSound(type, reader.Current.Value) || closed || (confirmed && type == CaveatType.Confirmation) || (!ends && type.IsQuantity()))
            {
                return CapabilityFault.Malformed;
            }

            ends |= type == CaveatType.Expires;
            closed |= type == CaveatType.NoFurther;
            confirmed |= type == CaveatType.Confirmation;
        }

        return reader._rest.IsEmpty ? CapabilityFault.None : CapabilityFault.Malformed;
    }

    /// <summary>One caveat where it stands in a token.</summary>
    public readonly ref struct Entry
    {
        internal Entry(ReadOnlySpan<byte> bytes) => Bytes = bytes;

        /// <summary>What it restricts.</summary>
        public CaveatType Type => (CaveatType)Bytes[0];

        /// <summary>The value as the format writes it.</summary>
        public ReadOnlySpan<byte> Value => Bytes[Caveat.HeadLength..];

        /// <summary>The moment of an <c>exp</c> or <c>nbf</c>, UTC.</summary>
        public DateTimeOffset Moment => Caveat.ReadMoment(Value);

        /// <summary>The number of a <c>max_…</c>: nano-USD, tokens or calls.</summary>
        public long Amount => Caveat.ReadAmount(Value);

        /// <summary>The names of a list, of a run or of a class of data.</summary>
        public NameList Names => NameList.Read(Value);

        /// <summary>The networks of a <c>cidr</c>.</summary>
        public AddressList Networks => AddressList.Read(Value);

        internal ReadOnlySpan<byte> Bytes { get; }
    }
}

using System.Numerics;

namespace Causeway.Contracts.Json;

/// <summary>Finds names in constant time, by their bytes.</summary>
internal sealed class NameTable
{
    private readonly byte[][] _names;
    private readonly int[] _hashes;
    private readonly int[] _slots;

    /// <summary>A table of different, unescaped names.</summary>
    public NameTable(IReadOnlyList<byte[]> names)
    {
        _names = [.. names];
        _hashes = new int[_names.Length];
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(_names.Length * 2, 2))];
        for (int i = 0; i < _names.Length; i++)
        {
            _hashes[i] = NameHash.Of(_names[i]);
            int slot = _hashes[i] & (_slots.Length - 1);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = i + 1;
        }
    }

    /// <summary>How many names.</summary>
    public int Count => _names.Length;

    /// <summary>A name.</summary>
    public byte[] this[int index] => _names[index];

    /// <summary>The index of a name of a document; -1: it is not here.</summary>
    public int Find(JsonView document, int name)
    {
        int hash = document.Nodes[name].Count;
        for (int slot = hash & (_slots.Length - 1); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            int index = _slots[slot] - 1;
            if (_hashes[index] == hash && document.IsString(name, _names[index]))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The index of a name; -1: it is not here.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        int hash = NameHash.Of(name);
        for (int slot = hash & (_slots.Length - 1); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            int index = _slots[slot] - 1;
            if (_hashes[index] == hash && name.SequenceEqual(_names[index]))
            {
                return index;
            }
        }

        return -1;
    }
}

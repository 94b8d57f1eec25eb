using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Validation.Evaluation;

/// <summary>Memory that one evaluation needs and the next one on the same thread uses again.</summary>
internal sealed class Workspace
{
    private const int Kept = 1 << 14;

    // Two: an answer is looked at while what comes of it is proven.
    [ThreadStatic]
    private static Workspace? s_idle;

    [ThreadStatic]
    private static Workspace? s_idleToo;

    private ulong[] _bits = new ulong[16];
    private int _bitsUsed;
    private byte[] _bytes = new byte[256];
    private char[] _chars = new char[256];
    private long[] _table = [];
    private SchemaResource[] _scope = new SchemaResource[8];

    /// <summary>The document.</summary>
    public JsonTape Tape { get; } = new();

    /// <summary>Resources that the evaluation went through, the outermost first.</summary>
    public ReadOnlySpan<SchemaResource> Scope => _scope.AsSpan(0, ScopeDepth);

    /// <summary>How many they are.</summary>
    public int ScopeDepth { get; private set; }

    /// <summary>A workspace that nobody uses.</summary>
    public static Workspace Rent()
    {
        Workspace work = s_idle ?? new Workspace();
        (s_idle, s_idleToo) = (s_idleToo, null);
        return work;
    }

    /// <summary>Gives it back.</summary>
    public void Return()
    {
        Tape.Trim();
        _bitsUsed = 0;
        ScopeDepth = 0;
        _bits = _bits.Length > Kept ? new ulong[16] : _bits;
        _bytes = _bytes.Length > Kept ? new byte[256] : _bytes;
        _chars = _chars.Length > Kept ? new char[256] : _chars;
        _table = _table.Length > Kept ? [] : _table;
        (s_idle, s_idleToo) = (this, s_idle ?? s_idleToo);
    }

    /// <summary>Room for some bytes; what was in it is gone.</summary>
    public Span<byte> Bytes(int length) => _bytes.Length >= length ? _bytes : _bytes = new byte[length];

    /// <summary>Room for some characters; what was in it is gone.</summary>
    public Span<char> Chars(int length) => _chars.Length >= length ? _chars : _chars = new char[length];

    /// <summary>A cleared table; what was in it is gone.</summary>
    public Span<long> Table(int length)
    {
        _table = _table.Length >= length ? _table : new long[length];
        Span<long> table = _table.AsSpan(0, length);
        table.Clear();
        return table;
    }

    /// <summary>A new set of members or items, none in it; gone with <see cref="Release"/>.</summary>
    public int NewSet(int count)
    {
        int set = _bitsUsed;
        _bitsUsed += (count + 63) >> 6;
        if (_bitsUsed > _bits.Length)
        {
            Array.Resize(ref _bits, Math.Max(_bitsUsed, _bits.Length * 2));
        }

        _bits.AsSpan(set, _bitsUsed - set).Clear();
        return set;
    }

    /// <summary>Forgets a set and all that are newer.</summary>
    public void Release(int set) => _bitsUsed = set;

    /// <summary>Puts a member or item into a set.</summary>
    public void Mark(int set, int ordinal) => _bits[set + (ordinal >> 6)] |= 1UL << ordinal;

    /// <summary>Whether it is in a set.</summary>
    public bool IsMarked(int set, int ordinal) => (_bits[set + (ordinal >> 6)] & (1UL << ordinal)) != 0;

    /// <summary>Puts all of one set into another.</summary>
    public void Join(int set, int into, int count)
    {
        for (int i = 0; i < (count + 63) >> 6; i++)
        {
            _bits[into + i] |= _bits[set + i];
        }
    }

    /// <summary>Goes into a resource.</summary>
    public void Push(SchemaResource resource)
    {
        if (ScopeDepth == _scope.Length)
        {
            Array.Resize(ref _scope, ScopeDepth * 2);
        }

        _scope[ScopeDepth++] = resource;
    }

    /// <summary>Leaves it.</summary>
    public void Pop() => ScopeDepth--;
}

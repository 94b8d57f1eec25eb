using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Causeway.Contracts.Json;

/// <summary>A document's values in the order in which they stand, made in one pass; no object tree. Its memory is pooled and used again for the next document.</summary>
/// <remarks>RFC 8259, and stricter where parsers differ: no name twice in an object, no half of a surrogate pair, no byte-order mark.</remarks>
internal sealed class JsonTape
{
    /// <summary>Values and names that a document may have: 16 Mi, 320 MiB of tape.</summary>
    public const int MaxNodes = 1 << 24;

    private const int Kept = 1 << 14;
    private readonly Frame[] _stack = new Frame[Schemas.SchemaLimits.MaxDepth];
    private TapeNode[] _nodes = ArrayPool<TapeNode>.Shared.Rent(256);
    private byte[] _scratch = [];
    private byte[] _other = [];
    private int[] _table = [];
    private int _count;

    /// <summary>The values.</summary>
    public ReadOnlySpan<TapeNode> Nodes => _nodes.AsSpan(0, _count);

    /// <summary>The array under <see cref="Nodes"/>.</summary>
    public TapeNode[] Array => _nodes;

    /// <summary>Gives back what one large document made this hold.</summary>
    public void Trim()
    {
        if (_nodes.Length > Kept)
        {
            ArrayPool<TapeNode>.Shared.Return(_nodes);
            _nodes = ArrayPool<TapeNode>.Shared.Rent(256);
        }

        _scratch = _scratch.Length > Kept ? [] : _scratch;
        _other = _other.Length > Kept ? [] : _other;
        _table = _table.Length > Kept ? [] : _table;
    }

    /// <summary>Reads a document.</summary>
    /// <returns>A fault without a reason when it is one JSON text.</returns>
    public JsonFault Read(ReadOnlySpan<byte> text)
    {
        _count = 0;
        if (!Utf8.IsValid(text))
        {
            return new JsonFault(FirstInvalid(text), "the text is not UTF-8");
        }

        int at = 0;
        int depth = 0;
        while (true)
        {
            SkipSpace(text, ref at);
            if (at >= text.Length)
            {
                return new JsonFault(at, _count == 0 ? "the text is empty" : "the text ends before its JSON does");
            }

            bool isOpen = false;
            string? reason = text[at] switch
            {
                (byte)'"' => String(text, ref at, isName: false),
                (byte)'{' => Open(text, ref at, ref depth, TokenKind.Object, out isOpen),
                (byte)'[' => Open(text, ref at, ref depth, TokenKind.Array, out isOpen),
                (byte)'t' => Literal(text, ref at, "true"u8, TokenKind.True),
                (byte)'f' => Literal(text, ref at, "false"u8, TokenKind.False),
                (byte)'n' => Literal(text, ref at, "null"u8, TokenKind.Null),
                _ => Number(text, ref at),
            };
            if (reason is null && isOpen && _stack[depth - 1].IsObject)
            {
                reason = Name(text, ref at, depth);
            }

            if (reason is null && !isOpen)
            {
                reason = Follow(text, ref at, ref depth);
                if (reason is null && depth == 0)
                {
                    return default;
                }
            }

            if (reason is not null)
            {
                return new JsonFault(at, reason);
            }

            if (_count > MaxNodes)
            {
                return new JsonFault(at, "the document has too many values");
            }
        }
    }

    /// <summary>What follows a complete value: the end, the container's end, or a comma and, in an object, the next name.</summary>
    private string? Follow(ReadOnlySpan<byte> text, ref int at, ref int depth)
    {
        while (true)
        {
            SkipSpace(text, ref at);
            if (depth == 0)
            {
                return at == text.Length ? null : "something follows the JSON document";
            }

            if (at >= text.Length)
            {
                return "the text ends before its JSON does";
            }

            ref Frame frame = ref _stack[depth - 1];
            byte next = text[at];
            if (next == ',')
            {
                at++;
                frame.Count++;
                return frame.IsObject ? Name(text, ref at, depth) : null;
            }

            if (next != (frame.IsObject ? (byte)'}' : (byte)']'))
            {
                return frame.IsObject ? "a comma or } is missing" : "a comma or ] is missing";
            }

            at++;
            frame.Count++;
            if (Close(text, at, ref frame) is { } reason)
            {
                return reason;
            }

            depth--;
        }
    }

    private string? Open(ReadOnlySpan<byte> text, ref int at, ref int depth, TokenKind kind, out bool isOpen)
    {
        isOpen = false;
        if (depth == _stack.Length)
        {
            return "the document is nested more than 128 levels deep";
        }

        int node = Add(kind, at, 0);
        at++;
        SkipSpace(text, ref at);
        if (at < text.Length && text[at] == (kind == TokenKind.Object ? '}' : ']'))
        {
            at++;
            _nodes[node].Length = at - _nodes[node].Start;
            return null;
        }

        _stack[depth++] = new Frame { Node = node, IsObject = kind == TokenKind.Object };
        isOpen = true;
        return null;
    }

    private string? Close(ReadOnlySpan<byte> text, int at, ref Frame frame)
    {
        ref TapeNode node = ref _nodes[frame.Node];
        node.Length = at - node.Start;
        node.Next = _count;
        node.Count = frame.Count;
        if (!frame.IsObject || (frame.Count <= 32 && !frame.MayRepeat))
        {
            return null;
        }

        return HasRepeatedName(text, frame.Node) ? "a name stands twice in one object" : null;
    }

    private string? Name(ReadOnlySpan<byte> text, ref int at, int depth)
    {
        SkipSpace(text, ref at);
        if (at >= text.Length)
        {
            return "the text ends before its JSON does";
        }

        if (text[at] != '"')
        {
            return text[at] == '}' ? "a comma stands before }" : "a member's name must be a string";
        }

        int node = _count;
        if (String(text, ref at, isName: true) is { } reason)
        {
            return reason;
        }

        ref Frame frame = ref _stack[depth - 1];
        ulong bit = 1UL << (_nodes[node].Count & 63);
        frame.MayRepeat |= (frame.Bloom & bit) != 0;
        frame.Bloom |= bit;
        SkipSpace(text, ref at);
        if (at >= text.Length)
        {
            return "the text ends before its JSON does";
        }

        return text[at++] == ':' ? null : "a colon is missing behind a member's name";
    }

    private string? String(ReadOnlySpan<byte> text, ref int at, bool isName)
    {
        int start = ++at;
        bool isEscaped = false;
        while (true)
        {
            int special = JsonStrings.IndexOfSpecial(text[at..]);
            if (special < 0)
            {
                at = text.Length;
                return "the text ends inside a string";
            }

            at += special;
            if (text[at] == '"')
            {
                break;
            }

            if (text[at] != '\\')
            {
                return "a control character stands in a string";
            }

            isEscaped = true;
            int length = JsonStrings.CheckEscape(text[at..], out string? reason);
            if (reason is not null)
            {
                return reason;
            }

            at += length;
        }

        int node = Add(TokenKind.String, start, at - start);
        at++;
        _nodes[node].IsEscaped = isEscaped;
        _nodes[node].Count = isName ? NameHash.Of(Unescaped(text, node, ref _scratch)) : 0;
        return null;
    }

    private ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> text, int node, ref byte[] scratch)
    {
        ReadOnlySpan<byte> spelled = text.Slice(_nodes[node].Start, _nodes[node].Length);
        if (!_nodes[node].IsEscaped)
        {
            return spelled;
        }

        if (scratch.Length < spelled.Length)
        {
            scratch = new byte[Math.Max(spelled.Length, 256)];
        }

        return scratch.AsSpan(0, JsonStrings.Unescape(spelled, scratch));
    }

    private string? Literal(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> word, TokenKind kind)
    {
        if (!text[at..].StartsWith(word))
        {
            return word.StartsWith(text[at..]) ? "the text ends before its JSON does" : "this is no JSON value";
        }

        Add(kind, at, word.Length);
        at += word.Length;
        return null;
    }

    private string? Number(ReadOnlySpan<byte> text, ref int at)
    {
        int length = JsonNumber.Scan(text[at..], out string? reason);
        if (reason is not null)
        {
            at += length;
            return at == text.Length && length > 0 ? "the text ends before its JSON does" : reason;
        }

        Add(TokenKind.Number, at, length);
        at += length;
        return null;
    }

    private int Add(TokenKind kind, int start, int length)
    {
        if (_count == _nodes.Length)
        {
            TapeNode[] larger = ArrayPool<TapeNode>.Shared.Rent(_count * 2);
            _nodes.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<TapeNode>.Shared.Return(_nodes);
            _nodes = larger;
        }

        _nodes[_count] = new TapeNode { Kind = kind, Start = start, Length = length, Next = _count + 1 };
        return _count++;
    }

    private bool HasRepeatedName(ReadOnlySpan<byte> text, int node)
    {
        int members = _nodes[node].Count;
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)members * 2);
        if (_table.Length < size)
        {
            _table = new int[size];
        }

        Span<int> table = _table.AsSpan(0, size);
        table.Clear();
        for (int name = node + 1; name < _nodes[node].Next; name = _nodes[name + 1].Next)
        {
            int slot = _nodes[name].Count & (size - 1);
            while (table[slot] != 0)
            {
                if (_nodes[table[slot]].Count == _nodes[name].Count
                    && Unescaped(text, table[slot], ref _scratch).SequenceEqual(Unescaped(text, name, ref _other)))
                {
                    return true;
                }

                slot = (slot + 1) & (size - 1);
            }

            table[slot] = name;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && text[at] <= ' ' && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length && System.Text.Rune.DecodeFromUtf8(text[at..], out _, out int length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Frame
    {
        public ulong Bloom;
        public int Node;
        public int Count;
        public bool IsObject;
        public bool MayRepeat;
    }
}

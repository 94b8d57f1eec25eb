using System.Buffers;
using System.Text;

namespace Causeway.Contracts.Json;

/// <summary>A document's text with its tape.</summary>
internal readonly ref struct JsonView(ReadOnlySpan<byte> text, ReadOnlySpan<TapeNode> nodes)
{
    /// <summary>The document.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>Its values.</summary>
    public ReadOnlySpan<TapeNode> Nodes { get; } = nodes;

    /// <summary>What the value is.</summary>
    public TokenKind Kind(int at) => Nodes[at].Kind;

    /// <summary>The value as it is spelled; a string without its quotes.</summary>
    public ReadOnlySpan<byte> Spelled(int at) => Text.Slice(Nodes[at].Start, Nodes[at].Length);

    /// <summary>The number at a place.</summary>
    public JsonNumber Number(int at) => new(Spelled(at));

    /// <summary>A string's bytes without escapes.</summary>
    public byte[] StringBytes(int at)
    {
        ReadOnlySpan<byte> spelled = Spelled(at);
        if (!Nodes[at].IsEscaped)
        {
            return spelled.ToArray();
        }

        byte[] room = new byte[spelled.Length];
        return room[..JsonStrings.Unescape(spelled, room)];
    }

    /// <summary>A string's text.</summary>
    public string String(int at) => Nodes[at].IsEscaped ? Encoding.UTF8.GetString(StringBytes(at)) : Encoding.UTF8.GetString(Spelled(at));

    /// <summary>The value of a member of an object; -1: there is none.</summary>
    public int Member(int at, ReadOnlySpan<byte> name)
    {
        if (Nodes[at].Kind == TokenKind.Object)
        {
            int hash = NameHash.Of(name);
            for (int member = at + 1; member < Nodes[at].Next; member = Nodes[member + 1].Next)
            {
                if (IsName(member, hash, name))
                {
                    return member + 1;
                }
            }
        }

        return -1;
    }

    /// <summary>Whether a name is this one.</summary>
    public bool IsName(int at, int hash, ReadOnlySpan<byte> name) => Nodes[at].Count == hash && IsString(at, name);

    /// <summary>Whether a string is this one.</summary>
    public bool IsString(int at, ReadOnlySpan<byte> unescaped)
    {
        ReadOnlySpan<byte> spelled = Spelled(at);
        if (!Nodes[at].IsEscaped)
        {
            return spelled.SequenceEqual(unescaped);
        }

        if (spelled.Length < unescaped.Length)
        {
            return false;
        }

        byte[] room = ArrayPool<byte>.Shared.Rent(spelled.Length);
        bool isEqual = room.AsSpan(0, JsonStrings.Unescape(spelled, room)).SequenceEqual(unescaped);
        ArrayPool<byte>.Shared.Return(room);
        return isEqual;
    }

    /// <summary>A hash of the value: equal values have equal ones, whatever their spelling and their members' order.</summary>
    /// <param name="at">The value.</param>
    /// <param name="steps">Falls by one for every value and every 16 bytes of text.</param>
    public int Hash(int at, ref long steps)
    {
        TapeNode node = Nodes[at];
        steps -= 1 + (node.Kind < TokenKind.Array ? node.Length >> 4 : 0);
        return NameHash.Join((int)node.Kind, node.Kind switch
        {
            TokenKind.Number => Number(at).Hash(),
            TokenKind.String => StringHash(at),
            TokenKind.Array => ItemsHash(at, ref steps),
            TokenKind.Object => MembersHash(at, ref steps),
            _ => 0,
        });
    }

    private int StringHash(int at)
    {
        ReadOnlySpan<byte> spelled = Spelled(at);
        if (!Nodes[at].IsEscaped)
        {
            return NameHash.Of(spelled);
        }

        byte[] room = ArrayPool<byte>.Shared.Rent(spelled.Length);
        int hash = NameHash.Of(room.AsSpan(0, JsonStrings.Unescape(spelled, room)));
        ArrayPool<byte>.Shared.Return(room);
        return hash;
    }

    private int ItemsHash(int at, ref long steps)
    {
        int hash = 1;
        for (int item = at + 1; item < Nodes[at].Next; item = Nodes[item].Next)
        {
            hash = NameHash.Join(hash, Hash(item, ref steps));
        }

        return hash;
    }

    private int MembersHash(int at, ref long steps)
    {
        int hash = 1;
        for (int name = at + 1; name < Nodes[at].Next; name = Nodes[name + 1].Next)
        {
            hash += NameHash.Join(Nodes[name].Count, Hash(name + 1, ref steps));
        }

        return hash;
    }

    /// <summary>Whether two values are equal as JSON Schema means it: numbers by value, objects without regard to order.</summary>
    /// <param name="at">The value here.</param>
    /// <param name="other">Another document, or this.</param>
    /// <param name="otherAt">The value there.</param>
    /// <param name="steps">Falls by one for every comparison and every 16 bytes of text.</param>
    public bool IsEqual(int at, JsonView other, int otherAt, ref long steps)
    {
        TapeNode left = Nodes[at];
        TapeNode right = other.Nodes[otherAt];
        steps -= 1 + (left.Kind < TokenKind.Array ? left.Length >> 4 : 0);
        return left.Kind == right.Kind && steps >= 0 && left.Kind switch
        {
            TokenKind.Number => Number(at).IsEqual(other.Number(otherAt)),
            TokenKind.String => AreStringsEqual(at, other, otherAt),
            TokenKind.Array => left.Count == right.Count && AreItemsEqual(at, other, otherAt, ref steps),
            TokenKind.Object => left.Count == right.Count && AreMembersEqual(at, other, otherAt, ref steps),
            _ => true,
        };
    }

    private bool AreStringsEqual(int at, JsonView other, int otherAt)
    {
        if (!other.Nodes[otherAt].IsEscaped)
        {
            return IsString(at, other.Spelled(otherAt));
        }

        ReadOnlySpan<byte> spelled = other.Spelled(otherAt);
        byte[] room = ArrayPool<byte>.Shared.Rent(spelled.Length);
        bool isEqual = IsString(at, room.AsSpan(0, JsonStrings.Unescape(spelled, room)));
        ArrayPool<byte>.Shared.Return(room);
        return isEqual;
    }

    private bool AreItemsEqual(int at, JsonView other, int otherAt, ref long steps)
    {
        int right = otherAt + 1;
        for (int left = at + 1; left < Nodes[at].Next; left = Nodes[left].Next)
        {
            if (!IsEqual(left, other, right, ref steps))
            {
                return false;
            }

            right = other.Nodes[right].Next;
        }

        return true;
    }

    private bool AreMembersEqual(int at, JsonView other, int otherAt, ref long steps)
    {
        // Members mostly stand in the same order, so the search for the next begins behind the last one found.
        int hint = otherAt + 1;
        for (int left = at + 1; left < Nodes[at].Next; left = Nodes[left + 1].Next)
        {
            int right = FindFrom(hint, left, other, otherAt, ref steps);
            if (right < 0 || !IsEqual(left + 1, other, right + 1, ref steps))
            {
                return false;
            }

            hint = other.Nodes[right + 1].Next;
        }

        return true;
    }

    private int FindFrom(int hint, int name, JsonView other, int otherAt, ref long steps)
    {
        int candidate = hint;
        for (int seen = 0; seen < other.Nodes[otherAt].Count && steps >= 0; seen++)
        {
            candidate = candidate >= other.Nodes[otherAt].Next ? otherAt + 1 : candidate;
            steps--;
            if (Nodes[name].Count == other.Nodes[candidate].Count && AreStringsEqual(name, other, candidate))
            {
                return candidate;
            }

            candidate = other.Nodes[candidate + 1].Next;
        }

        return -1;
    }
}

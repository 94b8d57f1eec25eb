using System.Buffers;
using System.Globalization;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Json;
using Causeway.Contracts.Validation.Evaluation;

namespace Causeway.Contracts.Normalisation;

/// <summary>Writes an answer without what the compiler introduced. What does not look as it was asked for stays, and the contract judges it.</summary>
internal static class Undoing
{
    private const int NameRoom = 256;

    /// <summary>Whether there is anything to undo in the value at a place; allocates nothing.</summary>
    public static bool Applies(UndoNode? node, JsonView view, int at)
    {
        if (node is null)
        {
            return false;
        }

        if (!node.Branches.IsEmpty || (node.Kind != UndoKind.None && view.Kind(at) is TokenKind.Object or TokenKind.Array or TokenKind.String))
        {
            return true;
        }

        int place = 0;
        bool isObject = view.Kind(at) == TokenKind.Object;
        for (int child = at + 1; child < view.Nodes[at].Next; place++)
        {
            int value = isObject ? child + 1 : child;
            UndoMember? member = isObject ? MemberOf(node, view, child) : null;
            UndoNode? below = isObject ? member is null ? node.Items : member.Value : place < node.PrefixItems.Length ? node.PrefixItems[place] : node.Items;
            if ((member?.DropsNull == true && view.Kind(value) == TokenKind.Null) || Applies(below, view, value))
            {
                return true;
            }

            child = view.Nodes[value].Next;
        }

        return false;
    }

    private static UndoMember? MemberOf(UndoNode node, JsonView view, int name)
    {
        ReadOnlySpan<byte> spelled = view.Spelled(name);
        if (view.Nodes[name].IsEscaped || spelled.Length > NameRoom)
        {
            return node.Members.GetValueOrDefault(view.String(name));
        }

        Span<char> room = stackalloc char[NameRoom];
        int length = System.Text.Encoding.UTF8.GetChars(spelled, room);
        return node.Members.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(room[..length], out UndoMember? member) ? member : null;
    }

    /// <summary>Writes the value at a place.</summary>
    /// <returns>Something was undone.</returns>
    public static bool Write(UndoNode? node, JsonView view, int at, ArrayBufferWriter<byte> output)
    {
        // A branch may be a union again.
        while (node is { Branches.IsEmpty: false })
        {
            node = BranchOf(node, view, at);
        }

        return (node?.Kind, view.Kind(at)) switch
        {
            (null, _) => Copy(view, at, output),
            (UndoKind.Unwrap, TokenKind.Object) when view.Nodes[at].Count == 1 && view.IsString(at + 1, System.Text.Encoding.UTF8.GetBytes(node.Wrapper)) => Undone(Write(node.Items, view, at + 2, output)),
            (UndoKind.PairsToMap, TokenKind.Array) when ArePairs(view, at) => Map(node, view, at, output),
            (UndoKind.MembersToTuple, TokenKind.Object) => Tuple(node, view, at, output),
            (UndoKind.ParseText or UndoKind.ParseScalar, TokenKind.String) => Parse(node.Kind, view, at, output),
            (UndoKind.None, TokenKind.Object) => Object(node, view, at, output),
            (UndoKind.None, TokenKind.Array) => Array(node, view, at, output),
            _ => Copy(view, at, output),
        };
    }

    /// <summary>Writes a value as it is spelled.</summary>
    /// <returns>False: nothing changed.</returns>
    public static bool Copy(JsonView view, int at, ArrayBufferWriter<byte> output)
    {
        output.Write(Whole(view, at));
        return false;
    }

    /// <summary>A value as it is spelled; a string with its quotes.</summary>
    public static ReadOnlySpan<byte> Whole(JsonView view, int at)
    {
        TapeNode node = view.Nodes[at];
        return node.Kind == TokenKind.String ? view.Text.Slice(node.Start - 1, node.Length + 2) : view.Spelled(at);
    }

    private static UndoNode? BranchOf(UndoNode node, JsonView view, int at)
    {
        foreach (UndoBranch branch in node.Branches)
        {
            if (branch.Accepts.IsValid(Whole(view, at)))
            {
                return branch.Undo;
            }
        }

        return null;
    }

    private static bool Undone(bool _) => true;

    private static bool Object(UndoNode node, JsonView view, int at, ArrayBufferWriter<byte> output)
    {
        bool isChanged = false;
        bool isFirst = true;
        output.Write("{"u8);
        for (int name = at + 1; name < view.Nodes[at].Next; name = view.Nodes[name + 1].Next)
        {
            UndoMember? member = MemberOf(node, view, name);
            if (member?.DropsNull == true && view.Kind(name + 1) == TokenKind.Null)
            {
                isChanged = true;
                continue;
            }

            output.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            Copy(view, name, output);
            output.Write(":"u8);
            isChanged |= Write(member is null ? node.Items : member.Value, view, name + 1, output);
        }

        output.Write("}"u8);
        return isChanged;
    }

    private static bool Array(UndoNode node, JsonView view, int at, ArrayBufferWriter<byte> output)
    {
        bool isChanged = false;
        int place = 0;
        output.Write("["u8);
        for (int item = at + 1; item < view.Nodes[at].Next; item = view.Nodes[item].Next, place++)
        {
            output.Write(place == 0 ? ""u8 : ","u8);
            isChanged |= Write(place < node.PrefixItems.Length ? node.PrefixItems[place] : node.Items, view, item, output);
        }

        output.Write("]"u8);
        return isChanged;
    }

    private static bool ArePairs(JsonView view, int at)
    {
        for (int item = at + 1; item < view.Nodes[at].Next; item = view.Nodes[item].Next)
        {
            bool isPair = view.Kind(item) == TokenKind.Object && view.Nodes[item].Count == 2
                && view.Member(item, "key"u8) is >= 0 and var key && view.Kind(key) == TokenKind.String && view.Member(item, "value"u8) >= 0;
            if (!isPair)
            {
                return false;
            }
        }

        return true;
    }

    // A key that comes twice makes a name that stands twice, which is no document: the contract cannot tell which is meant.
    private static bool Map(UndoNode node, JsonView view, int at, ArrayBufferWriter<byte> output)
    {
        bool isFirst = true;
        output.Write("{"u8);
        for (int item = at + 1; item < view.Nodes[at].Next; item = view.Nodes[item].Next)
        {
            output.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            Copy(view, view.Member(item, "key"u8), output);
            output.Write(":"u8);
            Write(node.Items, view, view.Member(item, "value"u8), output);
        }

        output.Write("}"u8);
        return true;
    }

    private static bool Tuple(UndoNode node, JsonView view, int at, ArrayBufferWriter<byte> output)
    {
        int places = view.Nodes[at].Count;
        Span<byte> digits = stackalloc byte[11];
        for (int i = 0; i < places; i++)
        {
            if (view.Member(at, Name(i, digits)) < 0)
            {
                return Copy(view, at, output);
            }
        }

        output.Write("["u8);
        for (int i = 0; i < places; i++)
        {
            output.Write(i == 0 ? ""u8 : ","u8);
            UndoMember? member = node.Members.GetValueOrDefault(i.ToString(CultureInfo.InvariantCulture));
            Write(member?.Value, view, view.Member(at, Name(i, digits)), output);
        }

        output.Write("]"u8);
        return true;
    }

    private static ReadOnlySpan<byte> Name(int number, Span<byte> digits)
    {
        number.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
        return digits[..written];
    }

    private static bool Parse(UndoKind kind, JsonView view, int at, ArrayBufferWriter<byte> output)
    {
        byte[] text = view.StringBytes(at);
        Workspace work = Workspace.Rent();
        bool isJson = work.Tape.Read(text).Reason is null && (kind == UndoKind.ParseText || work.Tape.Nodes[0].Kind < TokenKind.String);
        if (isJson)
        {
            output.Write(Whole(new JsonView(text, work.Tape.Nodes), 0));
        }

        work.Return();
        return isJson || Copy(view, at, output);
    }
}

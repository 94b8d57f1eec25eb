using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Streams;

/// <summary>Passes a document on without the members whose null stands for absence, and without a wrapper around it.</summary>
internal sealed class UndoFlow(UndoNode root)
{
    private readonly JsonLexer _lexer = new();
    private readonly Level[] _levels = new Level[SchemaLimits.MaxDepth];
    private readonly ArrayBufferWriter<byte> _held = new();
    private bool _isWrapped = root.Kind == UndoKind.Unwrap;
    private readonly UndoNode? _document = root.Kind == UndoKind.Unwrap ? root.Items : root;
    private Place _place = root.Kind == UndoKind.Unwrap ? Place.BeforeWrapper : Place.Document;
    private Way _way;
    private int _depth;
    private int _nameStart;
    private bool _mayDrop;

    /// <summary>Where in the text.</summary>
    private enum Place
    {
        BeforeWrapper,
        WrapperName,
        WrapperValue,
        Document,
        BehindDocument,
    }

    /// <summary>What becomes of the bytes of the document that come.</summary>
    private enum Way
    {
        Pass,
        Hold,
        Drop,
    }

    /// <summary>Takes the next piece and writes what passes.</summary>
    /// <returns>Why the text is no such document; null: it is, so far.</returns>
    public Violation? Take(ReadOnlySpan<byte> piece, ArrayBufferWriter<byte> output)
    {
        int at = 0;
        while (true)
        {
            int from = at;
            LexEvent found = _lexer.Next(piece, ref at);
            if (found == LexEvent.Fault)
            {
                return Fault();
            }

            if (!TryTake(found, piece[from..at], output))
            {
                return new Violation("", "required", "", $"the answer must be an object with the one member \"{root.Wrapper}\"");
            }

            if (found == LexEvent.None)
            {
                return null;
            }
        }
    }

    /// <summary>The text is complete.</summary>
    /// <returns>Why it is no document; null: it is one.</returns>
    public Violation? Complete() => _lexer.Finish() == LexEvent.Fault ? Fault() : null;

    private Violation Fault() => ViolationText.Json(new JsonFault((int)Math.Min(_lexer.FaultPosition, int.MaxValue), _lexer.Fault));

    /// <returns>False where the wrapper is not as the compiler made it.</returns>
    private bool TryTake(LexEvent found, ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> output)
    {
        switch (_place)
        {
            case Place.BeforeWrapper:
                if (found is LexEvent.ArrayStart or LexEvent.StringStart or LexEvent.NumberStart or LexEvent.LiteralStart)
                {
                    // A model that answered without the wrapper: what it said is the document, as it is where the answer is read whole.
                    (_isWrapped, _place) = (false, Place.Document);
                    Inside(found, bytes[^1..], output);
                    return true;
                }

                _place = found == LexEvent.ObjectStart ? Place.WrapperName : _place;
                return found is LexEvent.ObjectStart or LexEvent.None;
            case Place.WrapperName:
                return TryName(found, bytes);
            case Place.WrapperValue when found == LexEvent.None:
                return true;
            case Place.WrapperValue:
                // The white space between the name and the value is the wrapper's.
                _place = Place.Document;
                Inside(found, bytes[^1..], output);
                return true;
            case Place.Document:
                Inside(found, bytes, output);
                return true;
            default:
                return found is LexEvent.ObjectEnd or LexEvent.None;
        }
    }

    private bool TryName(LexEvent found, ReadOnlySpan<byte> bytes)
    {
        switch (found)
        {
            case LexEvent.NameStart or LexEvent.None:
                // White space before the name is held with it, and so is its quote.
                _held.Write(bytes);
                _nameStart = found == LexEvent.NameStart ? _held.WrittenCount : _nameStart;
                return true;
            case LexEvent.NameEnd:
                _held.Write(bytes);
                string name = HeldName();
                _held.ResetWrittenCount();
                _place = Place.WrapperValue;
                return name == root.Wrapper;
            default:
                return false;
        }
    }

    private void Inside(LexEvent found, ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> output)
    {
        switch (found)
        {
            case LexEvent.NameStart:
                Route(bytes, output);
                _nameStart = _held.WrittenCount;
                break;
            case LexEvent.NameEnd:
                Route(bytes, output);
                Name(output);
                break;
            case LexEvent.Comma:
                Comma(bytes, output);
                break;
            case LexEvent.ObjectStart or LexEvent.ArrayStart:
                UndoNode? node = ValueStart(bytes, output);
                _levels[_depth++] = new Level { Node = node, IsObject = found == LexEvent.ObjectStart };
                _way = _levels[_depth - 1].HoldsMembers ? Way.Hold : Way.Pass;
                break;
            case LexEvent.StringStart or LexEvent.NumberStart:
                ValueStart(bytes, output);
                break;
            case LexEvent.LiteralStart when _mayDrop && bytes[^1] == 'n':
                _held.ResetWrittenCount();
                _mayDrop = false;
                _way = Way.Drop;
                break;
            case LexEvent.LiteralStart:
                ValueStart(bytes, output);
                break;
            case LexEvent.ObjectEnd or LexEvent.ArrayEnd:
                // White space of an empty object may still be held.
                output.Write(_held.WrittenSpan);
                output.Write(bytes);
                _held.ResetWrittenCount();
                _depth--;
                ValueEnd();
                break;
            case LexEvent.StringEnd or LexEvent.NumberEnd or LexEvent.LiteralEnd:
                Route(bytes, output);
                ValueEnd();
                break;
            default:
                Route(bytes, output);
                break;
        }
    }

    private void Route(ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> output)
    {
        if (_way != Way.Drop)
        {
            (_way == Way.Hold ? _held : output).Write(bytes);
        }
    }

    private void Comma(ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> output)
    {
        output.Write(bytes[..^1]);
        _way = _levels[_depth - 1].HoldsMembers ? Way.Hold : Way.Pass;
        Route(bytes[^1..], output);
    }

    /// <summary>A name is complete: only if its member may have to go is it still held.</summary>
    private void Name(ArrayBufferWriter<byte> output)
    {
        ref Level owner = ref _levels[_depth - 1];
        UndoMember? member = owner.HoldsMembers ? owner.Node!.Members.GetValueOrDefault(HeldName()) : null;
        owner.Member = member is null ? owner.Node?.Items : member.Value;
        _mayDrop = member is { DropsNull: true };
        if (_way == Way.Hold && !_mayDrop)
        {
            Release(output);
        }
    }

    /// <summary>A value's first byte is here, and it stays: what was held before it passes.</summary>
    /// <returns>What is undone in the value.</returns>
    private UndoNode? ValueStart(ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> output)
    {
        if (_way == Way.Hold)
        {
            Release(output);
        }

        output.Write(bytes);
        return _depth == 0 ? _document : _levels[_depth - 1].Next();
    }

    private void ValueEnd()
    {
        _way = Way.Pass;
        _place = _depth == 0 && _isWrapped ? Place.BehindDocument : _place;
    }

    /// <summary>A member stays: its comma does too, but before the first that stays.</summary>
    private void Release(ArrayBufferWriter<byte> output)
    {
        ref Level owner = ref _levels[_depth - 1];
        ReadOnlySpan<byte> held = _held.WrittenSpan;
        output.Write(!owner.HasMembers && held[0] == ',' ? held[1..] : held);
        owner.HasMembers = true;
        _held.ResetWrittenCount();
        _mayDrop = false;
        _way = Way.Pass;
    }

    private string HeldName()
    {
        ReadOnlySpan<byte> spelled = _held.WrittenSpan[_nameStart..^1];
        byte[] room = new byte[spelled.Length];
        return Encoding.UTF8.GetString(room.AsSpan(0, JsonStrings.Unescape(spelled, room)));
    }

    /// <summary>An open container.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Level
    {
        public UndoNode? Node;
        public UndoNode? Member;
        public int Items;
        public bool IsObject;
        public bool HasMembers;

        public readonly bool HoldsMembers => IsObject && Node is { Members.Count: > 0 };

        /// <summary>What is undone in the value that begins.</summary>
        public UndoNode? Next()
        {
            if (IsObject)
            {
                return Member;
            }

            int index = Items++;
            return Node is null ? null : index < Node.PrefixItems.Length ? Node.PrefixItems[index] : Node.Items;
        }
    }
}

using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;
using Causeway.Contracts.Validation;
using Causeway.Contracts.Validation.Evaluation;

namespace Causeway.Contracts.Normalisation;

/// <summary>
/// Writes a document with the mendings that are allowed, each only where the schema leaves no doubt: of a union where exactly one branch can be meant.
/// </summary>
internal readonly ref struct Mender
{
    private const int MaxIntegerDigits = 400;
    private readonly JsonView _view;
    private readonly Coercions _allowed;
    private readonly MendTally _tally;
    private readonly Expectations _expected;

    private Mender(JsonView view, Workspace work, Validator validator, Coercions allowed, MendTally tally, MendBudget budget)
    {
        _view = view;
        (_allowed, _tally) = (allowed, tally);
        _expected = new Expectations(view, work, validator, allowed, budget);
    }

    /// <summary>Mends a JSON document.</summary>
    /// <returns>Null: there was nothing to mend.</returns>
    public static byte[]? Mend(ReadOnlySpan<byte> document, Validator validator, Coercions allowed, MendTally tally) =>
        Mend(document, validator, validator.Schema.Graph.Root, allowed, tally, new MendBudget(document.Length));

    /// <summary>As above, by one schema of the graph.</summary>
    public static byte[]? Mend(ReadOnlySpan<byte> document, Validator validator, SchemaNode node, Coercions allowed, MendTally tally, MendBudget budget)
    {
        Workspace work = Workspace.Rent();
        byte[]? mended = null;
        if (work.Tape.Read(document).Reason is null)
        {
            ArrayBufferWriter<byte> output = new(document.Length + 16);
            Mender mender = new(new JsonView(document, work.Tape.Nodes), work, validator, allowed, tally, budget);
            mended = mender.Write([node], 0, output) ? output.WrittenSpan.ToArray() : null;
        }

        work.Return();
        return mended;
    }

    private bool Write(IEnumerable<SchemaNode> nodes, int at, ArrayBufferWriter<byte> output)
    {
        List<SchemaNode> all = _expected.Of(nodes, at);
        TokenKind kind = _view.Kind(at);
        Kinds due = Kinds.Of(all);
        return kind switch
        {
            TokenKind.Object when due.Object => Object(all, at, output),
            TokenKind.Array when due.Array => Array(all, at, output),
            TokenKind.Number when due is { Number: false, Integer: true } && Integer(at, output) => true,
            TokenKind.String when String(all, due, at, output) => true,
            _ => Single(all, due, at, output) || Undoing.Copy(_view, at, output),
        };
    }

    private bool Object(List<SchemaNode> all, int at, ArrayBufferWriter<byte> output)
    {
        List<int> names = [];
        for (int name = at + 1; name < _view.Nodes[at].Next; name = _view.Nodes[name + 1].Next)
        {
            names.Add(name);
        }

        bool isChanged = false;
        if (Allows(Coercions.KeyOrder) && _expected.InOrder(all, names) is { } ordered)
        {
            _tally.Add(Coercions.KeyOrder);
            (names, isChanged) = (ordered, true);
        }

        output.Write("{"u8);
        for (int i = 0; i < names.Count; i++)
        {
            output.Write(i == 0 ? ""u8 : ","u8);
            Undoing.Copy(_view, names[i], output);
            output.Write(":"u8);
            isChanged |= Write(_expected.OfMember(all, names[i]), names[i] + 1, output);
        }

        output.Write("}"u8);
        return isChanged;
    }

    private bool Array(List<SchemaNode> all, int at, ArrayBufferWriter<byte> output)
    {
        bool isChanged = false;
        int place = 0;
        output.Write("["u8);
        for (int item = at + 1; item < _view.Nodes[at].Next; item = _view.Nodes[item].Next, place++)
        {
            output.Write(place == 0 ? ""u8 : ","u8);
            isChanged |= Write(Expectations.OfItem(all, place), item, output);
        }

        output.Write("]"u8);
        return isChanged;
    }

    private bool Integer(int at, ArrayBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> spelled = _view.Spelled(at);
        JsonNumber number = new(spelled);
        if (!Allows(Coercions.IntegerSpelling) || spelled.IndexOfAny(".eE"u8) < 0 || !number.IsInteger || number.Point > MaxIntegerDigits)
        {
            return false;
        }

        output.Write(Encoding.UTF8.GetBytes(Whole(spelled).ToString(CultureInfo.InvariantCulture)));
        _tally.Add(Coercions.IntegerSpelling);
        return true;
    }

    // DIGITS.DIGITSeN as one integer; the caller knows that it is one, and of bounded size.
    private static BigInteger Whole(ReadOnlySpan<byte> spelled)
    {
        int mark = spelled.IndexOfAny("eE"u8);
        long exponent = mark < 0 ? 0 : long.Parse(spelled[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        ReadOnlySpan<byte> mantissa = mark < 0 ? spelled : spelled[..mark];
        int dot = mantissa.IndexOf((byte)'.');
        string digits = Encoding.ASCII.GetString(mantissa).Replace(".", "", StringComparison.Ordinal);
        long shift = exponent - (dot < 0 ? 0 : mantissa.Length - dot - 1);
        BigInteger value = BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return value.IsZero ? value : shift >= 0 ? value * BigInteger.Pow(10, (int)shift) : value / BigInteger.Pow(10, (int)-shift);
    }

    private bool String(List<SchemaNode> all, Kinds due, int at, ArrayBufferWriter<byte> output)
    {
        if (Allows(Coercions.EnumCase) && _expected.EnumMember(all, at) is { } member)
        {
            output.Write(member);
            _tally.Add(Coercions.EnumCase);
            return true;
        }

        if (due.String)
        {
            return false;
        }

        byte[] text = _view.StringBytes(at);
        bool isNumber = Allows(Coercions.NumericStrings) && (due.Number || due.Integer) && text.Length > 0 && JsonNumber.Scan(text, out string? reason) == text.Length && reason is null && (due.Number || new JsonNumber(text).IsInteger);
        bool isBoolean = Allows(Coercions.NumericStrings) && due.Boolean && (text.AsSpan().SequenceEqual("true"u8) || text.AsSpan().SequenceEqual("false"u8));
        if (isNumber || isBoolean)
        {
            output.Write(text);
            _tally.Add(Coercions.NumericStrings);
            return true;
        }

        return Allows(Coercions.JsonStrings) && (due.Object || due.Array) && Json(all, due, text, output);
    }

    private bool Json(List<SchemaNode> all, Kinds due, byte[] text, ArrayBufferWriter<byte> output)
    {
        Workspace work = Workspace.Rent();
        TokenKind kind = work.Tape.Read(text).Reason is null ? work.Tape.Nodes[0].Kind : TokenKind.Null;
        bool isDue = kind == TokenKind.Object ? due.Object : kind == TokenKind.Array && due.Array;
        if (isDue)
        {
            _tally.Add(Coercions.JsonStrings);
            Mender inner = new(new JsonView(text, work.Tape.Nodes), work, _expected.Validator, _allowed, _tally, _expected.Budget);
            inner.Write(all, 0, output);
        }

        work.Return();
        return isDue;
    }

    private bool Single(List<SchemaNode> all, Kinds due, int at, ArrayBufferWriter<byte> output)
    {
        if (!Allows(Coercions.SingleToArray) || !due.Array || due.Takes(_view.Kind(at)) || _view.Kind(at) is TokenKind.Array or TokenKind.Null)
        {
            return false;
        }

        output.Write("["u8);
        Write(Expectations.OfItem(all, 0), at, output);
        output.Write("]"u8);
        _tally.Add(Coercions.SingleToArray);
        return true;
    }

    private bool Allows(Coercions coercion) => (_allowed & coercion) != Coercions.None;
}

/// <summary>What one mending may still try, and in how many steps; unions inside unions multiply. What is beyond it is not mended.</summary>
/// <param name="bytes">The size of the document.</param>
internal sealed class MendBudget(long bytes)
{
    private int _tries = 1000;

    /// <summary>Steps left, as of an evaluation.</summary>
    public long Steps { get; set; } = EvaluationBudget.Steps(bytes);

    /// <summary>Takes one try of a branch.</summary>
    public bool Try() => --_tries >= 0 && Steps > 0;

    /// <summary>Takes some steps.</summary>
    public bool Take(long steps = 1) => (Steps -= steps) >= 0;
}

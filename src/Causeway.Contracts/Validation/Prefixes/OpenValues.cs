using System.Globalization;
using System.Text;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Validation.Prefixes;

/// <summary>The values of a document that are open, and what is already certain of them.</summary>
internal sealed class OpenValues(Validator validator)
{
    private readonly OpenValue[] _values = new OpenValue[Schemas.SchemaLimits.MaxDepth];
    private readonly AppliedSchemas _applied = new();
    private readonly SliceChecks _checks = new(validator);
    private readonly SchemaGraph _graph = validator.Schema.Graph;
    private byte[] _scratch = [];
    private int _depth;
    private int _scalarStart;
    private int _scalarFirst;
    private int _maxLength = int.MaxValue;

    private bool IsBlind => _graph.HasDynamicReferences || _applied.IsOverrun || _checks.IsExhausted;

    /// <summary>Takes the next event.</summary>
    /// <param name="found">The event.</param>
    /// <param name="lexer">Behind it.</param>
    /// <param name="text">The document up to there.</param>
    /// <returns>The violation that is certain now; null: none.</returns>
    public Violation? Take(LexEvent found, JsonLexer lexer, ReadOnlySpan<byte> text)
    {
        if (IsBlind)
        {
            return null;
        }

        return found switch
        {
            LexEvent.NameStart => Name(text),
            LexEvent.NameEnd => Member(text),
            LexEvent.ObjectStart => Open(text, TypeSet.Object),
            LexEvent.ArrayStart => Open(text, TypeSet.Array),
            LexEvent.ObjectEnd or LexEvent.ArrayEnd => Close(text),
            LexEvent.StringStart => Begin(text, TypeSet.String),
            LexEvent.NumberStart => Begin(text, TypeSet.Number | TypeSet.Integer),
            LexEvent.LiteralStart => Begin(text, text[^1] == 'n' ? TypeSet.Null : TypeSet.Boolean),
            LexEvent.None => lexer.IsInString ? Long(text, lexer.Characters) : null,
            LexEvent.StringEnd => Long(text, lexer.Characters) ?? End(text, TokenKind.String),
            LexEvent.NumberEnd => End(text, TokenKind.Number),
            LexEvent.LiteralEnd => End(text, TokenKind.Null),
            _ => null,
        };
    }

    private Violation? Name(ReadOnlySpan<byte> text)
    {
        _values[_depth - 1].NameStart = text.Length;
        return null;
    }

    /// <summary>A member's name is complete: which schemas apply to its value, and whether it may be there.</summary>
    private Violation? Member(ReadOnlySpan<byte> text)
    {
        ref OpenValue owner = ref _values[_depth - 1];
        owner.Count++;
        owner.NameLength = text.Length - 1 - owner.NameStart;
        int first = _applied.Count;
        owner.ValueFirst = first;
        ReadOnlySpan<byte> name = Name(owner, text);
        for (int i = owner.First; i < first; i++)
        {
            if (_applied[i].Node.Objects is { } rules && Member(ref owner, i, rules, name, first, text) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    private Violation? Member(ref OpenValue owner, int index, ObjectRules rules, ReadOnlySpan<byte> name, int first, ReadOnlySpan<byte> text)
    {
        SchemaNode node = _applied[index].Node;
        if (owner.Count > rules.MaxProperties)
        {
            return Certain(node, Keyword.MaxProperties, Pointer(text, _depth - 1), $"must have at most {rules.MaxProperties.ToString(CultureInfo.InvariantCulture)} members, has more");
        }

        bool isKnown = false;
        int place = rules.Names.Find(name);
        if (place >= 0)
        {
            _applied[index].Required += rules.Required[place] ? 1 : 0;
            if (rules.Properties[place] is { } property)
            {
                isKnown = true;
                _applied.Add(property, first);
            }
        }

        foreach ((Schemas.Patterns.SchemaPattern pattern, SchemaNode schema) in rules.PatternProperties)
        {
            if (_checks.IsMatch(pattern, name))
            {
                isKnown = true;
                _applied.Add(schema, first);
            }
        }

        if (!isKnown && rules.Additional is { } additional)
        {
            if (additional.Always == false)
            {
                return Certain(node, Keyword.AdditionalProperties, Pointer(text, _depth), ViolationText.UnknownMember(node, Encoding.UTF8.GetString(name)));
            }

            _applied.Add(additional, first);
        }

        return rules.PropertyNames is null ? null : Slice(text, owner.NameStart - 1, owner.NameStart + owner.NameLength + 1, rules.PropertyNames);
    }

    private Violation? Begin(ReadOnlySpan<byte> text, TypeSet type)
    {
        _scalarStart = text.Length - 1;
        if (Start(text, type, out _scalarFirst) is { } violation)
        {
            return violation;
        }

        _maxLength = int.MaxValue;
        for (int i = _scalarFirst; i < _applied.Count && type == TypeSet.String; i++)
        {
            _maxLength = Math.Min(_maxLength, _applied[i].Node.Strings?.MaxLength ?? int.MaxValue);
        }

        return null;
    }

    /// <summary>A value began: its schemas are on top of the stack, and must allow its kind.</summary>
    private Violation? Start(ReadOnlySpan<byte> text, TypeSet type, out int first)
    {
        first = _applied.Count;
        if (_depth == 0)
        {
            _applied.Add(_graph.Root, 0);
        }
        else if (_values[_depth - 1].IsObject)
        {
            first = _values[_depth - 1].ValueFirst;
        }
        else if (Item(text, first) is { } violation)
        {
            return violation;
        }

        for (int i = first; i < _applied.Count; i++)
        {
            SchemaNode node = _applied[i].Node;
            if (node.Always == false)
            {
                return Certain(node, Keyword.False, Pointer(text, _depth), "no value is allowed here");
            }

            if ((node.Types & type) == TypeSet.None)
            {
                return Certain(node, Keyword.Type, Pointer(text, _depth), $"expected {TypeNames.Spell(node.Types)}, got {Kind(text[^1])}");
            }
        }

        return null;
    }

    private Violation? Item(ReadOnlySpan<byte> text, int first)
    {
        ref OpenValue owner = ref _values[_depth - 1];
        int index = owner.Count++;
        for (int i = owner.First; i < first; i++)
        {
            SchemaNode node = _applied[i].Node;
            if (node.Arrays is not { } rules)
            {
                continue;
            }

            if (index >= rules.MaxItems)
            {
                return Certain(node, Keyword.MaxItems, Pointer(text, _depth - 1), $"must have at most {rules.MaxItems.ToString(CultureInfo.InvariantCulture)} items, has more");
            }

            if ((index < rules.Prefix.Length ? rules.Prefix[index] : rules.Items) is { } item)
            {
                _applied.Add(item, first);
            }
        }

        return null;
    }

    private Violation? Open(ReadOnlySpan<byte> text, TypeSet type)
    {
        int start = text.Length - 1;
        if (Start(text, type, out int first) is { } violation)
        {
            return violation;
        }

        bool isDeferred = false;
        for (int i = first; i < _applied.Count; i++)
        {
            isDeferred |= AppliedSchemas.IsDeferred(_applied[i].Node, type == TypeSet.Object);
        }

        bool isCovered = _depth > 0 && (_values[_depth - 1].IsDeferred || _values[_depth - 1].IsCovered);
        _values[_depth++] = new OpenValue { Start = start, First = first, IsObject = type == TypeSet.Object, IsDeferred = isDeferred, IsCovered = isCovered };
        return null;
    }

    private Violation? Close(ReadOnlySpan<byte> text)
    {
        OpenValue value = _values[--_depth];
        Violation? violation = null;
        for (int i = value.First; i < _applied.Count && violation is null; i++)
        {
            AppliedSchema applied = _applied[i];
            // The root is validated as a whole anyway when the document is complete.
            bool isDue = value.IsDeferred && !value.IsCovered && applied.IsOrigin && _depth > 0;
            if (isDue || IsShort(applied, value))
            {
                violation = Slice(text, value.Start, text.Length, applied.Node);
            }
        }

        _applied.Cut(value.First);
        return violation;
    }

    private static bool IsShort(AppliedSchema applied, OpenValue value) => value.IsObject
        ? applied.Node.Objects is { } o && (applied.Required < o.RequiredCount || value.Count < o.MinProperties)
        : applied.Node.Arrays is { } a && value.Count < a.MinItems;

    /// <summary>A string that is still open, or just closed, is already longer than it may be.</summary>
    private Violation? Long(ReadOnlySpan<byte> text, int characters)
    {
        if (characters <= _maxLength)
        {
            return null;
        }

        for (int i = _scalarFirst; i < _applied.Count; i++)
        {
            if (_applied[i].Node.Strings is { } rules && characters > rules.MaxLength)
            {
                return Certain(_applied[i].Node, Keyword.MaxLength, Pointer(text, _depth), $"must have at most {rules.MaxLength.ToString(CultureInfo.InvariantCulture)} characters, has more");
            }
        }

        return null;
    }

    private Violation? End(ReadOnlySpan<byte> text, TokenKind kind)
    {
        Violation? violation = null;
        for (int i = _scalarFirst; i < _applied.Count && violation is null; i++)
        {
            if (_applied[i].IsOrigin && AppliedSchemas.CanBreak(_applied[i].Node, kind))
            {
                violation = Slice(text, _scalarStart, text.Length, _applied[i].Node);
            }
        }

        _applied.Cut(_scalarFirst);
        _maxLength = int.MaxValue;
        return violation;
    }

    private Violation? Slice(ReadOnlySpan<byte> text, int start, int end, SchemaNode node) =>
        _checks.Check(text[start..end], start, text.Length, node) is { } violation ? violation with { Path = Pointer(text, _depth) + violation.Path } : null;

    private Violation Certain(SchemaNode node, Keyword keyword, string pointer, string message) => ViolationText.Of(node, keyword, pointer, message, _graph.Document);

    private string Pointer(ReadOnlySpan<byte> text, int depth)
    {
        var pointer = new StringBuilder();
        for (int i = 0; i < depth; i++)
        {
            string step = _values[i].IsObject ? JsonPointers.Escape(Encoding.UTF8.GetString(Name(_values[i], text))) : (_values[i].Count - 1).ToString(CultureInfo.InvariantCulture);
            pointer.Append('/').Append(step);
        }

        return pointer.ToString();
    }

    private ReadOnlySpan<byte> Name(OpenValue owner, ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> spelled = text.Slice(owner.NameStart, owner.NameLength);
        if (!spelled.Contains((byte)'\\'))
        {
            return spelled;
        }

        _scratch = _scratch.Length >= spelled.Length ? _scratch : new byte[spelled.Length];
        return _scratch.AsSpan(0, JsonStrings.Unescape(spelled, _scratch));
    }

    private static string Kind(byte first) => first switch
    {
        (byte)'{' => "an object",
        (byte)'[' => "an array",
        (byte)'"' => "a string",
        (byte)'t' => "true",
        (byte)'f' => "false",
        (byte)'n' => "null",
        _ => "a number",
    };
}

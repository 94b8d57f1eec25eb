using System.Text;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Patterns;

namespace Causeway.Contracts.Schemas.Graph;

/// <content>Arrays and objects, and how values of keywords are read.</content>
internal sealed partial class NodeReader
{
    private readonly List<byte[]> _names = [];
    private readonly List<SchemaNode?> _properties = [];
    private int _required = -1;
    private SchemaNode? _additionalItems;

    private void ReadArray(Keyword keyword, int at)
    {
        ArrayRules rules = node.Arrays ??= new ArrayRules();
        switch (keyword)
        {
            case Keyword.PrefixItems:
                rules.Prefix = Schemas(keyword, at);
                break;
            case Keyword.Items when View.Kind(at) == TokenKind.Array:
                rules.Prefix = IsDraft7 ? Schemas(keyword, at) : throw Wrong(at, "items must be one schema in 2020-12: name the schemas of the first items in prefixItems.");
                break;
            case Keyword.Items:
                rules.Items = graph.Node(_resource, at);
                break;
            case Keyword.AdditionalItems:
                _additionalItems = graph.Node(_resource, at);
                break;
            case Keyword.Contains:
                rules.Contains = graph.Node(_resource, at);
                break;
            case Keyword.MinContains:
                rules.MinContains = Count(keyword, at);
                break;
            case Keyword.MaxContains:
                rules.MaxContains = Count(keyword, at);
                break;
            case Keyword.MinItems:
                rules.MinItems = Count(keyword, at);
                break;
            case Keyword.MaxItems:
                rules.MaxItems = Count(keyword, at);
                break;
            case Keyword.UniqueItems:
                rules.AreUnique = Flag(keyword, at);
                break;
            case Keyword.UnevaluatedItems:
                rules.Unevaluated = graph.Node(_resource, at);
                break;
        }
    }

    private void ReadObject(Keyword keyword, int at)
    {
        ObjectRules rules = node.Objects ??= new ObjectRules();
        switch (keyword)
        {
            case Keyword.Properties:
                foreach ((int name, SchemaNode schema) in Members(keyword, at))
                {
                    _names.Add(View.StringBytes(name));
                    _properties.Add(schema);
                }

                break;
            case Keyword.PatternProperties:
                rules.PatternProperties = [.. Members(keyword, at).Select(member => (Pattern(member.Name), member.Schema))];
                break;
            case Keyword.AdditionalProperties:
                rules.Additional = graph.Node(_resource, at);
                break;
            case Keyword.PropertyNames:
                rules.PropertyNames = graph.Node(_resource, at);
                break;
            case Keyword.MaxProperties:
                rules.MaxProperties = Count(keyword, at);
                break;
            case Keyword.MinProperties:
                rules.MinProperties = Count(keyword, at);
                break;
            case Keyword.Required:
                _ = Names(keyword, at);
                _required = at;
                break;
            case Keyword.DependentRequired or Keyword.DependentSchemas or Keyword.Dependencies:
                ReadDependencies(rules, keyword, at);
                break;
            case Keyword.UnevaluatedProperties:
                rules.Unevaluated = graph.Node(_resource, at);
                break;
        }
    }

    private void ReadDependencies(ObjectRules rules, Keyword keyword, int at)
    {
        Expect(keyword, at, TokenKind.Object, "an object");
        for (int name = at + 1; name < View.Nodes[at].Next; name = View.Nodes[name + 1].Next)
        {
            byte[] trigger = View.StringBytes(name);
            if (keyword == Keyword.DependentRequired || (keyword == Keyword.Dependencies && View.Kind(name + 1) == TokenKind.Array))
            {
                rules.DependentRequired = [.. rules.DependentRequired, new DependentNames(keyword, trigger, Names(keyword, name + 1))];
            }
            else
            {
                rules.DependentSchemas = [.. rules.DependentSchemas, new DependentSchema(keyword, trigger, graph.Node(_resource, name + 1))];
            }
        }
    }

    /// <summary>Puts <c>properties</c> and <c>required</c> together, so that one look-up of a member's name serves both.</summary>
    private void FinishObjects()
    {
        if (node.Objects is not { } rules || (_names.Count == 0 && _required < 0))
        {
            return;
        }

        var properties = new NameTable(_names);
        var isRequired = new List<bool>(new bool[_names.Count]);
        foreach (byte[] name in _required < 0 ? [] : Names(Keyword.Required, _required))
        {
            int index = properties.Find(name);
            if (index < 0)
            {
                _names.Add(name);
                _properties.Add(null);
                isRequired.Add(true);
            }
            else
            {
                isRequired[index] = true;
            }
        }

        rules.Names = _names.Count == properties.Count ? properties : new NameTable(_names);
        rules.Properties = [.. _properties];
        rules.Required = [.. isRequired];
        rules.RequiredCount = isRequired.Count(required => required);
    }

    private void FinishArrays()
    {
        if (node.Arrays is { } rules && IsDraft7)
        {
            // Without an array of items, additionalItems means nothing (draft-07, section 6.4.2).
            rules.Items = rules.Prefix.Length > 0 || View.Member(node.At, "items"u8) is >= 0 and var items && View.Kind(items) == TokenKind.Array ? _additionalItems : rules.Items;
        }
    }

    private SchemaNode[] Schemas(Keyword keyword, int at)
    {
        Expect(keyword, at, TokenKind.Array, "an array of schemas");
        return [.. Items(at).Select(item => graph.Node(_resource, item))];
    }

    private List<(int Name, SchemaNode Schema)> Members(Keyword keyword, int at)
    {
        Expect(keyword, at, TokenKind.Object, "an object of schemas");
        var members = new List<(int, SchemaNode)>();
        for (int name = at + 1; name < View.Nodes[at].Next; name = View.Nodes[name + 1].Next)
        {
            members.Add((name, graph.Node(_resource, name + 1)));
        }

        return members;
    }

    private byte[][] Names(Keyword keyword, int at)
    {
        Expect(keyword, at, TokenKind.Array, "an array of members' names");
        var names = new List<byte[]>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (int item in Items(at))
        {
            Expect(keyword, item, TokenKind.String, "an array of members' names");
            if (seen.Add(View.String(item)))
            {
                names.Add(View.StringBytes(item));
            }
        }

        return [.. names];
    }

    private List<int> Items(int at)
    {
        var items = new List<int>(View.Nodes[at].Count);
        for (int item = at + 1; item < View.Nodes[at].Next; item = View.Nodes[item].Next)
        {
            items.Add(item);
        }

        return items;
    }

    private SchemaPattern Pattern(int at)
    {
        string source = View.String(at);
        try
        {
            return new SchemaPattern(source);
        }
        catch (FormatException e)
        {
            throw Wrong(at, $"\"{source}\" is no regular expression that can be used: {e.Message}.");
        }
    }

    private int Count(Keyword keyword, int at)
    {
        Expect(keyword, at, TokenKind.Number, "a whole number from 0");
        JsonNumber number = View.Number(at);
        if (number.IsNegative || !number.IsInteger)
        {
            throw Wrong(at, $"{keyword.Name()} must be a whole number from 0.");
        }

        // No document has as many of anything as fits no int.
        return number.IsZero ? 0 : number.Point > 9 ? int.MaxValue : (int)double.Parse(Encoding.ASCII.GetString(View.Spelled(at)), System.Globalization.CultureInfo.InvariantCulture);
    }

    private bool Flag(Keyword keyword, int at) => View.Kind(at) switch
    {
        TokenKind.True => true,
        TokenKind.False => false,
        _ => throw Wrong(at, $"{keyword.Name()} must be true or false."),
    };

    private void Text(Keyword keyword, int at) => Expect(keyword, at, TokenKind.String, "a string");

    private void Expect(Keyword keyword, int at, TokenKind kind, string what)
    {
        if (View.Kind(at) != kind)
        {
            throw Wrong(at, $"{keyword.Name()} must be {what}.");
        }
    }

    private SchemaException Wrong(int at, string message) => new(_document.Pointer(at), message);
}

using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Formats;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>Reads the keywords of one subschema into its node.</summary>
internal sealed partial class NodeReader(GraphBuilder graph, SchemaNode node)
{
    private readonly SchemaResource _resource = node.Resource;
    private readonly SchemaDocument _document = node.Resource.Document;

    private bool IsDraft7 => _resource.Rules.Draft == Draft.Seven;

    private JsonView View => _document.View;

    /// <exception cref="SchemaException">A keyword's value is not what it must be.</exception>
    public void Read()
    {
        switch (View.Kind(node.At))
        {
            case TokenKind.True:
                node.Always = true;
                return;
            case TokenKind.False:
                node.Always = false;
                return;
            case TokenKind.Object:
                break;
            default:
                throw Wrong(node.At, "A schema is an object, true or false.");
        }

        int reference = IsDraft7 ? View.Member(node.At, "$ref"u8) : -1;
        if (reference >= 0 && View.Kind(reference) == TokenKind.String)
        {
            // Draft-07, section 8.3: all other members beside $ref are ignored.
            node.Ref = graph.Resolve(_resource, reference);
            return;
        }

        for (int name = node.At + 1; name < View.Nodes[node.At].Next; name = View.Nodes[name + 1].Next)
        {
            Keyword keyword = Keywords.Find(View, name, _resource.Rules.Draft);
            if (_resource.Rules.Validates || !IsValidation(keyword))
            {
                Read(keyword, name + 1);
            }
        }

        FinishObjects();
        FinishArrays();
    }

    private void Read(Keyword keyword, int at)
    {
        if (keyword <= Keyword.Const)
        {
            ReadAny(keyword, at);
        }
        else if (keyword <= Keyword.ExclusiveMinimum)
        {
            ReadNumber(keyword, at);
        }
        else if (keyword <= Keyword.ContentSchema)
        {
            ReadString(keyword, at);
        }
        else if (keyword <= Keyword.UnevaluatedItems)
        {
            ReadArray(keyword, at);
        }
        else if (keyword <= Keyword.UnevaluatedProperties)
        {
            ReadObject(keyword, at);
        }
        else
        {
            ReadBranch(keyword, at);
        }
    }

    private static bool IsValidation(Keyword keyword) => keyword is (>= Keyword.Type and <= Keyword.Pattern) or Keyword.MaxContains or Keyword.MinContains or Keyword.MaxItems
        or Keyword.MinItems or Keyword.UniqueItems or Keyword.MaxProperties or Keyword.MinProperties or Keyword.Required or Keyword.DependentRequired;

    private void ReadAny(Keyword keyword, int at)
    {
        switch (keyword)
        {
            case Keyword.Schema or Keyword.Id or Keyword.Anchor or Keyword.DynamicAnchor:
                Text(keyword, at);
                break;
            case Keyword.Ref:
                Text(keyword, at);
                node.Ref = graph.Resolve(_resource, at);
                break;
            case Keyword.DynamicRef:
                Text(keyword, at);
                (node.DynamicRef, node.DynamicAnchor) = graph.ResolveDynamic(_resource, at);
                break;
            case Keyword.Defs or Keyword.Definitions:
                Expect(keyword, at, TokenKind.Object, "an object of schemas");
                break;
            case Keyword.Type:
                node.Types = Types(at);
                break;
            case Keyword.Enum:
                Expect(keyword, at, TokenKind.Array, "an array of the values that are allowed");
                node.Enum = new ValueSet(_document, Items(at));
                break;
            case Keyword.Const:
                node.Const = new ValueSet(_document, [at]);
                break;
        }
    }

    private TypeSet Types(int at)
    {
        if (View.Kind(at) == TokenKind.String)
        {
            return TypeNames.Find(View.String(at)) ?? throw Wrong(at, TypeNames.Unknown(View.String(at)));
        }

        Expect(Keyword.Type, at, TokenKind.Array, "the name of a type, or an array of them");
        TypeSet types = TypeSet.None;
        foreach (int item in Items(at))
        {
            Expect(Keyword.Type, item, TokenKind.String, "the name of a type, or an array of them");
            types |= TypeNames.Find(View.String(item)) ?? throw Wrong(item, TypeNames.Unknown(View.String(item)));
        }

        return types == TypeSet.None ? throw Wrong(at, "type must name at least one type.") : types;
    }

    private void ReadNumber(Keyword keyword, int at)
    {
        if (View.Kind(at) is TokenKind.True or TokenKind.False && keyword is Keyword.ExclusiveMinimum or Keyword.ExclusiveMaximum)
        {
            throw Wrong(at, $"{keyword.Name()} is a number since draft-06: write the bound itself there, instead of true and the bound in {(keyword == Keyword.ExclusiveMinimum ? "minimum" : "maximum")}.");
        }

        Expect(keyword, at, TokenKind.Number, "a number");
        var number = new NumberLimit(View.Spelled(at));
        NumberRules rules = node.Numbers ??= new NumberRules();
        switch (keyword)
        {
            case Keyword.Minimum:
                rules.Minimum = number;
                break;
            case Keyword.Maximum:
                rules.Maximum = number;
                break;
            case Keyword.ExclusiveMinimum:
                rules.ExclusiveMinimum = number;
                break;
            case Keyword.ExclusiveMaximum:
                rules.ExclusiveMaximum = number;
                break;
            default:
                JsonNumber divisor = View.Number(at);
                if (divisor.IsZero || divisor.IsNegative || divisor.Digits > 18)
                {
                    throw Wrong(at, "multipleOf must be a number above zero, of at most 18 digits.");
                }

                rules.MultipleOf = number;
                break;
        }
    }

    private void ReadString(Keyword keyword, int at)
    {
        StringRules rules = node.Strings ??= new StringRules();
        switch (keyword)
        {
            case Keyword.MinLength:
                rules.MinLength = Count(keyword, at);
                break;
            case Keyword.MaxLength:
                rules.MaxLength = Count(keyword, at);
                break;
            case Keyword.Pattern:
                Text(keyword, at);
                rules.Pattern = Pattern(at);
                break;
            case Keyword.Format:
                Text(keyword, at);
                rules.Format = StringFormats.Find(View.String(at));
                break;
            default:
                graph.Node(_resource, at);
                break;
        }
    }

    private void ReadBranch(Keyword keyword, int at)
    {
        Branches branches = node.Branches ??= new Branches();
        switch (keyword)
        {
            case Keyword.AllOf:
                branches.AllOf = Schemas(keyword, at);
                break;
            case Keyword.AnyOf:
                branches.AnyOf = Schemas(keyword, at);
                break;
            case Keyword.OneOf:
                branches.OneOf = Schemas(keyword, at);
                break;
            case Keyword.Not:
                branches.Not = graph.Node(_resource, at);
                break;
            case Keyword.If:
                branches.If = graph.Node(_resource, at);
                break;
            case Keyword.Then:
                branches.Then = graph.Node(_resource, at);
                break;
            case Keyword.Else:
                branches.Else = graph.Node(_resource, at);
                break;
        }
    }
}

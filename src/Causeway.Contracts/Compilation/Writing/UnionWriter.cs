using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>
/// Writes unions as <c>anyOf</c> and nothing beside it. So a row P, which speaks of what stands beside (llama.cpp's converter), holds here.
/// </summary>
internal sealed class UnionWriter(SchemaWriter writer)
{
    public Written Write(UnionShape union)
    {
        List<Shape> branches = [];
        Flatten(union, branches);
        if (!union.IsExclusive && branches.Exists(branch => writer.Graph.Resolve(branch) is AnyShape { Rules.IsEmpty: true }))
        {
            writer.Journal.Rewrite(union.Path, Features.AnyOf, "One branch takes anything, so the union does.");
            return writer.Write(new AnyShape(union.Path));
        }

        if (union.IsExclusive)
        {
            Exclude(union, branches);
        }

        bool hasNull = branches.RemoveAll(IsNull) > 0;
        KeywordSupport row = writer.Dialect[Features.AnyOf];
        if (branches.Count == 0)
        {
            return writer.Write(new ScalarShape(union.Path, "null"));
        }

        if (branches.Count == 1)
        {
            Written one = writer.Write(branches[0]);
            bool asTypeArray = union.IsTypeArray || !row.IsTaken;
            if (hasNull && union.IsTypeArray && !writer.Dialect[Features.TypeWithNull].IsEstablished)
            {
                writer.Journal.Rewrite(union.Path, Features.TypeWithNull, "A null beside a type became a branch of anyOf.");
            }

            return hasNull ? writer.OrNull(one, union.Path, asTypeArray) : one;
        }

        if (union.IsTypeArray)
        {
            writer.Journal.Rewrite(union.Path, Features.TypeWithNull, "Several types became the branches of anyOf.");
        }

        if (row is not { IsUnverified: false, Support: Support.Enforced or Support.Partly })
        {
            writer.Journal.Loss(union.Path, Features.AnyOf, row);
        }

        Written[] written = [.. branches.Select(writer.Write)];
        JsonTree schema = JsonTree.Object(("anyOf", JsonTree.Array(written.Select(branch => branch.Schema))));
        UndoDraft undo = new();
        undo.Branches.AddRange(written.Select(branch => (branch.Schema, branch.Kinds, branch.Undo)));
        Written whole = new(schema, written.Aggregate(JsonKinds.None, (kinds, branch) => kinds | branch.Kinds), undo);
        if (hasNull)
        {
            return writer.OrNull(whole, union.Path);
        }

        writer.Count.Unions.Add(union.Path);
        return whole;
    }

    private void Exclude(UnionShape union, List<Shape> branches)
    {
        KeywordSupport row = writer.Dialect[Features.OneOf];
        bool disjoint = true;
        for (int i = 0; i < branches.Count && disjoint; i++)
        {
            for (int j = i + 1; j < branches.Count && disjoint; j++)
            {
                disjoint = writer.Graph.AreDisjoint(branches[i], branches[j]);
            }
        }

        if (disjoint)
        {
            writer.Journal.Rewrite(union.Path, Features.OneOf, "oneOf became anyOf; its branches exclude one another.");
        }
        else
        {
            writer.Journal.Loss(union.Path, Features.OneOf, $"oneOf became anyOf: a value may match two branches. Give each branch a required const of its own. oneOf is {writer.Journal.Because(row, row.Support)}");
        }
    }

    // Nested unions without words and rules of their own say the same flat; of an exclusive one only what is inclusive inside.
    private void Flatten(UnionShape union, List<Shape> branches)
    {
        foreach (Shape branch in union.Branches)
        {
            writer.Budget.Take();
            if (branch is UnionShape { IsExclusive: false, Rules.IsEmpty: true, Annotations.IsEmpty: true, IsImplied: false } inner && !union.IsExclusive)
            {
                Flatten(inner, branches);
            }
            else if (branch is not NeverShape)
            {
                branches.Add(branch);
            }
        }
    }

    private bool IsNull(Shape branch) => branch is ScalarShape { Type: "null" } or EnumShape { Values: [{ Kind: System.Text.Json.JsonValueKind.Null }] } || (branch is RefShape reference && writer.Graph.Resolve(reference) is ScalarShape { Type: "null" });
}

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>Tells shapes that no value can have.</summary>
internal static class Emptiness
{
    /// <summary>The shape, or nothing where something that must be there cannot be.</summary>
    public static Shape Settle(Shape shape) => shape switch
    {
        ObjectShape { IsImplied: false } held when held.Properties.Any(property => property.Value is NeverShape && held.Requires(property.Name)) => new NeverShape(shape.Path),
        ArrayShape { IsImplied: false } array when HasImpossiblePlace(array) => new NeverShape(shape.Path),
        UnionShape union when union.Branches.Any(branch => branch is NeverShape) => Union(union),
        _ => shape,
    };

    private static bool HasImpossiblePlace(ArrayShape array)
    {
        decimal least = array.Rules.FirstOrDefault(rule => rule.Keyword == "minItems")?.Value.Number ?? 0;
        int place = array.Prefix.IndexOf(array.Prefix.FirstOrDefault(item => item is NeverShape)!);
        return (place >= 0 && place < least) || (array.Items is NeverShape && least > array.Prefix.Length);
    }

    private static Shape Union(UnionShape union)
    {
        Shape[] left = [.. union.Branches.Where(branch => branch is not NeverShape)];
        return left.Length switch
        {
            0 => new NeverShape(union.Path),
            1 when union.Rules.IsEmpty && union.Annotations.IsEmpty => left[0],
            _ => union with { Branches = [.. left] },
        };
    }
}

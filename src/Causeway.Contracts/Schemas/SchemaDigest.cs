namespace Causeway.Contracts.Schemas;

/// <summary>SHA-256 of a canonical schema, as <c>sch_</c> and 64 hex digits.</summary>
/// <param name="Text">The text form.</param>
public readonly record struct SchemaDigest(string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

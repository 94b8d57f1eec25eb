namespace Causeway.Contracts.Schemas;

/// <summary>Bounds of what is taken as a schema and of what a validation may cost.</summary>
public static class SchemaLimits
{
    /// <summary>Bytes of a schema: 1 MiB.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Levels of nesting of a schema and of a document: 128.</summary>
    public const int MaxDepth = 128;

    /// <summary>Bytes of a document: 64 MiB.</summary>
    public const int MaxDocumentBytes = 64 << 20;
}

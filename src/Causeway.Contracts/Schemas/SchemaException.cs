namespace Causeway.Contracts.Schemas;

/// <summary>A text is no schema that can be used.</summary>
/// <param name="pointer">JSON Pointer to the place; empty: the root.</param>
/// <param name="message">What is wrong there, and what to do.</param>
public sealed class SchemaException(string pointer, string message) : Exception(message)
{
    /// <summary>JSON Pointer to the place; empty: the root.</summary>
    public string Pointer { get; } = pointer;
}

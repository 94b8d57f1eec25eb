namespace Causeway.Contracts.Validation;

/// <summary>One way in which a document breaks a schema.</summary>
/// <param name="Path">JSON Pointer into the document; empty: the root.</param>
/// <param name="Keyword">The keyword that is broken; <c>json</c> where the text is no JSON at all.</param>
/// <param name="SchemaPath">JSON Pointer to that keyword in the schema; empty for <c>json</c>.</param>
/// <param name="Message">In one sentence what was expected there, for people and for the model that is asked again. Quotes no more than 64 characters of the document.</param>
public sealed record Violation(string Path, string Keyword, string SchemaPath, string Message);

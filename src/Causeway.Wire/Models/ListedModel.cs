namespace Causeway.Wire.Models;

/// <summary>A model as a provider lists it.</summary>
/// <param name="Id">The name to call it by (Gemini: without <c>models/</c>).</param>
/// <param name="DisplayName">A name for people.</param>
/// <param name="Created">When it was released.</param>
/// <param name="Retires">The day from which it no longer answers.</param>
/// <param name="OwnedBy">Who offers it.</param>
/// <param name="ContextWindow">Tokens of input it takes.</param>
/// <param name="MaxOutputTokens">Tokens it generates at most.</param>
public sealed record ListedModel(
    string Id,
    string? DisplayName,
    DateTimeOffset? Created,
    DateOnly? Retires,
    string OwnedBy,
    long? ContextWindow = null,
    long? MaxOutputTokens = null);

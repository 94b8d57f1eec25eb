namespace Causeway.Contracts.Compilation;

/// <summary>By which way a schema reaches a model, from the best.</summary>
public enum Carrier
{
    /// <summary>The provider's own field for the schema of an answer.</summary>
    Format,

    /// <summary>A tool that must be called, whose arguments are the answer.</summary>
    ForcedTool,

    /// <summary>JSON mode (<c>json_object</c>), the schema in the prompt.</summary>
    JsonMode,

    /// <summary>The prompt alone.</summary>
    Prompt,
}

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>
/// What the vendor's SDK adds to an answer for its caller, and sends back with it: the same text once more, as the value that it stands for.
/// Source: the helpers <c>parse</c> and <c>stream</c> of the <c>openai</c> package for Node, 7.57.
/// </summary>
internal static class SdkMembers
{
    /// <summary>In a function call.</summary>
    public const string ParsedArguments = "parsed_arguments";

    /// <summary>In a text of an answer.</summary>
    public const string Parsed = "parsed";
}

namespace Causeway.Wire.Errors;

/// <summary>What an error says of the schema that a request asked its answer to follow.</summary>
public enum SchemaFailure : byte
{
    /// <summary>It is about something else.</summary>
    None,

    /// <summary>The provider does not take the schema: a keyword, a size, a reference.</summary>
    Rejected,

    /// <summary>The model, or this way of asking it, takes no schema.</summary>
    Unsupported,

    /// <summary>The model's answer failed the provider's own check: a failure of the model that is dressed as an error of the caller's.</summary>
    ModelFailed,
}

/// <summary>Tells the three apart by the vendors' words, which is all there is to tell them by.</summary>
public static class SchemaFailures
{
    private static readonly string[] ModelFailures = ["json_validate_failed", "tool_use_failed"];

    private static readonly string[] Unsupporteds =
    [
        "does not support response format", "response_format type is unavailable", "'response_format.type' must be", "response mime type: 'application/json' is unsupported",
        "type \"tool\" and \"any\" are not supported", "json mode cannot be combined", "support the outputConfig.textFormat", "extraneous key [textFormat]",
        "extraneous key [outputConfig]",
    ];

    private static readonly string[] Rejections =
    [
        "invalid_json_schema", "Invalid schema for response_format", "Invalid schema for function", "is required to be supplied and to be",
        "$ref cannot have keywords", "which was not found in the schema", "levels of nesting exceeds", "array schema missing items", "' type, propert",
        "must be explicitly set to false", "too complex for compilation", "too many optional parameters", "response_schema", "response_json_schema",
        "responseSchema", "responseJsonSchema", "maximum allowed nesting depth", "too many states for serving", "not supported by xgrammar",
        "Failed to transform json schema", "Grammar error", "Failed to compile json grammar", "JSON schema conversion failed",
        "only allowed for STRING type", "should be non-empty for OBJECT type", "outputConfig.textFormat.structure",
    ];

    // Anthropic's, Bedrock's and Mistral's word for any member that they do not know. Where it stands says what it is about.
    private static readonly string[] UnknownMember = ["Extra inputs are not permitted", "extra_forbidden"];

    private static readonly string[] OfFormats = ["output_config: ", "output_config.format", "output_format", "strict: Extra inputs", "response_format"];

    private static readonly string[] OfToolSchemas = ["input_schema", "function.parameters"];

    // Gemini's, of members of a schema as of any other.
    private static readonly string[] UnknownName = ["Cannot find field"];

    private static readonly string[] OfSchemas = ["schema", "parameters"];

    /// <summary>Reads an error of a request that asked for a schema.</summary>
    /// <param name="status">Its status; only 400 and 422 can be about a schema.</param>
    /// <param name="error">What its body says.</param>
    public static SchemaFailure Of(int status, in UpstreamError error) =>
        status is not (400 or 422) ? SchemaFailure.None
        : Says(error, ModelFailures) ? SchemaFailure.ModelFailed
        : Says(error, Unsupporteds) || (Says(error, UnknownMember) && Says(error, OfFormats)) ? SchemaFailure.Unsupported
        : Says(error, Rejections) || (Says(error, UnknownMember) && Says(error, OfToolSchemas)) || (Says(error, UnknownName) && Says(error, OfSchemas)) ? SchemaFailure.Rejected
        : SchemaFailure.None;

    private static bool Says(in UpstreamError error, string[] words)
    {
        foreach (string word in words)
        {
            if (error.Code?.Contains(word, StringComparison.OrdinalIgnoreCase) == true || error.Message?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }
}

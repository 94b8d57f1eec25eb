using System.Text;
using Causeway.Wire.Errors;

namespace Causeway.Wire.Tests.Errors;

/// <summary>Which of the vendors' errors are about the schema of an answer, and which are about anything else.</summary>
public sealed class SchemaFailureTests
{
    [Theory]
    [InlineData("Invalid schema for response_format 'n': In context=(), 'required' is required to be supplied and to be an array", SchemaFailure.Rejected)]
    [InlineData("* GenerateContentRequest.generation_config.response_schema.properties: should be non-empty for OBJECT type", SchemaFailure.Rejected)]
    [InlineData("* GenerateContentRequest.tools[0].function_declarations[0].parameters.properties: should be non-empty for OBJECT type", SchemaFailure.Rejected)]
    [InlineData("* GenerateContentRequest.tools[0].function_declarations[0].parameters.properties[a].enum: only allowed for STRING type", SchemaFailure.Rejected)]
    [InlineData("Invalid JSON payload received. Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters': Cannot find field.", SchemaFailure.Rejected)]
    [InlineData("Invalid JSON payload received. Unknown name \"$ref\" at 'generation_config.response_schema.items': Cannot find field.", SchemaFailure.Rejected)]
    [InlineData("Invalid JSON payload received. Unknown name \"stop\": Cannot find field.", SchemaFailure.None)]
    [InlineData("Invalid JSON payload received. Unknown name \"logit_bias\" at 'generation_config': Cannot find field.", SchemaFailure.None)]
    [InlineData("output_config.format.schema: For 'number' type, properties maximum, minimum are not supported", SchemaFailure.Rejected)]
    [InlineData("output_config: Extra inputs are not permitted", SchemaFailure.Unsupported)]
    [InlineData("output_config.format: Extra inputs are not permitted", SchemaFailure.Unsupported)]
    [InlineData("output_format: Extra inputs are not permitted", SchemaFailure.Unsupported)]
    [InlineData("tools.0.custom.strict: Extra inputs are not permitted", SchemaFailure.Unsupported)]
    [InlineData("tools.0.custom.input_schema.properties.a.x: Extra inputs are not permitted", SchemaFailure.Rejected)]
    [InlineData("output_config.effort: Extra inputs are not permitted", SchemaFailure.None)]
    [InlineData("messages.0.content.0.text.citations: Extra inputs are not permitted", SchemaFailure.None)]
    [InlineData("model: Extra inputs are not permitted", SchemaFailure.None)]
    [InlineData("This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again.", SchemaFailure.Unsupported)]
    [InlineData("The value at outputConfig.textFormat.structure.jsonSchema.schema is not a valid JSON schema.", SchemaFailure.Rejected)]
    [InlineData("This model doesn't support the outputConfig.effort field.", SchemaFailure.None)]
    [InlineData("messages: at least one message is required", SchemaFailure.None)]
    public void The_vendors_words_tell_what_an_error_is_about(string message, SchemaFailure expected)
    {
        UpstreamError error = new("invalid_request_error", null, message, SpendExhausted: false, null);

        Assert.Equal(expected, SchemaFailures.Of(400, error));
        Assert.Equal(SchemaFailure.None, SchemaFailures.Of(500, error));
    }

    [Theory]
    [InlineData("""["body","response_format","json_schema","title"]""", SchemaFailure.Unsupported)]
    [InlineData("""["body","tools",0,"function","parameters","x"]""", SchemaFailure.Rejected)]
    [InlineData("""["body","seed"]""", SchemaFailure.None)]
    public void Mistral_s_list_of_faults_says_where(string place, SchemaFailure expected)
    {
        string body = $$$"""{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":{{{place}}},"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","code":null}""";

        Assert.Equal(expected, SchemaFailures.Of(422, UpstreamError.Scan(Protocol.OpenAI, Encoding.UTF8.GetBytes(body))));
    }

    [Fact]
    public void A_model_s_own_failure_is_told_by_its_code() =>
        Assert.Equal(SchemaFailure.ModelFailed, SchemaFailures.Of(400, new UpstreamError("invalid_request_error", "json_validate_failed", "Failed to generate JSON", false, null)));
}

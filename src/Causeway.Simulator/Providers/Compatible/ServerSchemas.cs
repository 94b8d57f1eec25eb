using System.Text.Json;
using Causeway.Simulator.Providers.OpenAI;
using Causeway.Simulator.Shapes;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>What each server makes of schemas: its engine, and when the engine runs.</summary>
internal static class ServerSchemas
{
    /// <summary>Held whatever <c>strict</c> says; arguments only where a call is forced. Legacy <c>guided_*</c> fields are ignored since 0.12.</summary>
    public static SchemaPolicy Vllm { get; } = new()
    {
        Format = asked => asked.Schema is { } schema ? VllmEngines.Of(schema) : default,
        Tool = asked => asked.IsForced ? VllmEngines.Of(asked.Parameters) : default,
        Elsewhere = body => body.Member("structured_outputs").Member("json"),
    };

    public static SchemaPolicy LlamaCpp { get; } = new()
    {
        Format = asked => Held(asked, Dialects.LlamaCpp, fault => new(400, "invalid_request_error", "JSON schema conversion failed:\n" + Converter(fault))),
        Elsewhere = body => body.Member("response_format").Member("schema"),
    };

    /// <summary>Only <c>json_schema.schema</c> goes on to the engine.</summary>
    public static SchemaPolicy Ollama { get; } = new()
    {
        Format = asked => asked.Schema is { ValueKind: not JsonValueKind.Object } odd
            ? new Rejection(400, "invalid_request_error", $"invalid format: {odd.GetRawText()}; expected \"json\" or a valid JSON Schema object")
            : Held(asked, Dialects.Ollama, fault => new(400, "invalid_request_error", "invalid JSON schema in format: " + Converter(fault))),
    };

    public static SchemaPolicy Groq { get; } = new() { Format = GroqSchemas.Format, JsonObject = GroqSchemas.JsonObject };

    /// <summary>Keyword support is unpublished, so nothing is refused.</summary>
    public static SchemaPolicy Together { get; } = new()
    {
        Format = _ => Dialects.Unpublished,
        Elsewhere = body => body.Member("response_format").Member("schema"),
    };

    public static SchemaPolicy Mistral { get; } = new()
    {
        Format = asked => MistralOutline(asked) is { } refused ? refused : asked.IsStrict ? Dialects.Mistral : default(Verdict),
        Tool = asked => asked.Strict is true ? Dialects.Mistral : default(Verdict),
        Hand = Dialects.Mistral.Hand,
    };

    public static SchemaPolicy DeepSeek { get; } = new()
    {
        Format = _ => new Rejection(400, "invalid_request_error", "This response_format type is unavailable now") { Code = "invalid_request_error" },
        JsonObject = asked => asked.SaysJson ? null : new(400, "invalid_request_error", "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.") { Code = "invalid_request_error" },
        Tool = DeepSeekTool,
        Hand = Dialects.DeepSeek.Hand,
    };

    /// <summary><c>strict</c> is implied, for tools too.</summary>
    public static SchemaPolicy Xai { get; } = new()
    {
        Format = asked => Held(asked, Dialects.Xai, fault => new(400, "invalid_request_error", $"Invalid JSON schema for {asked.Place}: {StrictWords.Said(fault)}")),
        Tool = asked => SchemaRules.Check(asked.Parameters, Dialects.Xai) is { } fault
            ? new Rejection(400, "invalid_request_error", $"Invalid JSON schema for tool {asked.Name}: {StrictWords.Said(fault)}")
            : Dialects.Xai,
    };

    /// <summary>Handed on to whoever serves.</summary>
    public static SchemaPolicy OpenRouter { get; } = new()
    {
        Format = asked => asked.IsStrict ? Dialects.Unpublished : default(Verdict),
        Tool = asked => asked.Strict is true ? Dialects.Unpublished : default(Verdict),
    };

    private static Verdict Held(AskedFormat asked, Dialect dialect, Func<SchemaFault, Rejection> words) =>
        asked.Schema is not { } schema ? default
        : SchemaRules.Check(schema, dialect) is { } fault ? words(fault)
        : dialect;

    /// <summary>The reasons in the converter's own words.</summary>
    private static string Converter(SchemaFault fault) => fault.Kind switch
    {
        FaultKind.RefNotFound when fault.Words[0].StartsWith('#') => $"Error resolving ref {fault.Words[0]}: {fault.Words[0].Split('/')[^1]} not in schema",
        FaultKind.RefNotFound => $"Unsupported ref: {fault.Words[0]}",
        FaultKind.Pattern => "Pattern must start with '^' and end with '$'",
        _ => $"Unrecognized schema: /{string.Join('/', fault.Path)}",
    };

    private static Rejection? MistralOutline(AskedFormat asked)
    {
        Rejection Unprocessable(string type, string member, string message) =>
            new(StatusCodes.Status422UnprocessableEntity, type, message) { Param = $"{asked.Place}.json_schema.{member}" };

        string? unknown = Validity.Members(asked.Fields).Select(member => member.Name)
            .FirstOrDefault(name => name is not ("name" or "schema" or "strict" or "description"));
        return unknown is not null ? Unprocessable("extra_forbidden", unknown, "Extra inputs are not permitted")
            : asked.Name.Length == 0 ? Unprocessable("missing", "name", "Field required")
            : asked.Schema is null ? Unprocessable("missing", "schema", "Field required")
            : null;
    }

    /// <summary>Strict is a feature of the beta endpoint; elsewhere the member is taken and ignored.</summary>
    private static Verdict DeepSeekTool(AskedTool asked) =>
        asked.Strict is not true || !asked.Incoming.Target.Contains("/beta/", StringComparison.Ordinal) ? default
        : SchemaRules.Check(asked.Parameters, Dialects.DeepSeek) is { } fault
            ? new Rejection(400, "invalid_request_error", $"Invalid tool parameters schema : field `{string.Join('.', fault.Path)}`: {StrictWords.Said(fault)}") { Code = "invalid_request_error" }
        : Dialects.DeepSeek;
}

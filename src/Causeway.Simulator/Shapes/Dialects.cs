namespace Causeway.Simulator.Shapes;

/// <summary>The dialects, one row each: vendors' documentation, engines' sources and recorded refusals up to November 2026.</summary>
/// <remarks>
/// Where a vendor says nothing of a keyword it is taken and ignored. Where sources disagree the stricter documented reading is written. What is
/// documented as accepted, with nothing said of its effect, is ignored.
/// </remarks>
internal static class Dialects
{
    private const string Basics = "type enum const anyOf $ref $defs definitions properties required items additionalProperties";
    private const string Notes = "title description $schema $id $comment $anchor nullable examples deprecated readOnly writeOnly";
    private const string Bounds = "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf";
    private static readonly string[] s_openAIFormats = ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

    /// <summary>Azure OpenAI's own page of 2026-08-24: the older, narrower set.</summary>
    public static Dialect Azure { get; } = new("azure")
    {
        Enforces = Basics,
        Ignores = Notes,
        Others = Treatment.Refused,
        Closing = Closing.MustBeSaid,
        TakesOpenObjects = false,
        TakesOptional = false,
        TakesAnyRoot = false,
        TakesUntypedArrays = false,
        TakesBooleans = false,
        TakesListItems = false,
        RefersToRootOnly = true,
        RefSiblings = Siblings.Refused,
        Limits = new() { Properties = 100, Levels = 5, EnumValues = 500, TextChars = 15_000, LargeEnumChars = 7_500 },
    };

    /// <summary>OpenAI's guide of August 2026; refusals as recorded. What Azure takes, and constraints besides.</summary>
    public static Dialect OpenAI { get; } = Azure with
    {
        Name = "openai",
        Enforces = $"{Bounds} pattern format minItems maxItems",
        Formats = s_openAIFormats,
        OtherFormats = Treatment.Refused,
        Patterns = PatternLimits.NoLookAround,
        Limits = new() { Properties = 5_000, Levels = 10, EnumValues = 1_000, TextChars = 120_000, LargeEnumChars = 15_000 },
    };

    /// <summary>Fine-tuned models refuse constraints besides.</summary>
    public static Dialect OpenAIFineTuned { get; } = OpenAI with { Name = "openai_fine_tuned", Refuses = $"{Bounds} pattern format minItems maxItems" };

    public static Dialect Anthropic { get; } = new("anthropic")
    {
        Enforces = $"{Basics} allOf format pattern minItems",
        Ignores = $"{Notes} default",
        Others = Treatment.Refused,
        Formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"],
        OtherFormats = Treatment.Refused,
        Closing = Closing.MustBeSaid,
        TakesOpenObjects = false,
        TakesListItems = false,
        TakesManyItems = false,
        TakesRefsInAllOf = false,
        Recursion = Recursion.Refused,
        RefSiblings = Siblings.Dropped,
        Patterns = PatternLimits.NoLookAround | PatternLimits.NoBackReference | PatternLimits.NoWordBorder,
        Hand = new() { Keys = KeyOrder.RequiredFirst, CasesEnums = true },
    };

    /// <summary>As the vendor's own, but that lengths are taken.</summary>
    public static Dialect BedrockClaude { get; } = Anthropic with { Name = "bedrock", Ignores = "minLength maxLength" };

    /// <summary>Open-weight models behind the same rules; they write with newlines and in the schema's order.</summary>
    public static Dialect BedrockOpenWeight { get; } = BedrockClaude with { Hand = new() { Indents = true } };

    /// <summary><c>responseSchema</c> and <c>parameters</c>: an OpenAPI 3.0 subset whose other names are no fields.</summary>
    public static Dialect GeminiSchema { get; } = new("gemini_schema")
    {
        Enforces = "type nullable enum items minItems maxItems properties required propertyOrdering minimum maximum anyOf format",
        Ignores = "title description default example minLength maxLength pattern minProperties maxProperties",
        Others = Treatment.Refused,
        Formats = ["date-time", "enum"],
        OtherFormats = Treatment.Refused,
        Closing = Closing.Closed,
        TakesTypeLists = false,
        TakesUntypedArrays = false,
        TakesBooleans = false,
        TakesListItems = false,
        TakesEmptyObjects = false,
        TakesAnyEnum = false,
        ChecksRequired = true,
        Limits = new() { Levels = 32 },
    };

    public static Dialect VertexSchema { get; } = GeminiSchema with
    {
        Name = "vertex_schema",
        Enforces = "additionalProperties prefixItems ref defs",
    };

    /// <summary><c>responseJsonSchema</c> and <c>parametersJsonSchema</c>: anything may be sent.</summary>
    public static Dialect GeminiJsonSchema { get; } = new("gemini_json_schema")
    {
        Enforces = "type format enum items prefixItems minItems maxItems minimum maximum anyOf oneOf properties additionalProperties required propertyOrdering $ref $defs definitions",
        Formats = ["date-time", "date", "time"],
        TakesListItems = false,
        OneOfIsAnyOf = true,
        RefSiblings = Siblings.Refused,
        Recursion = Recursion.ThroughOptional,
        Limits = new() { Levels = 32 },
    };

    public static Dialect Xai { get; } = new("xai")
    {
        Enforces = $"{Basics} prefixItems anyOf oneOf allOf format pattern minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems minProperties maxProperties",
        Refuses = "contains minContains maxContains",
        Formats = ["date", "time", "date-time", "email", "uuid", "ipv4", "ipv6", "uri"],
        Closing = Closing.Closed,
        TakesBooleans = false,
        TakesListItems = false,
        TakesEmptyUnions = false,
        OneOfIsAnyOf = true,
        Recursion = Recursion.Refused,
        Patterns = PatternLimits.NoLookAround | PatternLimits.NoBackReference | PatternLimits.NoWordBorder,
        Engine = Engine.Xai,
    };

    public static Dialect Groq { get; } = new("groq")
    {
        Enforces = $"{Basics} minItems",
        Refuses = "oneOf allOf not if then else dependentRequired dependentSchemas patternProperties propertyNames minProperties maxProperties unevaluatedProperties unevaluatedItems uniqueItems contains minContains maxContains minLength maxLength",
        Closing = Closing.MustBeSaid,
        TakesOpenObjects = false,
        TakesOptional = false,
        TakesAnyRoot = false,
    };

    /// <summary>Strict tools of the beta endpoint.</summary>
    public static Dialect DeepSeek { get; } = new("deepseek")
    {
        Enforces = Basics,
        Closing = Closing.MustBeSaid,
        TakesOpenObjects = false,
        TakesOptional = false,
        TakesAnyRoot = false,
        Hand = new() { Indents = true },
    };

    /// <summary>Vendors that publish no keywords: types, choices, required members and closed objects are held, no more.</summary>
    public static Dialect Unpublished { get; } = new("unpublished") { Enforces = Basics };

    public static Dialect Mistral { get; } = Unpublished with { Name = "mistral", Hand = new() { Indents = true } };

    public static Dialect Xgrammar { get; } = new("xgrammar")
    {
        Enforces = $"{Basics} oneOf allOf prefixItems minItems maxItems minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum minProperties maxProperties patternProperties propertyNames",
        Refuses = "multipleOf uniqueItems contains minContains maxContains",
        Formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"],
        OtherFormats = Treatment.Refused,
        Closing = Closing.Closed,
        TakesListItems = false,
        OneOfIsAnyOf = true,
        Engine = Engine.Xgrammar,
    };

    public static Dialect Llguidance { get; } = new("llguidance")
    {
        Enforces = $"{Basics} {Bounds} oneOf allOf prefixItems minItems maxItems minLength maxLength pattern format",
        Refuses = "not if then else uniqueItems contains minContains maxContains propertyNames patternProperties minProperties maxProperties dependentRequired dependentSchemas unevaluatedProperties unevaluatedItems",
        Formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"],
        OtherFormats = Treatment.Refused,
        OneOfIsAnyOf = true,
        Patterns = PatternLimits.NoLookAround,
    };

    public static Dialect Outlines { get; } = new("outlines")
    {
        Enforces = $"{Basics} oneOf allOf prefixItems minItems maxItems minLength maxLength pattern format",
        Formats = ["date-time", "date", "time", "uuid", "uri", "email"],
        OtherFormats = Treatment.Refused,
        Closing = Closing.Closed,
        OneOfIsAnyOf = true,
        Engine = Engine.Outlines,
    };

    public static Dialect LlamaCpp { get; } = new("llamacpp")
    {
        Enforces = $"{Basics} oneOf allOf prefixItems minItems maxItems minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum",
        Formats = ["date", "time", "date-time", "uuid"],
        Closing = Closing.Closed,
        TakesBooleans = false,
        OneOfIsAnyOf = true,
        Patterns = PatternLimits.MustBeAnchored | PatternLimits.NoLookAround | PatternLimits.NoBackReference,
        Engine = Engine.LlamaCpp,
        Hand = new() { Keys = KeyOrder.RequiredFirst },
    };

    /// <summary>The same converter behind a map without order.</summary>
    public static Dialect Ollama { get; } = LlamaCpp with { Name = "ollama", Hand = new() { Keys = KeyOrder.RequiredFirstByName } };
}

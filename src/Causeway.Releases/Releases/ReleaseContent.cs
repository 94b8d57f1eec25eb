using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Causeway.Releases.Parameters;
using Causeway.Releases.Pins;

namespace Causeway.Releases.Releases;

/// <summary>
/// What a release is: everything that decides how it behaves, and nothing else. Its canonical JSON is what the id is a digest of.
/// </summary>
/// <remarks>What is hashed and what is not: docs/decisions/0007-content-addressed-releases.md.</remarks>
public sealed class ReleaseContent
{
    /// <summary>
    /// Newest version of the hashed document. It grows when a member joins, and a release is of the oldest version that has all of its members: an old id
    /// keeps its meaning, and a Causeway that does not know a member refuses the release instead of serving it without.
    /// </summary>
    public const int Schema = 2;

    private const int SchemaWithoutContract = 1;

    /// <summary>
    /// Version of the translators between protocols. It grows when one of them translates otherwise: the same pins and parameters then reach
    /// the provider as another request, which is another release.
    /// </summary>
    public const int CurrentAdapterAbi = 1;

    /// <summary>The most pins of a release.</summary>
    public const int MaxPins = 16;

    /// <summary>Bytes of the longest prompt, as UTF-8.</summary>
    public const int MaxPromptBytes = 256 * 1024;

    /// <summary>In order of preference.</summary>
    public required ImmutableArray<Pin> Pins { get; init; }

    /// <summary>Goes before the caller's own instructions; null: none.</summary>
    public string? Prompt { get; init; }

    /// <summary>Set whatever the caller sent.</summary>
    public ReleaseParameters Parameters { get; init; } = ReleaseParameters.None;

    /// <summary>What every answer follows, whatever the caller sent; null: what the caller asks for.</summary>
    public ReleaseContract? Contract { get; init; }

    /// <summary>One of its pins may be an alias.</summary>
    public bool AllowFloat { get; init; }

    /// <summary>The version of the translators that it was made for.</summary>
    public int AdapterAbi { get; init; } = CurrentAdapterAbi;

    /// <summary>What makes this no release, by field; empty when it is sound.</summary>
    public IEnumerable<(string Field, string Message)> Problems()
    {
        if (Pins.Length is 0 or > MaxPins)
        {
            yield return ("pins", $"must be 1 to {MaxPins} pins, are {Pins.Length}");
        }

        foreach (Pin pin in Pins.GroupBy(pin => pin.ToString(), StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.First()))
        {
            yield return ("pins", $"name {pin} more than once");
        }

        if (Prompt is { } prompt && PromptProblem(prompt) is { } problem)
        {
            yield return ("prompt", problem);
        }
    }

    /// <summary>Its RFC 8785 text, of which <see cref="ReleaseId"/> is the digest.</summary>
    public byte[] ToCanonicalJson()
    {
        var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            Write(json);
        }

        using var document = JsonDocument.Parse(text.ToArray());
        return CanonicalJson.Of(document.RootElement);
    }

    /// <summary>Reads back what <see cref="ToCanonicalJson"/> wrote.</summary>
    /// <param name="canonicalJson">The text.</param>
    /// <param name="classes">What was known of each pin, in their order: it is kept beside the text.</param>
    /// <exception cref="FormatException">It is of a schema that this version does not know, or no release.</exception>
    public static ReleaseContent Parse(ReadOnlyMemory<byte> canonicalJson, IReadOnlyList<PinClass> classes)
    {
        using var document = JsonDocument.Parse(canonicalJson);
        JsonElement release = document.RootElement;
        if (release.GetProperty("schema").GetInt32() is var schema && schema is < SchemaWithoutContract or > Schema)
        {
            throw new FormatException($"The release has schema {schema}, this version knows {SchemaWithoutContract} to {Schema}.");
        }

        return new ReleaseContent
        {
            Pins =
            [
                .. release.GetProperty("pins").EnumerateArray().Select((pin, i) => new Pin(
                    pin.GetProperty("provider").GetString()!, pin.GetProperty("model").GetString()!, i < classes.Count ? classes[i] : PinClass.Unknown)),
            ],
            Prompt = release.TryGetProperty("prompt", out JsonElement prompt) ? prompt.GetString() : null,
            Parameters = ReadParameters(release.GetProperty("parameters")),
            Contract = release.TryGetProperty("contract", out JsonElement contract) ? ReleaseContract.Read(contract) : null,
            AllowFloat = release.GetProperty("allow_float").GetBoolean(),
            AdapterAbi = release.GetProperty("adapter_abi").GetInt32(),
        };
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("schema", Contract is null ? SchemaWithoutContract : Schema);
        json.WriteNumber("adapter_abi", AdapterAbi);
        json.WriteBoolean("allow_float", AllowFloat);
        json.WriteStartArray("pins");
        foreach (Pin pin in Pins)
        {
            json.WriteStartObject();
            json.WriteString("provider", pin.Provider);
            json.WriteString("model", pin.Model);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Prompt is not null)
        {
            json.WriteString("prompt", Prompt);
        }

        Contract?.WriteTo(json);
        json.WriteStartObject("parameters");
        foreach ((string name, ParameterValue value) in Parameters.Values)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ReleaseParameters ReadParameters(JsonElement parameters)
    {
        ImmutableSortedDictionary<string, ParameterValue>.Builder values = ReleaseParameters.None.Values.ToBuilder();
        foreach (JsonProperty parameter in parameters.EnumerateObject())
        {
            values[parameter.Name] = ReleaseParameters.Rules.GetValueOrDefault(parameter.Name)?.Read(parameter.Value)
                ?? throw new FormatException($"The release sets {parameter.Name} to what this version does not know.");
        }

        return new ReleaseParameters(values.ToImmutable());
    }

    private static string? PromptProblem(string prompt) =>
        prompt.Length == 0 ? "is empty; leave it out"
        : !Unicode.IsWellFormed(prompt) ? "is not Unicode: it holds half of a surrogate pair"
        : Encoding.UTF8.GetByteCount(prompt) > MaxPromptBytes ? $"is longer than {MaxPromptBytes / 1024} KiB"
        : null;
}

using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Admin.Releases;

/// <summary>A release as it is shown.</summary>
internal sealed record ReleaseView(
    [property: Description("rel_ and the SHA-256 of its content.")] string Id,
    [property: Description("In order of preference.")] IReadOnlyList<PinView> Pins,
    [property: Description("Goes before the caller's own instructions; null: none.")] string? Prompt,
    [property: Description("Set whatever the caller sent, by name.")] IReadOnlyDictionary<string, JsonElement> Parameters,
    [property: Description("The contract that every answer follows: NAME@VERSION; null: none.")] string? Contract,
    [property: Description("The id of that version; null: there is no contract.")] string? ContractId,
    [property: Description("One of its pins may be an alias.")] bool AllowFloat,
    [property: Description("The version of the translators between protocols that it was made for.")] int AdapterAbi,
    [property: Description("A note for people; not part of the id.")] string? Label,
    [property: Description("When it was first made.")] DateTimeOffset CreatedAt)
{
    public static ReleaseView Of(Release release) => new(
        release.Id.ToString(),
        [.. release.Pins.Select(PinView.Of)],
        release.Prompt,
        ParametersOf(release),
        release.Contract?.FullName,
        release.Contract?.Id,
        release.Content.AllowFloat,
        release.Content.AdapterAbi,
        release.Label,
        release.CreatedAt);

    /// <summary>The parameters as JSON, by name.</summary>
    public static IReadOnlyDictionary<string, JsonElement> ParametersOf(Release release) =>
        release.Parameters.Values.ToDictionary(parameter => parameter.Key, parameter => JsonElement.Parse(parameter.Value.ToString()), StringComparer.Ordinal);
}

/// <summary>One model at one provider.</summary>
internal sealed record PinView(
    [property: Description("provider/model.")] string Pin,
    string Provider,
    [property: Description("The id as it is sent to the provider.")] string Model,
    [property: JsonConverter(typeof(SnakeCaseEnum<PinClass>)), Description("How firmly the id names one set of weights, as it was known when the release was made.")] PinClass Class,
    [property: Description("What to know of a pin of this class; absent when there is nothing."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Warning = null)
{
    public static PinView Of(Pin pin) => new(
        pin.ToString(), pin.Provider, pin.Model, pin.Class, PinResolver.WarningOf(pin.Class) is { } warning ? $"{pin} {warning}" : null);
}

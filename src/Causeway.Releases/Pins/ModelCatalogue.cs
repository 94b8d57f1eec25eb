using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Causeway.Releases.Pins;

/// <summary>The models of every platform, as shipped with the product (docs/catalogue.md describes the file).</summary>
public sealed class ModelCatalogue
{
    private readonly FrozenDictionary<string, FrozenDictionary<string, CatalogueModel>> _platforms;

    private ModelCatalogue(IEnumerable<CatalogueModel> models) => _platforms = models
        .GroupBy(model => model.Platform, StringComparer.Ordinal)
        .ToFrozenDictionary(
            platform => platform.Key,
            platform => platform.DistinctBy(model => model.Id, StringComparer.Ordinal).ToFrozenDictionary(model => model.Id, StringComparer.Ordinal),
            StringComparer.Ordinal);

    /// <summary>The platforms that the catalogue knows.</summary>
    public IEnumerable<string> Platforms => _platforms.Keys;

    /// <summary>A platform's model, or null.</summary>
    public CatalogueModel? Find(string platform, string model) =>
        _platforms.TryGetValue(platform, out FrozenDictionary<string, CatalogueModel>? models) ? models.GetValueOrDefault(model) : null;

    /// <summary>Every model of a platform; none for a platform that is not known.</summary>
    public IReadOnlyCollection<CatalogueModel> On(string platform) =>
        _platforms.TryGetValue(platform, out FrozenDictionary<string, CatalogueModel>? models) ? models.Values : [];

    /// <summary>Reads the catalogue file.</summary>
    /// <exception cref="JsonException">The file is not the catalogue's JSON.</exception>
    /// <exception cref="FormatException">A date of the file cannot be read.</exception>
    public static ModelCatalogue Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        JsonElement models = document.RootElement.GetProperty("models");
        return new ModelCatalogue([.. models.EnumerateArray().Select(Read), .. models.EnumerateArray().SelectMany(OtherNames)]);
    }

    private static CatalogueModel Read(JsonElement entry) => new()
    {
        Id = entry.GetProperty("id").GetString()!,
        Platform = entry.GetProperty("platform").GetString()!,
        Vendor = entry.GetProperty("vendor").GetString()!,
        IsAlias = entry.GetProperty("is_alias").GetBoolean(),
        ResolvesTo = entry.GetProperty("resolves_to").GetString(),
        Status = Enum.Parse<ModelStatus>(entry.GetProperty("status").GetString()!, ignoreCase: true),
        Released = ReadDay(entry, "released"),
        Retires = ReadDay(entry, "retirement_date"),
        RetiresNotBefore = ReadDay(entry, "retires_not_before"),
        ContextWindow = ReadCount(entry, "context_window"),
        MaxOutputTokens = ReadCount(entry, "max_output_tokens"),
    };

    // The aliases that an entry lists, and the snapshot behind an alias. An entry of its own under the same name stands.
    private static IEnumerable<CatalogueModel> OtherNames(JsonElement entry)
    {
        CatalogueModel model = Read(entry);
        foreach (JsonElement alias in entry.GetProperty("aliases").EnumerateArray())
        {
            yield return model with { Id = alias.GetString()!, IsAlias = true, ResolvesTo = model.Id };
        }

        if (model is { IsAlias: true, ResolvesTo: { } snapshot })
        {
            yield return model with { Id = snapshot, IsAlias = false, ResolvesTo = null };
        }
    }

    private static DateOnly? ReadDay(JsonElement entry, string name) =>
        entry.GetProperty(name).GetString() is { } day ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    private static long? ReadCount(JsonElement entry, string name) =>
        entry.GetProperty(name) is { ValueKind: JsonValueKind.Number } count ? count.GetInt64() : null;
}

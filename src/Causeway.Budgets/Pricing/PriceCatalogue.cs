using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Causeway.Budgets.Pricing;

/// <summary>The prices of every platform's models, as shipped with the product (docs/catalogue.md describes the file).</summary>
public sealed class PriceCatalogue
{
    private readonly FrozenDictionary<(string Platform, string Model), ModelPrice> _prices;
    private readonly FrozenDictionary<string, ToolFees> _fees;

    private PriceCatalogue(Dictionary<(string Platform, string Model), ModelPrice> prices, IEnumerable<(string Platform, ToolFee Fee)> fees)
    {
        _prices = prices.ToFrozenDictionary();
        _fees = fees.GroupBy(entry => entry.Platform, entry => entry.Fee, StringComparer.Ordinal)
            .ToFrozenDictionary(platform => platform.Key, platform => new ToolFees([.. platform]), StringComparer.Ordinal);
    }

    /// <summary>The price of a model on a platform, or null when the catalogue does not know the pair.</summary>
    public ModelPrice? Find(string platform, string model) => _prices.GetValueOrDefault((platform, model));

    /// <summary>What a platform asks for uses of its own tools.</summary>
    public ToolFees FeesOf(string platform) => _fees.GetValueOrDefault(platform, ToolFees.None);

    /// <summary>Reads the catalogue file. An alias is priced by what it resolves to when it has no price of its own.</summary>
    /// <exception cref="JsonException">The file is not the catalogue's JSON.</exception>
    /// <exception cref="FormatException">A date, a time or a price of the file cannot be read.</exception>
    public static PriceCatalogue Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var prices = new Dictionary<(string, string), ModelPrice>();
        foreach (JsonElement model in document.RootElement.GetProperty("models").EnumerateArray())
        {
            string platform = model.GetProperty("platform").GetString()!;
            ModelPrice price = ReadPrice(model, platform);
            prices[(platform, model.GetProperty("id").GetString()!)] = price;
            foreach (JsonElement alias in model.GetProperty("aliases").EnumerateArray())
            {
                prices.TryAdd((platform, alias.GetString()!), price);
            }
        }

        foreach (JsonElement model in document.RootElement.GetProperty("models").EnumerateArray())
        {
            string platform = model.GetProperty("platform").GetString()!;
            AddSnapshot(prices, platform, model);
        }

        return new PriceCatalogue(prices, document.RootElement.TryGetProperty("tool_fees", out JsonElement fees) ? fees.EnumerateArray().Select(ReadFee) : []);
    }

    private static (string Platform, ToolFee Fee) ReadFee(JsonElement fee) => (
        fee.GetProperty("platform").GetString()!,
        new ToolFee
        {
            Tool = fee.GetProperty("tool").GetString()!,
            NanoUsd = (long)decimal.Ceiling(fee.GetProperty("usd_per_1000").GetDecimal() * Rates.NanoPerUsd / ToolFee.Uses),
            IsPerRequest = fee.GetProperty("per").GetString() switch { "use" => false, "request" => true, var other => throw new FormatException($"\"{other}\" is nothing that a fee is for.") },
            IsAlways = fee.TryGetProperty("always", out JsonElement always) && always.GetBoolean(),
            Models = [.. fee.GetProperty("models").EnumerateArray().Select(model => model.GetString()!)],
            From = ReadDay(fee, "effective_from"),
            Until = ReadDay(fee, "effective_until"),
        });

    // A provider answers with the snapshot's id even where the file lists only the alias: both are one price. Where it lists
    // both, it keeps dated windows with the snapshot, and they hold for calls by the alias too.
    private static void AddSnapshot(Dictionary<(string, string), ModelPrice> prices, string platform, JsonElement model)
    {
        if (model.GetProperty("resolves_to").GetString() is not { } snapshot)
        {
            return;
        }

        string alias = model.GetProperty("id").GetString()!;
        ModelPrice own = prices[(platform, alias)];
        bool listed = prices.TryGetValue((platform, snapshot), out ModelPrice? price);
        if (own.List is null && listed)
        {
            prices[(platform, alias)] = price!;
        }
        else if (own is { List: not null, Windows.Count: 0 } && listed)
        {
            prices[(platform, alias)] = own with { Windows = price!.Windows };
        }
        else if (own.List is not null)
        {
            prices.TryAdd((platform, snapshot), own);
        }
    }

    private static ModelPrice ReadPrice(JsonElement model, string platform)
    {
        Rates? list = ReadRates(model.GetProperty("price"), null);
        return new ModelPrice
        {
            List = list,
            LongContextTiers =
            [
                .. model.GetProperty("long_context_tiers").EnumerateArray()
                    .Select(tier => new LongContextTier(
                        // xAI bills a prompt of exactly the bound at the upper tier; all others only above it.
                        tier.GetProperty("above_input_tokens").GetInt64() - (platform == "xai" ? 1 : 0),
                        ReadRates(tier, null)!))
                    .OrderBy(tier => tier.AboveInputTokens),
            ],
            Windows =
            [
                .. model.GetProperty("price_windows").EnumerateArray()
                    .Select(window => new PriceWindow(ReadDay(window, "effective_from"), ReadDay(window, "effective_until"), ReadRates(window, list)!)),
            ],
            Peak = model.GetProperty("time_of_day") is { ValueKind: JsonValueKind.Object } hours ? ReadPeak(hours) : null,
            ServiceTierPpm = model.GetProperty("service_tier_multipliers").EnumerateObject()
                .ToDictionary(tier => tier.Name, tier => Ppm(tier.Value), StringComparer.Ordinal),
            RegionalPpm = model.GetProperty("regional_multiplier") is { ValueKind: JsonValueKind.Number } regional ? Ppm(regional) : null,
            BatchPpm = model.GetProperty("batch_multiplier") is { ValueKind: JsonValueKind.Number } batch ? Ppm(batch) : null,
        };
    }

    // A window or tier that leaves a rate out keeps the list price's.
    private static Rates? ReadRates(JsonElement from, Rates? otherwise)
    {
        long? input = ReadRate(from, "input") ?? otherwise?.Input;
        long? output = ReadRate(from, "output") ?? otherwise?.Output;
        return input is null || output is null
            ? null
            : new Rates
            {
                Input = input.Value,
                Output = output.Value,
                CacheRead = ReadRate(from, "cached_input") ?? otherwise?.CacheRead,
                CacheWrite5m = ReadRate(from, "cache_write_5m") ?? otherwise?.CacheWrite5m,
                CacheWrite30m = ReadRate(from, "cache_write_30m") ?? otherwise?.CacheWrite30m,
                CacheWrite1h = ReadRate(from, "cache_write_1h") ?? otherwise?.CacheWrite1h,
                CacheWrite12h = ReadRate(from, "cache_write_12h") ?? otherwise?.CacheWrite12h,
                Reasoning = ReadRate(from, "reasoning") ?? otherwise?.Reasoning,
            };
    }

    private static long? ReadRate(JsonElement from, string name) =>
        from.TryGetProperty(name, out JsonElement usd) && usd.ValueKind == JsonValueKind.Number
            ? (long)decimal.Round(usd.GetDecimal() * Rates.NanoPerUsd)
            : null;

    private static DateOnly? ReadDay(JsonElement from, string name) =>
        from.GetProperty(name).GetString() is { } day ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    private static PeakHours ReadPeak(JsonElement hours) => new(
        [
            .. hours.GetProperty("peak_windows").EnumerateArray().Select(window =>
            {
                string[] ends = window.GetString()!.Split('-');
                return (TimeOnly.Parse(ends[0], CultureInfo.InvariantCulture), TimeOnly.Parse(ends[1], CultureInfo.InvariantCulture));
            }),
        ],
        Ppm(hours.GetProperty("peak_multiplier")));

    private static long Ppm(JsonElement factor) => (long)decimal.Round(factor.GetDecimal() * ModelPrice.Once);
}

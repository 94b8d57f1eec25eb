namespace Causeway.Releases.Pins;

/// <summary>Turns what a person writes as a pin into what a release keeps: an alias becomes the snapshot behind it, or is refused.</summary>
/// <param name="platforms">The providers of this deployment, each with the catalogue platform whose models it serves; null: none.</param>
/// <param name="catalogue">What is known of models.</param>
public sealed class PinResolver(IReadOnlyDictionary<string, string?> platforms, ModelCatalogue catalogue)
{
    private const int MaxModelLength = 256;

    /// <summary>The providers of this deployment.</summary>
    public IEnumerable<string> Providers => platforms.Keys;

    /// <summary>Resolves <c>provider/model</c>.</summary>
    /// <param name="text">As it was written. A model's id may have slashes of its own.</param>
    /// <param name="allowAlias">Keep an alias as it is, floating, instead of resolving or refusing it.</param>
    public PinResolution Resolve(string text, bool allowAlias)
    {
        if (Split(text) is not { } pin)
        {
            return PinResolution.No(PinFault.Malformed, $"is not provider/model, with 1 to {MaxModelLength} visible characters for the model");
        }

        if (!platforms.TryGetValue(pin.Provider, out string? platform))
        {
            return PinResolution.No(PinFault.ProviderUnknown, "names no provider of this deployment");
        }

        return platform is not null && catalogue.Find(platform, pin.Model) is { } known
            ? Resolve(pin.Provider, known, allowAlias)
            : PinResolution.Yes(pin);
    }

    /// <summary>The pin as it is written, of which nothing is known; null: it is not <c>provider/model</c>.</summary>
    public static Pin? Split(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && text.Length - slash - 1 is > 0 and <= MaxModelLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? new Pin(text[..slash], text[(slash + 1)..], PinClass.Unknown)
            : null;
    }

    /// <summary>What a reader should know of a pin of this class, or null.</summary>
    public static string? WarningOf(PinClass kind) => kind switch
    {
        PinClass.Float => "is an alias: its vendor may point it at another model at any time",
        PinClass.Undated => "has no dated id: it cannot be pinned any firmer, and its vendor may change what answers",
        PinClass.Unknown => "is not in the catalogue: whether it is fixed is not known",
        _ => null,
    };

    private static PinResolution Resolve(string provider, CatalogueModel model, bool allowAlias)
    {
        if (!model.IsAlias)
        {
            return PinResolution.Yes(new Pin(provider, model.Id, VendorNaming.ClassOf(model)));
        }

        if (allowAlias)
        {
            return PinResolution.Yes(new Pin(provider, model.Id, PinClass.Float));
        }

        if (model.ResolvesTo is not { } target)
        {
            return PinResolution.No(
                PinFault.AliasUnresolved, "is an alias, and which snapshot answers it is not known; name a snapshot, or allow the alias to float with --allow-alias (allow_alias)");
        }

        if (!VendorNaming.CanBeAskedFor(model))
        {
            return PinResolution.No(
                PinFault.AliasUnresolved, $"is an alias of {target}, which cannot be asked for by name; allow the alias to float with --allow-alias (allow_alias)");
        }

        return PinResolution.Yes(new Pin(provider, target, VendorNaming.ClassOf(model with { Id = target })));
    }
}

/// <summary>What became of a pin as it was written.</summary>
/// <param name="Pin">What a release keeps; null: it is refused.</param>
/// <param name="Fault">Why it is refused.</param>
/// <param name="Problem">The rest of a sentence that starts with the pin; null when it is not refused.</param>
public sealed record PinResolution(Pin? Pin, PinFault Fault, string? Problem)
{
    internal static PinResolution Yes(Pin pin) => new(pin, PinFault.None, null);

    internal static PinResolution No(PinFault fault, string problem) => new(null, fault, problem);
}

/// <summary>Why a pin is refused.</summary>
public enum PinFault
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Not <c>provider/model</c>.</summary>
    Malformed,

    /// <summary>No such provider.</summary>
    ProviderUnknown,

    /// <summary>An alias, and no snapshot to put in its place.</summary>
    AliasUnresolved,
}

using Causeway.Budgets.Pricing;
using Causeway.Releases.Pins;

namespace Causeway.Composition;

/// <summary>The catalogue that ships with the binary, read by each room for what it needs of it.</summary>
internal static class Catalogues
{
    public static (ModelCatalogue Models, PriceCatalogue Prices) Read()
    {
        using Stream file = typeof(Catalogues).Assembly.GetManifestResourceStream("models.json")!;
        byte[] json = new byte[file.Length];
        file.ReadExactly(json);
        return (ModelCatalogue.Parse(json), PriceCatalogue.Parse(json));
    }
}

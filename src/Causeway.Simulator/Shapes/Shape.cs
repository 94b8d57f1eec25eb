using System.Text.Json;

namespace Causeway.Simulator.Shapes;

/// <summary>A schema that a request sends along, and what holds the model to it.</summary>
/// <param name="Held">The dialect whose decoder enforces it; null where the model only reads it.</param>
internal sealed record Shape(JsonElement Schema, Dialect? Held)
{
    /// <summary>How the vendor's model writes where nothing holds it.</summary>
    public Hand Hand { get; init; } = Hand.Plain;

    /// <summary>What the model answers.</summary>
    /// <param name="wish">What it wants to answer, null if nothing in particular. Held, it becomes the nearest text that the decoder lets through.</param>
    public string Answer(string? wish) =>
        wish is not null && Held is null ? wish
        : wish is not null && Wanted.Of(wish) is { Given: true } wanted ? Decoder.Write(EnforcedSchema.Of(Schema, Held!), wanted, Held!.Hand)
        : Decoder.Write(Schema, Wanted.Nothing, Held?.Hand ?? Hand);
}

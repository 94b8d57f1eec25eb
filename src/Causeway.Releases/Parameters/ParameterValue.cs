using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Causeway.Releases.Releases;

namespace Causeway.Releases.Parameters;

/// <summary>What a release sets a parameter to.</summary>
public abstract record ParameterValue
{
    private protected ParameterValue()
    {
    }

    /// <summary>Writes it as JSON.</summary>
    public abstract void WriteTo(Utf8JsonWriter json);

    /// <summary>As canonical JSON writes it.</summary>
    public sealed override string ToString()
    {
        var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            WriteTo(json);
        }

        using var document = JsonDocument.Parse(text.ToArray());
        return Encoding.UTF8.GetString(CanonicalJson.Of(document.RootElement));
    }
}

/// <summary>A number, whole or not; whole ones lie within ±(2^53 − 1).</summary>
public sealed record NumberValue(double Number) : ParameterValue
{
    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter json) => json.WriteNumberValue(Number);
}

/// <summary>One of a parameter's words.</summary>
public sealed record WordValue(string Word) : ParameterValue
{
    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter json) => json.WriteStringValue(Word);
}

/// <summary>A list of texts, in the order given.</summary>
public sealed record TextsValue(ImmutableArray<string> Texts) : ParameterValue
{
    /// <inheritdoc/>
    public bool Equals(TextsValue? other) => other is not null && Texts.AsSpan().SequenceEqual(other.Texts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Texts.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (string text in Texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}

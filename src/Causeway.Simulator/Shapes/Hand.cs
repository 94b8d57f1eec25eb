using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>How a vendor's model writes a document down: order, case, spaces.</summary>
internal sealed record Hand
{
    public static Hand Plain { get; } = new();

    public KeyOrder Keys { get; init; }

    /// <summary>Texts of <c>enum</c> and <c>const</c> may come in another case than the schema's: the letter after the first space.</summary>
    public bool CasesEnums { get; init; }

    /// <summary>Pretty printed.</summary>
    public bool Indents { get; init; }

    /// <summary>Ends with a space.</summary>
    public bool TrailingSpace { get; init; }

    public string Spell(JsonNode? value)
    {
        string text = Encoding.UTF8.GetString(JsonWriting.Bytes(
            w =>
            {
                if (value is null)
                {
                    w.WriteNullValue();
                }
                else
                {
                    value.WriteTo(w);
                }
            },
            Indents));
        return TrailingSpace ? text + " " : text;
    }

    public IEnumerable<string> Order(IEnumerable<string> names, HashSet<string> required) => Keys switch
    {
        KeyOrder.RequiredFirst => names.OrderBy(name => required.Contains(name) ? 0 : 1),
        KeyOrder.RequiredFirstByName => names.OrderBy(name => required.Contains(name) ? 0 : 1).ThenBy(name => name, StringComparer.Ordinal),
        _ => names,
    };

    /// <summary>Another case only where no other choice would be met by it.</summary>
    public JsonNode? Case(JsonNode? value, JsonElement[] choices)
    {
        if (!CasesEnums || value is not JsonValue scalar || scalar.GetValueKind() != JsonValueKind.String)
        {
            return value;
        }

        string text = scalar.GetValue<string>();
        int at = text.IndexOf(' ', StringComparison.Ordinal) + 1;
        bool isExact = choices.Any(choice => choice.ValueKind == JsonValueKind.String && choice.ValueEquals(text));
        bool isAmbiguous = choices.Count(choice => choice.ValueKind == JsonValueKind.String && text.Equals(choice.GetString(), StringComparison.OrdinalIgnoreCase)) > 1;
        if (at <= 0 || at >= text.Length || !isExact || isAmbiguous)
        {
            return value;
        }

        char letter = text[at];
        char other = char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter);
        return JsonValue.Create(string.Concat(text.AsSpan(0, at), other.ToString(), text.AsSpan(at + 1)));
    }
}

internal enum KeyOrder
{
    AsInSchema,

    /// <summary>Required members, then optional ones, each as in the schema.</summary>
    RequiredFirst,

    /// <summary>The same, each by name: the schema went through a map without order.</summary>
    RequiredFirstByName,
}

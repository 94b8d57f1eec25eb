using System.Globalization;
using System.Text;

namespace Causeway.Benchmarks.Contracts;

/// <summary>A contract as teams write them, and answers to it.</summary>
internal static class ContractTexts
{
    /// <summary>Orders: nested objects, enums, optional members, a union, formats, bounds.</summary>
    public static byte[] Schema { get; } = Encoding.UTF8.GetBytes("""
        {"type":"object","properties":{"orders":{"type":"array","items":{"$ref":"#/$defs/order"}}},"required":["orders"],"additionalProperties":false,
         "$defs":{"order":{"type":"object","properties":{
           "id":{"type":"integer","minimum":1},"status":{"enum":["new","paid","shipped"]},"city":{"type":"string","minLength":1,"maxLength":80},
           "placed":{"type":"string","format":"date"},"total":{"type":"number","minimum":0,"multipleOf":0.01},
           "note":{"anyOf":[{"type":"string"},{"type":"null"}]},"tags":{"type":"array","items":{"type":"string"},"maxItems":8}},
           "required":["id","status","city","placed","total","note"],"additionalProperties":false}}}
        """);

    /// <summary>A valid answer of about that many bytes.</summary>
    public static byte[] Document(int bytes)
    {
        var text = new StringBuilder("{\"orders\":[");
        for (int i = 1; text.Length < bytes - 120; i++)
        {
            text.Append(i > 1 ? "," : "").Append(CultureInfo.InvariantCulture,
                $$"""{"id":{{i}},"status":"paid","city":"Zürich","placed":"2026-11-25","total":{{i % 900}}.25,"note":null,"tags":["a","express"]}""");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    /// <summary>A schema of that many properties, of mixed kinds.</summary>
    public static byte[] Wide(int properties)
    {
        string[] kinds =
        [
            """{"type":"string","description":"What it is.","maxLength":100}""", """{"type":"integer","minimum":0}""", """{"type":["string","null"],"format":"date-time"}""",
            """{"type":"array","items":{"type":"number"}}""", """{"enum":["low","medium","high"]}""",
        ];
        IEnumerable<string> members = Enumerable.Range(0, properties).Select(i => $"\"property_{i}\":{kinds[i % kinds.Length]}");
        IEnumerable<string> required = Enumerable.Range(0, properties).Select(i => $"\"property_{i}\"");
        return Encoding.UTF8.GetBytes($$"""{"type":"object","properties":{{{string.Join(',', members)}}},"required":[{{string.Join(',', required)}}],"additionalProperties":false}""");
    }
}

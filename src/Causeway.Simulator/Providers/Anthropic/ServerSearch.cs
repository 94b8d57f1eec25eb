using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>A search of the web that the vendor ran itself: a block for its use and one for what it found.</summary>
internal sealed record ServerSearch(string Id, int Number)
{
    public string Input => $$"""{"query":"search {{Number}}"}""";

    public static IEnumerable<ServerSearch> Of(Ask ask, Answer answer) => Enumerable.Range(1, answer.Tokens.WebSearches)
        .Select(number => new ServerSearch("srvtoolu_" + Fingerprint.Id(ask.Fingerprint, "search" + number.ToString(CultureInfo.InvariantCulture)), number));

    /// <param name="withInput">False: as a stream announces it, its input follows.</param>
    public void Use(Utf8JsonWriter w, bool withInput)
    {
        w.WriteStartObject();
        w.WriteString("type", "server_tool_use");
        w.WriteString("id", Id);
        w.WriteString("name", "web_search");
        w.Member("input", i => i.WriteRawValue(withInput ? Input : "{}"));
        w.WriteEndObject();
    }

    public void Result(Utf8JsonWriter w)
    {
        w.WriteStartObject();
        w.WriteString("type", "web_search_tool_result");
        w.WriteString("tool_use_id", Id);
        w.WriteStartArray("content");
        w.WriteStartObject();
        w.WriteString("type", "web_search_result");
        w.WriteString("url", "https://example.com/");
        w.WriteString("title", "Example");
        w.WriteString("encrypted_content", Id);
        w.WriteNull("page_age");
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
    }
}

using System.Text;
using System.Text.Json;
using Causeway.Gateway.Flow;
using CsCheck;

namespace Causeway.Gateway.Tests.Flow;

/// <summary>What a body mentions is found wherever it stands, by any spelling, and only as a whole name or text.</summary>
public sealed class MentionsTests
{
    private static readonly string[] s_links = ["url", "image_url", "input_image", "base64", "inlineData", "inline_data"];
    private static readonly string[] s_wholes = ["file_id", "fileUri", "file_uri", "file_url", "input_file", "cachedContent", "cached_content", "container_auto", "container_reference"];
    private static readonly string[] s_tiers = ["service_tier", "serviceTier", "fast"];
    private static readonly string[] s_words = [.. s_links, .. s_wholes, .. s_tiers, "inference_geo", "document"];
    private static readonly string[] s_others = ["", "u", "urls", "curl", "model", "text", "a longer text that nobody looks for", "\"url\"", "\\", "\\\"", "ümlaut", "fast\n"];

    private static readonly Gen<string> s_text = Gen.OneOf(OneOf(s_words), OneOf(s_others));

    [Fact]
    public void A_body_mentions_what_stands_in_it_as_a_name_or_a_text() => Gen.Select(s_text, s_text).Array[0, 12].Sample(
        members =>
        {
            string json = "{" + string.Join(", ", members.Select(member => $"{Plain(member.Item1)}: [{Plain(member.Item2)}, 1, null]")) + "}";
            string[] texts = [.. members.SelectMany(member => (string[])[member.Item1, member.Item2])];

            Mentions seen = Mentions.Of(Encoding.UTF8.GetBytes(json));

            Assert.Equal(
                (texts.Any(s_tiers.Contains), texts.Contains("inference_geo"), texts.Any(s_wholes.Contains) || (texts.Contains("document") && texts.Contains("url"))),
                (seen.Tier, seen.Region, seen.IsElsewhere));
            Assert.Equal(s_links.Max(link => texts.Count(text => text == link)), seen.Links);
        },
        iter: 2_000);

    // Whoever escapes letters is on the strict side of it: every word counts, not the most of one.
    [Fact]
    public void An_escaped_letter_hides_nothing() => Gen.Select(OneOf(s_words), Gen.Int[0, 2]).Sample(
        drawn =>
        {
            (string word, int at) = drawn;
            string escaped = $"{{\"a\":\"{word[..at]}\\u{(int)word[at]:x4}{word[(at + 1)..]}\"}}";

            Assert.Equal(Mentions.Of(Encoding.UTF8.GetBytes($"{{\"a\":\"{word}\"}}")), Mentions.Of(Encoding.UTF8.GetBytes(escaped)));
        },
        iter: 200);

    private static Gen<string> OneOf(string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Plain(string text) => JsonSerializer.Serialize(text, s_unescaped);

    private static readonly JsonSerializerOptions s_unescaped = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

using System.Text;
using System.Text.Json;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Shadow.Detect;

namespace Causeway.Gateway.Tests.Flow;

/// <summary>What is taken out of a request is put back into its answer, and into no other.</summary>
public sealed class RedactionTests
{
    private const string Told = "Dear a@b.io, your 4111 1111 1111 1111 and c@d.io; [EMAIL_9] [x] [";
    private const string Placed = "Dear [EMAIL_1], your [CARD_1] and [EMAIL_2]; [EMAIL_9] [x] [";
    private const string Asked = "a@b.io pays with 4111 1111 1111 1111, tell c@d.io. Größe: \\u20ac";

    private static readonly OutgoingRule s_redact = new(null, null, [], [DetectedKind.Email, DetectedKind.Card], [], OutgoingRule.DefaultRaiseTo);

    private static readonly Dictionary<string, (string Path, string Body)> s_forms = new()
    {
        ["chat"] = ("/v1/chat/completions", $$"""{"model":"gpt-5.4-mini","stream":STREAM,"messages":[{"role":"user","content":"{{Asked}}"}]}"""),
        ["other provider"] = ("/v1/chat/completions", $$"""{"model":"anthropic/claude-sonnet-4-6","stream":STREAM,"messages":[{"role":"user","content":"{{Asked}}"}]}"""),
        ["responses"] = ("/v1/responses", $$"""{"model":"gpt-5.4-mini","stream":STREAM,"input":"{{Asked}}"}"""),
        ["messages"] = ("/v1/messages", $$"""{"model":"claude-sonnet-4-6","max_tokens":100,"stream":STREAM,"messages":[{"role":"user","content":"{{Asked}}"}]}"""),
        ["gemini"] = ("/v1beta/models/gemini-2.5-flash:STREAM", $$"""{"contents":[{"role":"user","parts":[{"text":"{{Asked}}"}]}]}"""),
        ["passthrough"] = ("/passthrough/openai/v1/chat/completions", $$"""{"model":"gpt-5.4-mini","stream":STREAM,"messages":[{"role":"user","content":"{{Asked}}"}]}"""),
    };

    public static TheoryData<string, int, int> Streams
    {
        get
        {
            var all = new TheoryData<string, int, int>();
            foreach (string form in s_forms.Keys)
            {
                foreach ((int eventCharacters, int chunkBytes) in ((int, int)[])[(1, 4096), (3, 11), (8, 4096), (1000, 5)])
                {
                    all.Add(form, eventCharacters, chunkBytes);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task In_a_stream_it_is_put_back_however_its_events_are_cut(string form, int eventCharacters, int chunkBytes)
    {
        await using GatewayHouse house = await OpenAsync($$"""{"text":"{{Placed}}","event_chars":{{eventCharacters}},"chunk_bytes":{{chunkBytes}}}""");

        Answer answer = await AskAsync(house, form, stream: true);

        Assert.Equal(200, answer.Status);
        Assert.Equal(Told, TextOf(answer.Text));
        await AssertRedactedAsync(house, answer);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("other provider")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    [InlineData("passthrough")]
    public async Task In_a_whole_answer_it_is_put_back(string form)
    {
        await using GatewayHouse house = await OpenAsync($$"""{"text":"{{Placed}}","chunk_bytes":7}""");

        Answer answer = await AskAsync(house, form, stream: false);

        Assert.Equal(200, answer.Status);
        Assert.Contains(Told, answer.Text, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(answer.Body);
        await AssertRedactedAsync(house, answer);
    }

    [Fact]
    public async Task A_request_without_any_passes_byte_for_byte_and_so_does_its_answer()
    {
        await using GatewayHouse house = await OpenAsync("""{"text":"[EMAIL_1] is no placeholder here"}""");
        const string Body = """{ "model":"gpt-5.4-mini", "messages":[{"role":"user","content":"H\u0065llo"}] }""";

        Answer answer = await house.AskAsync(Saying.ChatPath, Body);

        Assert.Equal(Body, Assert.Single(await house.Simulator.RequestsAsync()).Text);
        Assert.Contains("[EMAIL_1] is no placeholder here", answer.Text, StringComparison.Ordinal);
        Assert.Null(answer.Header("x-causeway-redacted"));
    }

    [Fact]
    public async Task Texts_within_tool_calls_are_put_back_too()
    {
        await using GatewayHouse house = await OpenAsync("""{"tool_calls":[{"name":"send","arguments":"{\"to\":\"[EMAIL_1]\"}"}],"event_chars":2}""");

        Answer answer = await AskAsync(house, "chat", stream: true);

        StringBuilder arguments = new();
        foreach (JsonElement root in Events(answer.Text))
        {
            foreach (JsonElement choice in root.GetProperty("choices").EnumerateArray())
            {
                if (choice.GetProperty("delta").TryGetProperty("tool_calls", out JsonElement calls))
                {
                    arguments.Append(calls[0].GetProperty("function").TryGetProperty("arguments", out JsonElement part) ? part.GetString() : "");
                }
            }
        }

        Assert.Equal("""{"to":"a@b.io"}""", arguments.ToString());
    }

    [Fact]
    public async Task An_error_is_told_and_an_array_of_Gemini_is_refused()
    {
        await using GatewayHouse house = await OpenAsync("""{"status":400}""");

        Assert.Equal(400, (await AskAsync(house, "chat", stream: true)).Status);

        Answer array = await house.AskAsync("/v1beta/models/gemini-2.5-flash:streamGenerateContent", s_forms["gemini"].Body);
        Assert.Equal((403, "content_denied"), (array.Status, array.Error));
        Assert.Contains("alt=sse", array.Text, StringComparison.Ordinal);
    }

    private static async Task<GatewayHouse> OpenAsync(string then)
    {
        GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Gateway.GuardOutgoing([s_redact]);
        await house.Simulator.ScriptAsync(then);
        return house;
    }

    private static Task<Answer> AskAsync(GatewayHouse house, string form, bool stream)
    {
        (string path, string body) = s_forms[form];
        return house.AskAsync(
            path.Replace("STREAM", stream ? "streamGenerateContent?alt=sse" : "generateContent", StringComparison.Ordinal), body.Replace("STREAM", stream ? "true" : "false", StringComparison.Ordinal));
    }

    private static async Task AssertRedactedAsync(GatewayHouse house, Answer answer)
    {
        string sent = Assert.Single(await house.Simulator.RequestsAsync()).Text;
        Assert.Contains("[EMAIL_1] pays with [CARD_1], tell [EMAIL_2].", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("a@b.io", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("[EMAIL_1]", answer.Text, StringComparison.Ordinal);
        Assert.Equal("email=2, card=1", answer.Header("x-causeway-redacted"));
    }

    private static IEnumerable<JsonElement> Events(string stream) => stream.Split('\n')
        .Where(line => line.StartsWith("data:", StringComparison.Ordinal) && !line.Contains("[DONE]", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line[5..]));

    private static string TextOf(string stream)
    {
        StringBuilder text = new();
        foreach (JsonElement root in Events(stream))
        {
            if (root.TryGetProperty("choices", out JsonElement choices) && choices.GetArrayLength() > 0)
            {
                text.Append(choices[0].GetProperty("delta").TryGetProperty("content", out JsonElement content) ? content.GetString() : "");
            }
            else if (root.TryGetProperty("candidates", out JsonElement candidates))
            {
                text.Append(candidates[0].TryGetProperty("content", out JsonElement turn) && turn.TryGetProperty("parts", out JsonElement parts) ? string.Concat(parts.EnumerateArray().Select(part => part.TryGetProperty("text", out JsonElement said) ? said.GetString() : "")) : "");
            }
            else if (root.TryGetProperty("type", out JsonElement type))
            {
                text.Append(type.GetString() switch
                {
                    "content_block_delta" => root.GetProperty("delta").GetProperty("text").GetString(),
                    "response.output_text.delta" => root.GetProperty("delta").GetString(),
                    _ => "",
                });
            }
        }

        return text.ToString();
    }
}

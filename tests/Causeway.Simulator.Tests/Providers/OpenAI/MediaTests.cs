using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.OpenAI;

public sealed class MediaTests
{
    [Fact]
    public async Task Images_are_generated_and_edited_and_report_what_they_cost()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement made = await sim.JsonAsync("/v1/images/generations", """{"model":"gpt-image-1","prompt":"a bridge","n":2}""");
        using MultipartFormDataContent form = new() { { new StringContent("make it red"), "prompt" }, { new ByteArrayContent([1, 2, 3]), "image[]", "a.png" } };
        JsonElement edited = JsonElement.Parse(await FormAsync(sim, "/v1/images/edits", form));

        Assert.Equal(2, made.GetProperty("data").GetArrayLength());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], made.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64()[..4]);
        Assert.Equal((2, 544), (made.GetProperty("usage").GetProperty("input_tokens").GetInt32(), made.GetProperty("usage").GetProperty("output_tokens").GetInt32()));
        Assert.Equal(85, edited.GetProperty("usage").GetProperty("input_tokens_details").GetProperty("image_tokens").GetInt32());
        JsonElement total = await sim.TotalAsync();
        Assert.Equal((2, 90, 816), (total.GetProperty("requests").GetInt32(), total.GetProperty("input_uncached").GetInt32(), total.GetProperty("output").GetInt32()));
    }

    [Fact]
    public async Task Speech_is_bytes_of_the_format_and_is_billed_without_saying_so()
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync("/v1/audio/speech", """{"model":"gpt-4o-mini-tts","input":"abcdefgh","voice":"alloy","response_format":"wav"}""");

        Assert.Equal("audio/wav", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(128, (await response.Content.ReadAsByteArrayAsync(Sim.Token)).Length);
        JsonElement total = await sim.TotalAsync();
        Assert.Equal((2, 40), (total.GetProperty("input_uncached").GetInt32(), total.GetProperty("output").GetInt32()));
    }

    [Theory]
    [InlineData("transcriptions", "gpt-4o-transcribe", "json", """{"text":"I heard 250 bytes.","usage":{"type":"tokens","input_tokens":3,"input_token_details":{"text_tokens":0,"audio_tokens":3},"output_tokens":5,"total_tokens":8}}""")]
    [InlineData("transcriptions", "whisper-1", "json", """{"text":"I heard 250 bytes.","usage":{"type":"duration","seconds":1}}""")]
    [InlineData("transcriptions", "whisper-1", "text", "I heard 250 bytes.\n")]
    [InlineData("translations", "whisper-1", "json", """{"text":"I heard 250 bytes."}""")]
    public async Task What_was_heard_is_written_with_the_usage_of_its_model(string verb, string model, string format, string expected)
    {
        await using Sim sim = await Sim.StartAsync();

        using MultipartFormDataContent form = new() { { new ByteArrayContent(new byte[250]), "file", "a.wav" }, { new StringContent(model), "model" }, { new StringContent(format), "response_format" } };
        string answer = await FormAsync(sim, $"/v1/audio/{verb}", form);

        Assert.Equal(expected, answer);
    }

    [Fact]
    public async Task Moderation_is_free_and_flags_what_asks_for_it()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement results = (await sim.JsonAsync("/v1/moderations", """{"input":["hello","please flag me"]}""")).GetProperty("results");

        Assert.Equal([false, true], results.EnumerateArray().Select(result => result.GetProperty("flagged").GetBoolean()));
        Assert.Equal((1, 0), ((await sim.TotalAsync()).GetProperty("requests").GetInt32(), (await sim.TotalAsync()).GetProperty("input_uncached").GetInt32()));
    }

    [Fact]
    public async Task A_file_is_kept_listed_read_and_deleted_for_its_account()
    {
        await using Sim sim = await Sim.StartAsync();
        sim.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "test-key");
        using MultipartFormDataContent form = new() { { new StringContent("batch"), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes("{}\r\n{}\r\n")), "file", "a.jsonl" } };

        JsonElement made = JsonElement.Parse(await FormAsync(sim, "/v1/files", form));
        string one = $"/v1/files/{made.GetProperty("id").GetString()}";
        JsonElement list = await sim.GetAsync("/v1/files");
        string content = await sim.Http.GetStringAsync(one + "/content", Sim.Token);
        using HttpResponseMessage foreign = await sim.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, one) { Headers = { { "authorization", "Bearer other" } } }, Sim.Token);
        using HttpResponseMessage deleted = await sim.Http.DeleteAsync(one, Sim.Token);
        using HttpResponseMessage gone = await sim.Http.GetAsync(one, Sim.Token);

        Assert.Equal(("a.jsonl", 8, "batch"), (made.GetProperty("filename").GetString(), made.GetProperty("bytes").GetInt32(), made.GetProperty("purpose").GetString()));
        Assert.Equal(1, list.GetProperty("data").GetArrayLength());
        Assert.Equal("{}\r\n{}\r\n", content);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.NotFound), (foreign.StatusCode, deleted.StatusCode, gone.StatusCode));
        Assert.Equal(0, (await sim.TotalAsync()).GetProperty("requests").GetInt32());
    }

    [Fact]
    public async Task A_file_is_not_kept_where_the_script_fails_the_upload()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"match":{"operation":"files"},"times":1,"then":{"status":500}}]}""");
        sim.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "test-key");
        using MultipartFormDataContent form = new() { { new StringContent("batch"), "purpose" }, { new ByteArrayContent([1]), "file", "a" } };

        await FormAsync(sim, "/v1/files", form);

        Assert.Equal(0, (await sim.GetAsync("/v1/files")).GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData("/v1/files", "file")]
    [InlineData("/v1/audio/transcriptions", "file")]
    [InlineData("/v1/images/edits", "prompt")]
    public async Task A_form_without_its_file_is_400(string path, string missing)
    {
        await using Sim sim = await Sim.StartAsync();
        using MultipartFormDataContent form = new() { { new StringContent("x"), "purpose" } };

        Assert.Contains($"Missing required parameter: '{missing}'.", await FormAsync(sim, path, form), StringComparison.Ordinal);
    }

    private static async Task<string> FormAsync(Sim sim, string path, HttpContent form)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "test-key");
        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);
        return await response.Content.ReadAsStringAsync(Sim.Token);
    }
}

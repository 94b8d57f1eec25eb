using System.Text;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Faults;

public sealed class CutTests
{
    [Theory]
    [InlineData("rst")]
    [InlineData("fin")]
    public async Task A_cut_at_any_byte_lets_exactly_so_many_through_and_ends_as_told(string how)
    {
        await using Sim sim = await Sim.StartAsync();
        byte[] whole = Encoding.UTF8.GetBytes(await sim.TextAsync(Sim.Chat, Sim.HelloStream));

        for (int at = 0; at <= whole.Length; at += 97)
        {
            await sim.ScriptAsync(Cut(how, $"\"at_byte\":{at}"));
            RawReply reply = await RawClient.SendAsync(sim.Address, Sim.Chat, Sim.HelloStream);

            Assert.Equal(how == "rst", reply.WasReset);
            (byte[] body, bool terminated) = reply.Dechunk();
            Assert.False(terminated);
            Assert.Equal(whole[..at], body);
        }
    }

    [Fact]
    public async Task A_cut_at_an_event_may_take_half_of_the_next()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"cut":{"how":"end","at_event":2,"plus_bytes":10}}}]}""");

        string stream = await sim.TextAsync(Sim.Chat, Sim.HelloStream);

        string[] blocks = stream.Split("\n\n");
        Assert.Equal(3, blocks.Length);
        Assert.Equal("data: {\"id", blocks[2]);
        Assert.Equal(1, (await sim.TotalAsync()).GetProperty("streams_cut").GetInt32());
    }

    [Theory]
    [InlineData("rst", true)]
    [InlineData("fin", false)]
    public async Task A_cut_before_the_head_answers_not_one_byte_and_costs_nothing(string how, bool reset)
    {
        await using Sim sim = await Sim.StartAsync(Cut(how, "\"before_head\":true"));

        RawReply reply = await RawClient.SendAsync(sim.Address, Sim.Chat, Sim.Hello);

        Assert.Empty(reply.Bytes);
        Assert.Equal(reset, reply.WasReset);
        Assert.Equal(0, (await sim.TotalAsync()).GetProperty("input_uncached").GetInt64());
        Assert.Equal(1, (await sim.TotalAsync()).GetProperty("rejected").GetInt64());
    }

    [Fact]
    public async Task A_stalled_stream_stays_open_until_its_limit_and_is_then_reset()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"cut":{"how":"stall","at_event":3},"limit_ms":200}}]}""");

        RawReply reply = await RawClient.SendAsync(sim.Address, Sim.Messages, Sim.ClaudeStream);

        Assert.True(reply.WasReset);
        Assert.Equal(3, Sim.Data(Encoding.UTF8.GetString(reply.Dechunk().Body)).Count);
    }

    [Fact]
    public async Task A_wrong_length_leaves_the_client_short_or_overfed()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"content_length_delta":10}}]}""");

        RawReply reply = await RawClient.SendAsync(sim.Address, Sim.Chat, Sim.Hello);

        int told = int.Parse(reply.Head.Split("content-length: ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(told - 10, reply.Bytes.Length - reply.Head.Length - 4);
        await Assert.ThrowsAsync<HttpRequestException>(() => sim.PostAsync(Sim.Chat, Sim.Hello));
    }

    [Fact]
    public async Task Broken_chunking_and_raw_replies_leave_as_they_were_scripted()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"times":1,"then":{"broken_chunking":true}},{"then":{"raw_reply":"HTTP/1.1 204 No Content\r\n\r\nbody"}}]}""");

        RawReply chunks = await RawClient.SendAsync(sim.Address, Sim.Chat, Sim.HelloStream);
        RawReply raw = await RawClient.SendAsync(sim.Address, Sim.Chat, Sim.HelloStream);

        Assert.Contains("\r\n\r\nzz\r\n", chunks.Text, StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\nbody", raw.Text);
        Assert.False(raw.WasReset);
    }

    [Fact]
    public async Task A_dripping_head_with_many_headers_arrives_whole()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"head_gap_ms":0,"extra_headers":50}}]}""");

        RawReply reply = await RawClient.SendAsync(sim.Address, Sim.Chat, Sim.Hello);

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", reply.Text, StringComparison.Ordinal);
        Assert.Contains("x-fill-49: filler", reply.Head, StringComparison.Ordinal);
        Assert.Equal("chat.completion", JsonElement.Parse(reply.Text[(reply.Head.Length + 4)..]).GetProperty("object").GetString());
    }

    private static string Cut(string how, string place) => "{\"rules\":[{\"then\":{\"cut\":{\"how\":\"" + how + "\"," + place + "}}}]}";
}

using System.Text;
using System.Text.Json.Nodes;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Conversations;

namespace Causeway.Gateway.Tests.Conversations;

/// <summary>What is kept of conversations whose history a provider keeps, where a channel says so, and what is made of it.</summary>
public sealed class TranscriptTests
{
    [Fact]
    public async Task The_whole_history_is_sent_in_place_of_the_id_and_then_goes_on_from_there()
    {
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4-mini");
        StateTalker talker = new(house, "s-1");
        await OkAsync(talker.SayAsync("Caf\u00e9 one"));
        string first = talker.Last!;
        await OkAsync(talker.SayAsync("Two"));
        await RollBackAsync(house);

        Answer moved = await OkAsync(talker.SayAsync("Three"));

        Assert.EndsWith("lost=none", ConversationHouse.Migrated(moved), StringComparison.Ordinal);
        JsonNode sent = JsonNode.Parse((await house.House.Simulator.LastAsync()).Body)!;
        Assert.Null(sent["previous_response_id"]);
        Assert.Equal(
            ["user Caf\u00e9 one", "assistant", "user Two", "assistant", "user Three"],
            sent["input"]!.AsArray().Select(item => item!["role"]!.GetValue<string>() is "assistant" ? "assistant" : $"user {item["content"]!.GetValue<string>()}"));
        Assert.DoesNotContain(sent["input"]!.AsArray(), item => item!.AsObject().ContainsKey("id"));

        Answer next = await OkAsync(talker.SayAsync("Four")); // Its provider keeps it now: nothing is sent twice.
        Assert.Null(ConversationHouse.Migrated(next));
        Assert.NotNull(JsonNode.Parse((await house.House.Simulator.LastAsync()).Body)!["previous_response_id"]);

        talker.Last = first; // Another way on, from what was said before it came here.
        await OkAsync(talker.SayAsync("Five"));
        Assert.Equal(3, JsonNode.Parse((await house.House.Simulator.LastAsync()).Body)!["input"]!.AsArray().Count);
    }

    [Fact]
    public async Task Nothing_is_kept_where_the_channel_does_not_say_so_and_what_is_kept_shows_no_text()
    {
        await using ConversationHouse off = await ConversationHouse.OpenAsync(ConversationPolicy.Migrate, "openai/gpt-5.4-mini", "other/gpt-5.4-mini");
        await OkAsync(new StateTalker(off, "s-1").SayAsync("A secret word"));
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4-mini");
        await OkAsync(new StateTalker(house, "s-1").SayAsync("A secret word"));
        await house.PredictAsync();

        Assert.Empty(off.Transcripts.All);
        SealedTranscript kept = Assert.Single(house.Transcripts.All);
        Assert.Equal("other", kept.Provider);
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(kept.Content), StringComparison.Ordinal);

        await house.Desk.SetConversationsAsync("support", ConversationPolicy.Migrate, 0, "noor", GatewayHouse.Token);
        await OkAsync(new StateTalker(house, "s-2").SayAsync("A secret word"));
        await house.PredictAsync();
        Assert.Single(house.Transcripts.All);
    }

    // A vendor without such state has it by this, with all that it alone can read, from its first turn on.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_vendor_that_keeps_nothing_goes_on_from_an_id_too(bool streams)
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(ConversationPolicy.Migrate, "claude/claude-opus-5-5", "claude/claude-opus-5-5", transcripts: 3600);
        await house.House.Simulator.ScriptAsync("""{"reasoning_text":"let me think","text":"An answer."}""");
        StateTalker talker = new(house, "s-1", streams);

        await OkAsync(talker.SayAsync("One"));
        Answer second = await OkAsync(talker.SayAsync("Two"));
        Answer third = await OkAsync(talker.SayAsync("Three"));

        Assert.Null(ConversationHouse.Migrated(second) ?? ConversationHouse.Migrated(third));
        JsonArray messages = JsonNode.Parse((await house.House.Simulator.LastAsync()).Body)!["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "user", "assistant", "user"], messages.Select(message => message!["role"]!.GetValue<string>()));
        Assert.All([messages[1], messages[3]], answer => Assert.Equal("thinking", answer!["content"]![0]!["type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Another_team_cannot_go_on_from_it()
    {
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4-mini");
        StateTalker talker = new(house, "s-1");
        await OkAsync(talker.SayAsync("One"));
        await RollBackAsync(house);

        StateTalker other = new(house, "s-1", secret: house.House.Team("ads").Secret) { Last = talker.Last };
        Answer answer = await other.SayAsync("What was said?");

        Assert.InRange(answer.Status, 400, 404);
        Assert.DoesNotContain("\"One\"", (await house.House.Simulator.LastAsync()).Text, StringComparison.Ordinal);
        await OkAsync(talker.SayAsync("Two"));
    }

    [Fact]
    public async Task What_names_a_file_of_its_providers_is_stuck_and_says_which()
    {
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4-mini");
        StateTalker talker = new(house, "s-1");
        await OkAsync(talker.SayAsync(JsonNode.Parse("""[{"role":"user","content":[{"type":"input_text","text":"Read"},{"type":"input_file","file_id":"file-7"}]}]""")!.AsArray()));
        await RollBackAsync(house);

        Answer answer = await talker.SayAsync("Two");

        Assert.Equal((409, "release_revoked"), (answer.Status, answer.Error));
        Assert.Contains("\"file-7\"", answer.Text.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    public static TheoryData<string> Damage => ["altered", "each has the first one's place", "its beginning is gone"];

    [Theory]
    [MemberData(nameof(Damage))]
    public async Task What_is_not_there_whole_or_does_not_open_is_not_gone_on_with(string what)
    {
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4-mini");
        StateTalker talker = new(house, "s-1");
        await OkAsync(talker.SayAsync("One"));
        await OkAsync(talker.SayAsync("Two"));
        await RollBackAsync(house);
        byte[]? first = null;
        house.Transcripts.Alter(one => what switch
        {
            "altered" => one with { Content = [.. one.Content[..^1], (byte)(one.Content[^1] ^ 1)] },
            "its beginning is gone" => one with { Previous = one.Previous ?? "resp_gone" },
            _ => one with { Content = first ??= one.Content },
        });

        Answer answer = await talker.SayAsync("Three");

        Assert.True(answer is { Status: 409, Error: "release_revoked" }, what + answer.Text);
        await OkAsync(talker.BeginAnewAsync("Everything, and three"));
    }

    [Fact]
    public async Task A_store_that_is_away_is_no_reason_to_wait_nor_to_send_an_id_that_nobody_knows()
    {
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4-mini");
        StateTalker talker = new(house, "s-1");
        await OkAsync(talker.SayAsync("One"));
        await RollBackAsync(house);

        house.Transcripts.Away = true;
        Answer answer = await talker.SayAsync("Two");

        Assert.Equal((409, "release_revoked"), (answer.Status, answer.Error));
    }

    // What was confidential when it was said is so when another provider is told of it.
    [Fact]
    public async Task What_was_said_before_has_its_class_of_data_still()
    {
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4-mini");
        StateTalker talker = new(house, "s-1");
        await OkAsync(talker.SayAsync("One", dataClass: "internal"));
        await OkAsync(talker.SayAsync("Two", dataClass: "public"));
        await RollBackAsync(house);

        Answer answer = await OkAsync(talker.SayAsync("Three", dataClass: "public"));

        Assert.Equal("internal", (await house.House.RecordOfAsync(answer)).DataClass);
    }

    private static async Task<ConversationHouse> OpenAsync(string good)
    {
        ConversationHouse house = await ConversationHouse.OpenAsync(ConversationPolicy.Migrate, good, "other/gpt-5.4-mini", transcripts: 3600);
        await house.StartAsync();
        return house;
    }

    private static async Task RollBackAsync(ConversationHouse house)
    {
        await house.PredictAsync();
        await house.RollBackAsync();
    }

    private static async Task<Answer> OkAsync(Task<Answer> saying)
    {
        Answer answer = await saying;
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }
}

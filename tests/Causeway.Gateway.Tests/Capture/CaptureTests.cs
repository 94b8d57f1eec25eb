using System.Text;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Payloads;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Shadow.Detect;
using Causeway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Capture;

/// <summary>Prompts and answers are kept where a rule says so, sealed, and nowhere else.</summary>
public sealed class CaptureTests : IAsyncLifetime
{
    private readonly MemoryPayloadStore _store = new();
    private readonly PayloadSeal _seal = new(MasterKeys.New());
    private GatewayHouse _house = null!;
    private PayloadBook _book = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await GatewayHouse.OpenAsync();
        _book = new PayloadBook(_store, _seal, TimeProvider.System, NullLogger<PayloadBook>.Instance);
        await _book.StartAsync(GatewayHouse.Token);
        _house.Gateway.KeepPayloads(_book);
    }

    public async ValueTask DisposeAsync()
    {
        await _book.StopAsync(CancellationToken.None);
        _book.Dispose();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_rule_nothing_is_kept()
    {
        await AskAsync(Saying.Chat);

        Assert.Empty(_store.All);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_said_and_answered_is_kept_byte_by_byte_and_the_store_sees_none_of_it(bool stream)
    {
        _book.Rules = [Rule()];
        Saying saying = stream ? Saying.ChatStream : Saying.Chat;

        Answer answer = await AskAsync(saying);

        SealedPayload kept = Assert.Single(_store.All);
        Assert.Equal(-1, kept.Content.AsSpan().IndexOf("bridges"u8));
        Payload payload = _seal.Open(kept)!;
        Assert.Equal((saying.Body, answer.Text), (Text(payload.Prompt), Text(payload.Answer)));
        Assert.Equal((Encoding.UTF8.GetByteCount(saying.Body), false), (payload.PromptLength, payload.IsAnswerCut));
        Assert.Equal(answer.Header("x-causeway-request"), $"req_{kept.Request:N}");
    }

    [Fact]
    public async Task What_is_longer_than_the_rule_keeps_is_cut_and_says_so()
    {
        _book.Rules = [Rule() with { MaxBytes = 40 }];

        Answer answer = await AskAsync(Saying.Chat);

        Payload payload = _seal.Open(Assert.Single(_store.All))!;
        Assert.Equal((Saying.Chat.Body[..40], Saying.Chat.Body.Length), (Text(payload.Prompt), payload.PromptLength));
        Assert.Equal((answer.Text[..40], true), (Text(payload.Answer), payload.IsAnswerCut));
    }

    [Fact]
    public async Task A_rule_of_another_feature_team_or_environment_keeps_nothing()
    {
        CaptureRule rule = Rule();
        _book.Rules = [rule with { Feature = "another" }, rule with { Team = "another" }, rule with { Environments = ["staging"] }];

        await AskAsync(Saying.Chat);

        Assert.Empty(_store.All);
    }

    [Theory]
    [InlineData("internal", "public", true)]
    [InlineData("internal", "internal", true)]
    [InlineData("public", "internal", false)]
    [InlineData("customer", "internal", true)]
    public async Task A_class_of_data_beyond_the_rules_is_not_kept(string upTo, string said, bool isKept)
    {
        _book.Rules = [Rule() with { UpTo = upTo }];
        HttpRequestMessage message = Saying.Chat.ToMessage(_house.Secret);
        message.Headers.Add("x-causeway-data-class", said);

        await _house.SendAsync(message);
        await SettledAsync();

        Assert.Equal(isKept ? 1 : 0, _store.All.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_redacted_is_not_kept_unless_it_is_said_and_then_with_the_placeholders(bool redacted)
    {
        _house.Gateway.GuardOutgoing([new OutgoingRule(null, null, [], [DetectedKind.Email], [], OutgoingRule.DefaultRaiseTo)]);
        await _house.Simulator.ScriptAsync("""{"text":"Dear [EMAIL_1]"}""");
        _book.Rules = [Rule() with { Redacted = redacted }];

        Answer answer = await AskAsync(new Saying(Saying.ChatPath, """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"write to a@b.io"}]}"""));

        Assert.Contains("a@b.io", answer.Text, StringComparison.Ordinal);
        if (!redacted)
        {
            Assert.Empty(_store.All);
            return;
        }

        Payload payload = _seal.Open(Assert.Single(_store.All))!;
        Assert.Contains("[EMAIL_1]", Text(payload.Prompt), StringComparison.Ordinal);
        Assert.Contains("[EMAIL_1]", Text(payload.Answer), StringComparison.Ordinal);
        Assert.DoesNotContain("a@b.io", Text(payload.Prompt) + Text(payload.Answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_away_costs_the_payload_and_not_the_request()
    {
        _book.Rules = [Rule()];
        _store.Failure = new IOException("The disk is full.");

        Answer answer = await AskAsync(Saying.Chat);
        _store.Failure = null;
        await AskAsync(Saying.Chat);

        Assert.Equal((200, 1), (answer.Status, _book.Lost));
        Assert.Single(_store.All);
    }

    [Fact]
    public void A_seal_opens_for_its_own_request_alone_and_not_when_a_byte_is_another()
    {
        SealedPayload kept = _seal.Seal(Guid.NewGuid(), DateTimeOffset.UnixEpoch, new Payload("prompt"u8.ToArray(), 6, "answer"u8.ToArray(), false));

        Assert.NotNull(_seal.Open(kept));
        Assert.Null(_seal.Open(kept with { Request = Guid.NewGuid() }));
        Assert.Null(new PayloadSeal(MasterKeys.New()).Open(kept));
        Assert.All(Enumerable.Range(0, kept.Content.Length), at =>
        {
            byte[] altered = [.. kept.Content];
            altered[at] ^= 1;
            Assert.Null(_seal.Open(kept with { Content = altered }));
        });
        Assert.Null(_seal.Open(kept with { Content = [] }));
        Assert.Null(_seal.Open(kept with { Content = kept.Content[..^1] }));
    }

    [Fact]
    public void What_was_sealed_before_a_master_key_took_over_opens_while_both_live()
    {
        string old = MasterKeys.New().Write();
        string both = old + MasterKeys.New().Write().Split('\n')[1].Replace("1 ", "2 ", StringComparison.Ordinal) + "\n";
        SealedPayload kept = new PayloadSeal(MasterKeys.Parse(old).Keys!).Seal(Guid.NewGuid(), DateTimeOffset.UnixEpoch, new Payload("prompt"u8.ToArray(), 6, default, false));

        Assert.Equal("prompt", Text(new PayloadSeal(MasterKeys.Parse(both).Keys!).Open(kept)!.Prompt));
    }

    private static CaptureRule Rule() => new(null, GatewayHouse.Attribution.Feature, [], CaptureRule.DefaultUpTo, false, CaptureRule.DefaultKeep, CaptureRule.DefaultMaxBytes);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private async Task<Answer> AskAsync(Saying saying)
    {
        Answer answer = await _house.AskAsync(saying);
        await SettledAsync();
        return answer;
    }

    private async Task SettledAsync()
    {
        await _house.UntilOpenAsync(0);
        await _book.FlushAsync(GatewayHouse.Token).Soon();
    }
}

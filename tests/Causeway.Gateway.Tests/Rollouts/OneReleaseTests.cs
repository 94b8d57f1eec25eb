using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Residency;
using Causeway.Gateway.Tests.Shape;
using Causeway.Releases.Rollback;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>Invariant 7 of releases: a message is one release's. Whatever takes a request from one release to the other, nothing of the one stands beside anything of the other.</summary>
public sealed class OneReleaseTests
{
    private const string First = "candidate-words";
    private const string Second = "base-words";
    private const string Failure = "HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

    // A stream that breaks off is not gone on with: neither by a fallback of its own release, nor by base, although both could answer. Where nothing was said yet one of them answers whole: the control.
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task What_breaks_off_is_ended_and_not_gone_on_with(bool isBegun, bool rollsBack)
    {
        await using RawUpstream good = RawUpstream.Start(HeldUpstream.Begun(Second) + HeldUpstream.Ended);
        await using RawUpstream fallback = RawUpstream.Start(HeldUpstream.Begun(Second) + HeldUpstream.Ended);
        await using HeldUpstream bad = new(isBegun ? HeldUpstream.Begun(First) : "", isBegun ? "" : Failure);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(bad.Address, fallback: fallback.Address, good: good.Address);
        await using RawCaller caller = await RawCaller.ConnectAsync(house.House.Address);
        await caller.SendAsync(RawCaller.Request(RollbackHouse.ChatStream, house.House.Secret, "connection: close\r\n"));
        string begun = isBegun ? await caller.ReadUntilAsync(First) : "";
        await bad.Arrived;
        if (rollsBack)
        {
            await house.RollBackAsync(StreamPolicy.Drain);
        }

        bad.GoOn(); // It hangs up in the middle, or fails.
        string all = begun + (await caller.ReadToEndAsync()).Text;

        Assert.Equal((isBegun, !isBegun), (all.Contains(First, StringComparison.Ordinal), all.Contains(Second, StringComparison.Ordinal)));
        UsageRecord record = await house.House.OnlyRecordAsync();
        Assert.Equal(isBegun ? Outcome.Interrupted : Outcome.Completed, record.Outcome);
        Assert.Equal((isBegun || !rollsBack ? house.Bad : house.Good).Id.ToString(), record.Release);
        Assert.Equal((!isBegun && !rollsBack ? 1 : 0, !isBegun && rollsBack ? 1 : 0), (fallback.Connections, good.Connections));
    }

    // Sent anew to base, what the candidate says late reaches nobody; drained, it is all that is said: the control.
    [Theory]
    [InlineData(StreamPolicy.Reissue)]
    [InlineData(StreamPolicy.Cut)]
    [InlineData(StreamPolicy.Drain)]
    public async Task What_is_sent_anew_is_answered_by_base_alone(StreamPolicy policy)
    {
        await using RawUpstream good = RawUpstream.Start(HeldUpstream.Begun(Second) + HeldUpstream.Ended);
        await using HeldUpstream bad = new("", HeldUpstream.Begun(First) + HeldUpstream.Ended);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(bad.Address, good: good.Address);
        Task<Answer> asking = house.House.AskAsync(RollbackHouse.ChatStream);
        await bad.Arrived;

        await house.RollBackAsync(policy);
        bad.GoOn();
        Answer answer = await asking;

        bool isBases = policy != StreamPolicy.Drain;
        Assert.Equal((isBases, !isBases), (answer.Text.Contains(Second, StringComparison.Ordinal), answer.Text.Contains(First, StringComparison.Ordinal)));
        Assert.Equal((Outcome.Completed, (isBases ? house.Good : house.Bad).Id.ToString()), ((await house.House.OnlyRecordAsync()).Outcome, answer.Header("x-causeway-release")));
    }

    // Its answer broke the contract, and it is rolled back before it is asked to mend it: base is asked the question, not to mend what another has said. Not rolled back, the same pin mends its own: the control.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_breaks_its_contract_is_mended_by_who_said_it_or_answered_anew(bool rollsBack)
    {
        string told = "", asked = "";
        RollbackHouse? self = null;
        int calls = 0;
        await using RawUpstream good = RawUpstream.Start(connection =>
        {
            asked = connection.Body;
            return connection.AnswerAsync(LegHouse.Chatted.Replace("Oslo", Second, StringComparison.Ordinal));
        });
        await using RawUpstream bad = RawUpstream.Start(async connection =>
        {
            bool isFirst = Interlocked.Increment(ref calls) == 1;
            told = connection.Body;
            if (isFirst && rollsBack)
            {
                await self!.RollBackAsync(StreamPolicy.Drain);
            }

            await connection.AnswerAsync(LegHouse.Chatted.Replace("Oslo", First, StringComparison.Ordinal).Replace("\\\"population\\\":1", isFirst ? "\\\"population\\\":true" : "\\\"population\\\":1", StringComparison.Ordinal));
        });
        await using RollbackHouse house = self = await RollbackHouse.OpenAsync(bad.Address, good: good.Address);

        Answer answer = await house.House.AskAsync(ContractHouse.Ask("chat", "support", ContractHouse.City));

        string document = ContractHouse.Document("chat", answer, stream: false);
        Assert.True(ContractHouse.Follows(ContractHouse.City, document), answer.Text);
        Assert.Equal((!rollsBack, rollsBack), (document.Contains(First, StringComparison.Ordinal), document.Contains(Second, StringComparison.Ordinal)));
        UsageRecord record = await house.House.OnlyRecordAsync();
        Assert.Equal((rollsBack ? house.Good : house.Bad).Id.ToString(), record.Release);
        Assert.Equal((rollsBack ? 1 : 2, rollsBack ? 1 : 0), (bad.Connections, good.Connections));
        if (rollsBack)
        {
            Assert.DoesNotContain(First, asked, StringComparison.Ordinal); // Nothing of the one is given to the other to go on from.
        }
        else
        {
            Assert.Contains(First, told, StringComparison.Ordinal);
        }
    }

    // Tried again, and by the next pin: each try is a whole one, of the release that the request was resolved to.
    [Fact]
    public async Task Tries_and_fallbacks_leave_one_whole_answer_of_one_release()
    {
        int calls = 0;
        await using RawUpstream bad = RawUpstream.Start(connection => connection.WriteAsync(Interlocked.Increment(ref calls) % 3 == 0 ? HeldUpstream.Whole(First) : Failure));
        await using RawUpstream fallback = RawUpstream.Start(HeldUpstream.Whole("fallback-words"));
        await using RawUpstream good = RawUpstream.Start(HeldUpstream.Whole(Second));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(bad.Address, fallback: fallback.Address, good: good.Address);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => house.House.AskAsync(RollbackHouse.Chat)));

        Assert.All(answers, answer => Assert.Equal((200, house.Bad.Id.ToString()), (answer.Status, answer.Header("x-causeway-release"))));
        Assert.All(answers, answer => Assert.Single(new[] { First, "fallback-words", Second }, word => answer.Text.Contains(word, StringComparison.Ordinal)));
        Assert.True(fallback.Connections > 0 && calls > 0 && good.Connections == 0, $"{calls} calls, {fallback.Connections} fell back.");
    }
}

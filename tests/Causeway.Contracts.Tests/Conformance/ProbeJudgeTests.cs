using System.Text;
using Causeway.Contracts.Conformance;

namespace Causeway.Contracts.Tests.Conformance;

public sealed class ProbeJudgeTests
{
    [Theory]
    [InlineData("max_length", """{"value":"abc"}""", ProbeVerdict.Enforced)]
    [InlineData("max_length", """{"value":"abcd"}""", ProbeVerdict.Ignored)]
    [InlineData("max_length", """Here you are: {"value":"abc"}""", ProbeVerdict.Ignored)]
    [InlineData("max_length", "  \n", ProbeVerdict.Inconclusive)]
    [InlineData("enum_case", """{"value":"New york"}""", ProbeVerdict.Ignored)]
    [InlineData("one_of_overlap", """{"value":3}""", ProbeVerdict.Ignored)]
    [InlineData("one_of_overlap", """{"value":4}""", ProbeVerdict.Enforced)]
    [InlineData("optional_property", """{"name":"Ada"}""", ProbeVerdict.Enforced, "left out")]
    [InlineData("optional_property", """{"name":"Ada","nickname":"A"}""", ProbeVerdict.Enforced, "filled")]
    [InlineData("optional_property", """{"name":"Ada","nickname":null}""", ProbeVerdict.Ignored)]
    [InlineData("key_order", """{"b":1,"a":2,"c":3}""", ProbeVerdict.Enforced, "the schema's order")]
    [InlineData("key_order", """{"a":2,"c":3,"b":1}""", ProbeVerdict.Ignored, "required members first, then optional ones")]
    [InlineData("key_order", """{"a":2,"b":1,"c":3}""", ProbeVerdict.Ignored, "alphabetical")]
    [InlineData("key_order", """{"c":3,"a":1,"b":2}""", ProbeVerdict.Ignored, "as the prompt asked")]
    [InlineData("key_order", """{"a":1,"c":2}""", ProbeVerdict.Inconclusive)]
    [InlineData("big_integer", """{"n":9007199254740993}""", ProbeVerdict.Enforced)]
    [InlineData("big_integer", """{"n":9007199254740992}""", ProbeVerdict.Ignored, "the value came back changed")]
    [InlineData("non_ascii", """{"text":"Z\u00fcrich, \u6771\u4eac and \ud83d\ude80"}""", ProbeVerdict.Enforced)]
    [InlineData("non_ascii", """{"text":"Zurich, ?? and ?"}""", ProbeVerdict.Ignored)]
    public void An_answer_is_judged_by_its_probes_rule(string probe, string text, ProbeVerdict verdict, string? detail = null)
    {
        ProbeFinding finding = ProbeJudge.Judge(ProbeSet.Find(probe)!, Answered(text));

        Assert.Equal(verdict, finding.Verdict);
        Assert.True(detail is null || detail == finding.Detail, finding.Detail);
    }

    [Fact]
    public void An_ignored_keyword_is_told_with_the_place_that_breaks_it()
    {
        ProbeFinding finding = ProbeJudge.Judge(ProbeSet.Find("maximum")!, Answered("""{"value":99}"""));

        Assert.StartsWith("/value: ", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_ended_for_another_reason_tells_nothing()
    {
        Probe probe = ProbeSet.Find("maximum")!;
        ProbeReply answer = Answered("""{"value":99}""");

        Assert.Equal(
            (ProbeVerdict.Inconclusive, ProbeVerdict.Inconclusive, ProbeVerdict.Inconclusive, ProbeVerdict.Inconclusive),
            (VerdictOf(probe, answer with { IsTruncated = true }),
            VerdictOf(probe, answer with { IsRefusal = true }),
            VerdictOf(probe, answer with { IsToolCall = true }),
            VerdictOf(probe, new ProbeReply(ProbeReplyKind.Failed) { Message = "no connection" })));
    }

    [Fact]
    public void A_rejection_keeps_the_providers_words_cut_to_their_bound()
    {
        ProbeFinding finding = ProbeJudge.Judge(ProbeSet.Find("not")!, new ProbeReply(ProbeReplyKind.Rejected) { Status = 400, Message = new string('x', 999) });

        Assert.Equal((ProbeVerdict.Rejected, ProbeJudge.MaxDetail), (finding.Verdict, finding.Detail!.Length));
    }

    [Fact]
    public void A_model_that_failed_under_the_schema_is_no_rejection() => Assert.Equal(
        ProbeVerdict.Inconclusive, VerdictOf(ProbeSet.Find("not")!, new ProbeReply(ProbeReplyKind.Rejected) { Status = 400, Code = "json_validate_failed" }));

    [Fact]
    public void A_cut_answer_has_to_say_so()
    {
        Probe probe = ProbeSet.Find("truncation")!;

        Assert.Equal(ProbeVerdict.Enforced, VerdictOf(probe, Answered("""{"text":"Jan""") with { IsTruncated = true }));
        Assert.Equal(ProbeVerdict.Ignored, VerdictOf(probe, Answered("""{"text":"Jan""")));
        Assert.Equal(ProbeVerdict.Inconclusive, VerdictOf(probe, Answered("""{"text":"January"}""")));
        Assert.Equal(ProbeVerdict.Inconclusive, VerdictOf(probe, new ProbeReply(ProbeReplyKind.Rejected) { Status = 400, Message = "the cap is too small" }));
    }

    [Fact]
    public void A_refusal_has_to_be_told_apart_from_an_answer()
    {
        Probe probe = ProbeSet.Find("refusal")!;

        Assert.Equal(ProbeVerdict.Enforced, VerdictOf(probe, new ProbeReply(ProbeReplyKind.Answered) { IsRefusal = true }));
        Assert.Equal("answered in the schema's shape", ProbeJudge.Judge(probe, Answered("""{"text":"I cannot."}""")).Detail);
        Assert.Equal("declined in prose", ProbeJudge.Judge(probe, Answered("I cannot.")).Detail);
    }

    [Theory]
    [InlineData(900, 100, 0, ProbeVerdict.Enforced)]
    [InlineData(120, 50, 0, ProbeVerdict.Ignored)]
    [InlineData(300, 290, 0, ProbeVerdict.Ignored)]
    [InlineData(300, 290, 64, ProbeVerdict.Enforced)]
    public void A_schema_that_is_sent_twice_is_cached_when_the_second_call_shows_it(int first, int second, int cached, ProbeVerdict verdict)
    {
        ProbeReply reply = Answered("{}") with
        {
            Took = TimeSpan.FromMilliseconds(first),
            Again = Answered("{}") with { Took = TimeSpan.FromMilliseconds(second), CacheReadTokens = cached },
        };

        Assert.Equal(verdict, VerdictOf(ProbeSet.Find("cache_latency")!, reply));
    }

    [Fact]
    public void A_digest_knows_the_shape_of_a_reply_and_nothing_of_its_values()
    {
        string? digest = Answered("""{"a":1,"b":["x",true]}""").Digest();

        Assert.Equal(digest, Answered("""{"a":2,"b":["y",false]}""").Digest());
        Assert.NotEqual(digest, Answered("""{"b":["x",true],"a":1}""").Digest());
        Assert.NotEqual(digest, Answered("""{"a":1,"b":["x","y"]}""").Digest());
        Assert.Null(new ProbeReply(ProbeReplyKind.Failed).Digest());
    }

    private static ProbeVerdict VerdictOf(Probe probe, ProbeReply reply) => ProbeJudge.Judge(probe, reply).Verdict;

    private static ProbeReply Answered(string text) => new(ProbeReplyKind.Answered) { Status = 200, Text = Encoding.UTF8.GetBytes(text) };
}

using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Runaway;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Runaway;

/// <summary>What callers and the audit are told.</summary>
public sealed class RunWatchTests
{
    private const string Secret = "the secret plan";
    private static readonly GrantId s_grant = new(new Guid("00000000-0000-7000-8000-000000000001"));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 0, 12, 0, TimeSpan.Zero));
    private readonly RunGuard _guard;
    private readonly RunWatch _watch;

    public RunWatchTests()
    {
        _guard = new RunGuard(_time);
        _watch = new RunWatch(_guard, new FingerprintKey("key of a test"u8), _time);
    }

    [Fact]
    public void A_loop_is_explained_to_the_caller_and_to_the_audit_at_every_stage()
    {
        List<RunCheck> checks = [];
        for (int i = 0; i < 9; i++)
        {
            checks.Add(Ask(Secret));
            _time.Advance(RunThresholds.Wait);
        }

        Assert.All(checks[..4], check => Assert.Equal((null, null, null), (check.Error, check.Warning, check.Action)));
        Assert.Equal("The same request came 5 times (5 or more are a loop). The next such call waits. See docs/runaway.md.", checks[4].Warning);
        Assert.Null(checks[4].Error);
        Assert.Equal(
            [(ErrorKind.RateLimited, "loop_throttled", null), (ErrorKind.Forbidden, "loop_suspended", false), (ErrorKind.Forbidden, "loop_suspended", false), (ErrorKind.Forbidden, "loop_suspended", (bool?)false)],
            checks[5..].Select(check => (check.Error!.Kind, check.Error.Code, check.Error.ShouldRetry)));
        Assert.Equal(TimeSpan.FromSeconds(10), checks[5].Error!.RetryAfter);
        Assert.Contains("Run \"run-1\": The same request came 6 times", checks[5].Error!.Message, StringComparison.Ordinal);
        Assert.Contains($"needs approval: \"causeway run lift run-1 --grant {s_grant} --reason TEXT\"", checks[6].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("suspended until an operator lifts it", checks[7].Error!.Message, StringComparison.Ordinal);
        Assert.Equal(
            new RunAction("run-1", s_grant, "loop_warning", RunStage.Warned, RunSignal.SameRequest, null, "The same request came 5 times (5 or more are a loop).", new DateTimeOffset(2026, 11, 26, 0, 12, 40, TimeSpan.Zero)),
            checks[4].Action);
        Assert.Equal([RunStage.Throttled, RunStage.NeedsApproval, RunStage.Suspended, RunStage.Suspended], checks[5..].Select(check => check.Action!.Stage));
        Assert.All(checks, check => Assert.DoesNotContain(Secret, $"{check}{check.Action}{check.Error}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_limit_is_named_with_the_way_out()
    {
        RunCheck check = Ask("hi", new RunId("run-1", 9));

        Assert.Equal((ErrorKind.Forbidden, "run_limit", false), (check.Error!.Kind, check.Error.Code, check.Error.ShouldRetry));
        Assert.Contains("It is at depth 9; the limit of depth is 8.", check.Error.Message, StringComparison.Ordinal);
        Assert.Contains("causeway run lift run-1", check.Error.Message, StringComparison.Ordinal);
        Assert.Equal((RunLimit.Depth, RunSignal.None), (check.Action!.Limit, check.Action.Signal));
    }

    [Theory]
    [InlineData(Outcome.Failed, 400, "upstream_rejected", true)]
    [InlineData(Outcome.Failed, 502, "contract_violated", true)]
    [InlineData(Outcome.Denied, 402, "limit_spent", true)]
    [InlineData(Outcome.Failed, 429, "upstream_rejected", false)]
    [InlineData(Outcome.Failed, 503, "upstream_unreachable", false)]
    [InlineData(Outcome.Failed, 504, "upstream_timeout", false)]
    [InlineData(Outcome.Completed, 200, null, false)]
    [InlineData(Outcome.ClientGone, 499, "client_gone", false)]
    public void Errors_that_a_request_earned_are_a_sign_and_trouble_of_a_provider_is_none(Outcome outcome, int status, string? code, bool isSign)
    {
        for (int i = 0; i < 3; i++)
        {
            _watch.After(Ask($"attempt {i}"), new Ending(outcome, status, code), null);
        }

        Assert.Equal(isSign ? RunSignal.SameError : null, Ask("attempt 4").Action?.Signal);
    }

    [Fact]
    public void What_was_refused_has_no_end_and_what_was_made_has_its_cost()
    {
        RunCheck made = Ask("hi");
        _watch.After(made, new Ending(Outcome.Completed, 200, null), 7_000);
        RunCheck refused = Ask("hi", new RunId("run-1", 9));
        _watch.After(refused, new Ending(Outcome.Denied, 403, "run_limit"), 9_000);

        Assert.Equal((1L, 1L, 7_000L), (_guard.Show(made.Key)!.Calls, _guard.Show(made.Key)!.Refused, _guard.Show(made.Key)!.CostNanoUsd));
    }

    [Fact]
    public void Embeddings_are_watched_by_their_bytes_and_counts_of_tokens_are_not()
    {
        for (int i = 0; i < 10; i++)
        {
            Assert.Null(RecordedRun.Ask(_watch, _time, Operation.MessagesCountTokens, """{"model":"m","messages":[{"role":"user","content":"hi"}]}"""u8.ToArray(), new RunId("count")).Action);
        }

        List<RunCheck> embeddings = [.. Enumerable.Range(0, 5).Select(_ => RecordedRun.Ask(_watch, _time, Operation.Embeddings, """{"model":"m","input":"hi"}"""u8.ToArray(), new RunId("embed")))];

        Assert.Equal(RunSignal.SameRequest, embeddings[4].Action!.Signal);
    }

    [Fact]
    public void A_body_that_makes_no_sense_is_watched_by_its_bytes()
    {
        byte[] body = """{"model":"m","messages":"not a list"}"""u8.ToArray();

        List<RunCheck> checks = [.. Enumerable.Range(0, 5).Select(_ => RecordedRun.Ask(_watch, _time, Operation.ChatCompletions, body))];

        Assert.Null(checks[4].Error);
        Assert.Equal(RunSignal.SameRequest, checks[4].Action!.Signal);
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("POST", true)]
    public void Of_native_calls_only_those_that_do_something_can_be_the_same_too_often(string method, bool isSign)
    {
        DefaultHttpContext context = new();
        (context.Request.Method, context.Request.Path) = (method, "/passthrough/openai/v1/batches/b1");
        Call call = new(context, Operation.ChatCompletions, null, _time);

        List<RunCheck> checks = [.. Enumerable.Range(0, 5).Select(_ => _watch.Before(call, "{}"u8.ToArray(), s_grant, RecordedRun.Feature, new RunId("native"), RunLimits.Default))];

        Assert.Equal(isSign, checks[4].Action is not null);
    }

    [Fact]
    public void Exemptions_hold_for_their_feature_alone_and_are_replaced_whole()
    {
        _watch.Exempt(new Dictionary<string, IReadOnlyCollection<string>> { ["another"] = ["poll"] });
        Assert.NotNull(Ask(Polls, new RunId("one"), raw: true).Action);
        _watch.Exempt(new Dictionary<string, IReadOnlyCollection<string>> { [RecordedRun.Feature] = ["poll"] });
        Assert.Null(Ask(Polls, new RunId("two"), raw: true).Action);
        _watch.Exempt(new Dictionary<string, IReadOnlyCollection<string>>());
        Assert.NotNull(Ask(Polls, new RunId("three"), raw: true).Action);
    }

    [Fact]
    public void A_run_that_mints_by_the_dozen_is_warned_and_refused()
    {
        List<RunCheck> checks = [.. Enumerable.Range(0, 22).Select(_ => _watch.Minting(s_grant, RecordedRun.Feature, new RunId("run-1")))];

        Assert.All(checks[..20], check => Assert.Null(check.Action));
        Assert.StartsWith("It minted 21 child grants or tokens within a minute", checks[20].Warning, StringComparison.Ordinal);
        Assert.Equal(("loop_throttled", TimeSpan.FromMinutes(1)), (checks[21].Error!.Code, checks[21].Error!.RetryAfter!.Value));
    }

    private static string Polls { get; } = string.Join(',', Enumerable.Repeat(
        """{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"poll","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"wait"}""", 4));

    private RunCheck Ask(string said, RunId? run = null, bool raw = false)
    {
        string message = raw ? said : $$"""{"role":"user","content":"{{said}}"}""";
        return RecordedRun.Ask(_watch, _time, Operation.ChatCompletions, Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{{message}}]}"""), run);
    }
}

using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Runaway;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Budgets.Tests.Runaway;

/// <summary>One run under a guard with a clock that stands still unless it is moved.</summary>
internal sealed class GuardedRun(RunGuardOptions? options = null)
{
    public const string Feature = "triage";

    private static readonly FingerprintKey s_key = new("key of a test"u8);
    private RunGuard? _guard;

    public FakeTimeProvider Time { get; } = new();

    // The same for all threads that ask first at once.
    public RunGuard Guard => LazyInitializer.EnsureInitialized(ref _guard, () => new RunGuard(Time, options));

    public RunKey Key { get; init; } = KeyOf("run-1");

    public RunLimits Limits { get; init; } = RunLimits.None;

    public static RunKey KeyOf(string run) => new(new GrantId(new Guid("00000000-0000-7000-8000-000000000001")), run);

    public static RunFingerprint Print(string text) => s_key.Of(Encoding.UTF8.GetBytes(text));

    /// <summary>A step that asks something.</summary>
    public static RunStep Asks(string what) => new() { Feature = Feature, Request = Print(what) };

    /// <summary>A step at the end of a conversation whose rounds are named by letters: <c>a</c> always has the same result, <c>a1</c> and <c>a2</c> have others.</summary>
    public static RunStep After(params string[] rounds) => Asks(string.Join(' ', rounds)) with
    {
        Exchanges = [.. rounds.Select((name, round) => new ToolExchange(Print(name[..1]), Print(name[..1]), Print("result " + name), round)).TakeLast(RunStep.MaxExchanges)],
        ExchangeCount = rounds.Length,
        RoundCount = rounds.Length,
    };

    public RunVerdict Before(RunStep step) => Guard.Before(Key, step, Limits);

    /// <summary>Asks and answers without an error.</summary>
    public RunVerdict Call(RunStep step, long costNanoUsd = 0)
    {
        RunVerdict verdict = Before(step);
        if (verdict.Allowed)
        {
            End(costNanoUsd: costNanoUsd);
        }

        return verdict;
    }

    public void End(string? error = null, long costNanoUsd = 0) => Guard.After(Key, new RunOutcome(error is null ? null : Print(error), costNanoUsd));

    /// <summary>Asks the same so often.</summary>
    public RunVerdict Repeat(int times, string what = "the same")
    {
        RunVerdict last = Call(Asks(what));
        for (int i = 1; i < times; i++)
        {
            last = Call(Asks(what));
        }

        return last;
    }

    public RunView View => Guard.Show(Key)!;
}

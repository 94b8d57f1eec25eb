using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Runaway;
using Causeway.Wire;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Runaway;

/// <summary>A run of the corpus: what an agent sent, call by call, and how each call ended.</summary>
internal sealed class RecordedRun
{
    public const string Feature = "triage";

    private static readonly GrantId s_grant = new(new Guid("00000000-0000-7000-8000-000000000001"));

    private readonly JsonElement _file;

    private RecordedRun(JsonElement file) => _file = file;

    public static IEnumerable<string> Names => typeof(RecordedRun).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("loop-", StringComparison.Ordinal) || name.StartsWith("honest-", StringComparison.Ordinal));

    public string Expect => _file.GetProperty("expect").GetString()!;

    public string Signal => _file.GetProperty("signal").GetString()!;

    public int Length => _file.GetProperty("calls").GetArrayLength();

    public static RecordedRun Open(string name)
    {
        using Stream stream = typeof(RecordedRun).Assembly.GetManifestResourceStream(name)!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return new RecordedRun(document.RootElement.Clone());
    }

    /// <summary>Plays it from the start until a call is refused; what was said of each call.</summary>
    public List<RunCheck> Play(bool exempts = true)
    {
        FakeTimeProvider time = new();
        RunWatch watch = new(new RunGuard(time), new FingerprintKey("key of a test"u8), time);
        if (exempts && _file.TryGetProperty("exempt", out JsonElement exempt))
        {
            watch.Exempt(new Dictionary<string, IReadOnlyCollection<string>> { [Feature] = [.. exempt.EnumerateArray().Select(tool => tool.GetString()!)] });
        }

        List<RunCheck> checks = [];
        foreach (JsonElement recorded in _file.GetProperty("calls").EnumerateArray())
        {
            RunCheck check = Ask(watch, time, Operation, Encoding.UTF8.GetBytes(recorded.GetProperty("body").GetRawText()));
            checks.Add(check);
            if (check.Error is not null)
            {
                break;
            }

            watch.After(check, EndingOf(recorded), costNanoUsd: 1_000_000);
            time.Advance(TimeSpan.FromSeconds(_file.GetProperty("seconds_between").GetInt32()));
        }

        return checks;
    }

    public static RunCheck Ask(RunWatch watch, TimeProvider time, Operation operation, byte[] body, RunId? run = null, RunLimits? limits = null)
    {
        Call call = new(new DefaultHttpContext(), operation, operation == Operation.GenerateContent ? "gemini-3.8-flash" : null, time);
        using Received received = Receive(operation, body, call.PathModel);
        return watch.Before(call, received, s_grant, Feature, run ?? new RunId("run-1"), limits ?? RunLimits.Default);
    }

    public static Received Receive(Operation operation, byte[] body, string? pathModel)
    {
        PooledBody pooled = new(body.Length);
        pooled.Append(new ReadOnlySequence<byte>(body));
        Assert.True(RequestScanner.TryScan(operation, pooled.Memory.Span, out RequestScan scan, out RequestFault fault), fault.Message);
        return new Received(pooled, scan, pathModel ?? scan.Model!);
    }

    private Operation Operation => _file.GetProperty("protocol").GetString() switch
    {
        "chat" => Operation.ChatCompletions,
        "responses" => Operation.Responses,
        "messages" => Operation.Messages,
        _ => Operation.GenerateContent,
    };

    private static Ending EndingOf(JsonElement recorded) => recorded.TryGetProperty("error", out JsonElement code)
        ? new Ending(Outcome.Failed, recorded.GetProperty("status").GetInt32(), code.GetString())
        : new Ending(Outcome.Completed, 200, null);
}

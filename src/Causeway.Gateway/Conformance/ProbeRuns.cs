using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Conformance;

/// <summary>Owns the runs of probes: one at a time, the last few remembered. Ending it cancels the one that runs and waits for it.</summary>
public sealed class ProbeRuns : IAsyncDisposable
{
    private const int Remembered = 16;
    private readonly Lock _turn = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly BookedCall _call;
    private readonly ProbeRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger<ProbeRuns> _log;
    private ImmutableList<ProbeRun> _runs = [];
    private CancellationTokenSource? _cancel;

    /// <summary>Prepares; nothing runs yet.</summary>
    public ProbeRuns(MeasuredDialects measured, Journal journal, PolicyPublisher policies, TimeProvider time, ILogger<ProbeRuns> log)
    {
        (_time, _log) = (time, log);
        _call = new BookedCall(policies, journal, time);
        _runner = new ProbeRunner(new ProbeCall(_call), measured, time);
    }

    /// <summary>Starts a run, unless one runs.</summary>
    /// <param name="plan">What to probe.</param>
    /// <param name="run">The run that was started, or the one that runs.</param>
    public bool TryStart(ProbePlan plan, out ProbeRun run)
    {
        lock (_turn)
        {
            if (_runs is [.., { State: ProbeRunState.Running } running])
            {
                run = running;
                return false;
            }

            run = new ProbeRun($"run_{Guid.CreateVersion7(_time.GetUtcNow()):N}", plan, _time.GetUtcNow());
            _runs = _runs.Add(run);
            if (_runs.Count > Remembered)
            {
                _runs = _runs.RemoveAt(0);
            }

            _cancel?.Dispose();
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            ProbeRun started = run;
            CancellationToken cancellation = _cancel.Token;
            _ = Task.Run(() => RunAsync(started, cancellation), CancellationToken.None); // Awaited by its end, which DisposeAsync waits for.
            return true;
        }
    }

    /// <summary>The run of an id, as long as it is remembered.</summary>
    public bool TryFind(string id, [NotNullWhen(true)] out ProbeRun? run) => (run = _runs.Find(one => one.Id == id)) is not null;

    /// <summary>Ends a run after the call that it makes; one that has ended stays as it is.</summary>
    public void Cancel(ProbeRun run)
    {
        lock (_turn)
        {
            if (run.State == ProbeRunState.Running)
            {
                _cancel?.Cancel();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_runs is [.., var last])
        {
            await last.Over;
        }

        _call.Dispose();
        _cancel?.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(ProbeRun run, CancellationToken cancellation)
    {
        ProbeRunState state = ProbeRunState.Failed;
        try
        {
            await _runner.RunAsync(run.Plan, run, cancellation);
            state = ProbeRunState.Completed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            state = ProbeRunState.Cancelled;
        }
#pragma warning disable CA1031 // The edge of work that nobody awaits: one line in the log, and the run says that it failed.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.ProbesFailed(_log, run.Id, failure);
        }
        finally
        {
            run.End(state, _time.GetUtcNow());
            LogEvents.Probed(_log, run.Id, run.Results.Count, run.Total, run.State);
        }
    }
}

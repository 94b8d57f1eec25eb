using System.Diagnostics.Metrics;
using System.Text;
using Causeway.Budgets.Alerts;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Alerts;

/// <summary>
/// Raises alerts of budgets, and of usage that cannot be: written to the ledger, logged, counted, and posted where a webhook is configured. It follows the books, so that a request
/// waits for none of it, and looks every two seconds at what was booked meanwhile.
/// </summary>
/// <remarks>
/// In the ledger first: what was told is told once, across restarts too. What the ledger does not take, because the store is away, is told all the same.
/// </remarks>
public sealed class BudgetAlerts : Chore
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(2);

    // A window that has just ended may still be booked in, and its alerts are still known.
    private static readonly TimeSpan s_late = TimeSpan.FromDays(1);
    private const int TurnsBetweenForgetting = 300;
    private const int Page = 10_000;
    private readonly BookedChanges _changes = new();
    private readonly BudgetLedger _ledger;
    private readonly ILedgerStore _store;
    private readonly AlertRules _rules;
    private AlertBook _book;
    private ToldOnce<(string Provider, string Model)> _mismatches = MismatchAlert.NewBook();
    private readonly SignedWebhook? _webhook;
    private readonly ILogger<BudgetAlerts> _log;
    private readonly Counter<long> _raised;
    private bool _isRestored;
    private int _turn;

    /// <param name="ledger">Whose balances are looked at, and where alerts are written.</param>
    /// <param name="journal">The books that are followed.</param>
    /// <param name="leadership">Whether it is this instance that tells: of several, one does.</param>
    /// <param name="store">Where the alerts before the start are read.</param>
    /// <param name="rules">When an alert is raised.</param>
    /// <param name="webhook">Who else is told; null: nobody. It is the caller's to dispose.</param>
    /// <param name="meters">Where alerts are counted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where they are written.</param>
    public BudgetAlerts(
        BudgetLedger ledger, Journal journal, Leadership leadership, ILedgerStore store, AlertRules rules, SignedWebhook? webhook, IMeterFactory meters, TimeProvider time, ILogger<BudgetAlerts> log)
        : base(s_between, leadership, time)
    {
        (_ledger, _store, _rules, _webhook, _log) = (ledger, store, rules, webhook, log);
        _book = new AlertBook(rules);
        System.Diagnostics.Metrics.Meter meter = meters.Create(GenAiNames.Source);
        _raised = meter.CreateCounter<long>(GenAiNames.BudgetAlerts, "{alert}", "Alerts of budgets that were raised");

        // By threshold and not by grant: of grants there may be a hundred thousand.
        meter.CreateObservableGauge(
            GenAiNames.LimitsAtThreshold,
            () => rules.Thresholds.Select(threshold => new Measurement<int>(_book.CountAt(threshold, Now), new KeyValuePair<string, object?>(GenAiNames.AlertThreshold, threshold))),
            "{limit}",
            "Limits whose window of now is used to a threshold or beyond");
        journal.Follower += _changes.Take;
    }

    private long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Looks at what was booked since the last look, and tells what is due.</summary>
    internal async Task LookAsync()
    {
        (IReadOnlyCollection<BookedChange> changes, IReadOnlyCollection<LedgerEvent> denials, IReadOnlyCollection<LedgerEvent> mismatches) = _changes.Drain();
        HashSet<(GrantNode, long)> seen = [];
        foreach (BookedChange change in changes)
        {
            foreach (GrantNode node in _ledger.Find(change.Grant)?.Path ?? [])
            {
                if (node.Grant.Limits.Length > 0 && seen.Add((node, change.AtMs)))
                {
                    await TellAsync(_book.Look(node.Grant, _ledger.UseAt(node, change.AtMs), Now));
                }
            }
        }

        foreach (LedgerEvent denial in denials)
        {
            if (Denied(denial) is { } alert)
            {
                await TellAsync([alert]);
            }
        }

        foreach (LedgerEvent settled in mismatches)
        {
            if (_mismatches.Take((settled.Provider ?? "", settled.Model ?? ""), settled.AtMs))
            {
                await TellAsync(new MismatchAlert(settled));
            }
        }
    }

    /// <summary>Takes over what was told before the process began, and tells what was booked then and not told yet.</summary>
    internal async Task RestoreAsync(CancellationToken cancellation)
    {
        LedgerQuery query = new() { Kinds = new HashSet<LedgerEventKind> { LedgerEventKind.AlertRaised }, Since = OldestWindow(), Limit = Page };
        IReadOnlyList<LedgerEvent> page;
        do
        {
            page = await _store.EventsAsync(query, cancellation);
            foreach (LedgerEvent raised in page)
            {
                if (raised is { Code: MismatchAlert.Code, Provider: { } provider, Model: { } model })
                {
                    _mismatches.Take((provider, model), raised.AtMs);
                }
                else if (raised is { Grant: { } grant, Detail: { } detail } && AlertJson.Read(detail) is { } mark && _ledger.Find(grant) is { } node)
                {
                    _book.Restore(node.Grant, mark, Now);
                }
            }

            query = page.Count > 0 ? query with { After = page[^1].Seq } : query;
        }
        while (page.Count == Page);

        foreach (GrantNode node in _ledger.Grants.Where(node => node.Grant.Limits.Length > 0))
        {
            await TellAsync(_book.Look(node.Grant, _ledger.Use(node), Now));
        }
    }

    /// <summary>Ends the turns, with a last look: the window of what was booked may be over at the next start.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_isRestored)
        {
            await LookAsync();
        }
    }

    /// <inheritdoc/>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        if (!_isRestored)
        {
            await RestoreAsync(cancellation);
            _isRestored = true;
        }

        await LookAsync();
        if (++_turn % TurnsBetweenForgetting == 0)
        {
            _book.Forget(Now);
        }
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.AlertsFailed(_log, failure);

    // Another instance tells. If this one is to, it begins with what that one has told.
    private protected override void Rest()
    {
        _changes.Drain();
        if (_isRestored)
        {
            (_book, _mismatches, _isRestored) = (new AlertBook(_rules), MismatchAlert.NewBook(), false);
        }
    }

    private BudgetAlert? Denied(LedgerEvent denial)
    {
        if ((denial.DecidedBy ?? denial.Grant) is not { } id || _ledger.Find(id) is not { } node)
        {
            return null;
        }

        LimitUse? use = denial.Limit is null ? null : _ledger.UseAt(node, denial.AtMs).FirstOrDefault(one => one.Limit.ToString() == denial.Limit);
        return _book.Denied(node.Grant, denial.Code!, use, denial.AtMs);
    }

    private async Task TellAsync(IReadOnlyList<BudgetAlert> alerts)
    {
        foreach (BudgetAlert alert in alerts)
        {
            LedgerEvent raised = new(LedgerEventKind.AlertRaised, 0) { Grant = alert.Grant, Code = "budget_" + AlertJson.Word(alert.Kind), Limit = alert.Limit?.ToString() };
            await TellAsync(raised, AlertJson.Write(alert), AlertJson.Word(alert.Kind), $"{AlertJson.EventOf(alert.Kind)} of {alert.Grant}");
            LogEvents.BudgetAlert(_log, AlertJson.Sentence(alert));
        }
    }

    private async Task TellAsync(MismatchAlert alert)
    {
        LedgerEvent settled = alert.Settled;
        LedgerEvent raised = new(LedgerEventKind.AlertRaised, 0)
        {
            Request = settled.Request,
            Grant = settled.Grant,
            Code = MismatchAlert.Code,
            Model = settled.Model,
            Provider = settled.Provider,
        };
        await TellAsync(raised, alert.Write(), "mismatch", $"{MismatchAlert.Event} of {settled.Provider}/{settled.Model}"); // The log has it already.
    }

    private async Task TellAsync(LedgerEvent raised, byte[] body, string kind, string what)
    {
        await _ledger.Note(raised with { Actor = "causeway", Detail = Encoding.UTF8.GetString(body) }, isAwaited: true)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // The journal says what is wrong, and keeps it.
        _raised.Add(1, new KeyValuePair<string, object?>(GenAiNames.AlertKind, kind));
        _webhook?.Tell(what, body);
    }

    private DateTimeOffset OldestWindow()
    {
        DateTimeOffset now = Time.GetUtcNow();
        long late = (now - s_late).ToUnixTimeMilliseconds();
        long oldest = late - (late % (long)s_late.TotalMilliseconds); // A denial that no limit decided is told once a day.
        foreach (GrantNode node in _ledger.Grants)
        {
            foreach (Limit limit in node.Grant.Limits.Where(AlertBook.Watches))
            {
                oldest = Math.Min(oldest, limit.Window.Kind switch
                {
                    WindowKind.None => node.Grant.CreatedAt.ToUnixTimeMilliseconds(),
                    WindowKind.Rolling => now.ToUnixTimeMilliseconds() - AlertRules.QuietMs(limit.Window.Length),
                    _ => limit.Window.StartOf(late),
                });
            }
        }

        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, oldest));
    }
}

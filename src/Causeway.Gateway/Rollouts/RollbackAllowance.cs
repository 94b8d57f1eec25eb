using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Raises the budgets of those who pay for a channel that was rolled back to a dearer release, for a day: they did not choose the price, and a hard stop would turn the way back into an outage. No more
/// than a stated part of each limit, whatever number of channels goes back meanwhile, on record in the ledger and told.
/// </summary>
/// <param name="outlooks">What the rollback changes in money.</param>
/// <param name="ledger">The budgets.</param>
/// <param name="timeline">Where it is said.</param>
/// <param name="policies">The policy in force.</param>
/// <param name="news">Who is told.</param>
/// <param name="percent">Of each limit, 0 to 100; 0: nothing is raised.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it says what could not be done.</param>
public sealed class RollbackAllowance(OutlookReader outlooks, BudgetLedger ledger, IRoutingStore timeline, PolicyPublisher policies, ReleaseNews news, int percent, TimeProvider time, ILogger<RollbackAllowance> log)
{
    /// <summary>What is raised where nothing else is configured.</summary>
    public const int DefaultPercent = 30;

    /// <summary>For how long.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(24);

    private const string Origin = "rollback_";
    private const int MaxLimits = 1_000;

    /// <summary>Of each limit, in percent.</summary>
    public int Percent => percent;

    /// <summary>Gives what a rollback needs. Never throws: the rollback is committed whatever becomes of this.</summary>
    /// <returns>What was raised; empty: nothing had to be, or could be.</returns>
    public async Task<IReadOnlyList<RaisedLimit>> GiveAsync(string channel, ReleaseId from, ReleaseId to, string by, string reason)
    {
        try
        {
            return percent == 0 ? [] : await RaiseAsync(channel, from, to, by, reason);
        }
#pragma warning disable CA1031 // The rollback stands; budgets that could not be raised stop where they stood, and people are told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.AllowanceFailed(log, channel, failure);
            return [];
        }
    }

    private async Task<IReadOnlyList<RaisedLimit>> RaiseAsync(string channel, ReleaseId from, ReleaseId to, string by, string reason)
    {
        RollbackOutlook outlook = await outlooks.ReadAsync(channel, from, to, CancellationToken.None);
        if (outlook.ChangeNanoUsdPerHour is not > 0)
        {
            return [];
        }

        DateTimeOffset now = time.GetUtcNow();
        string origin = Origin + channel;
        List<RaisedLimit> raised = [];
        foreach (GrantNode node in outlook.Payers.Select(ledger.Find).OfType<GrantNode>().SelectMany(node => node.Path).Distinct())
        {
            IReadOnlyList<LimitUse> uses = ledger.Use(node);
            for (int number = 0; number < uses.Count && raised.Count < MaxLimits; number++)
            {
                Limit limit = uses[number].Limit;
                long amount = (long)((Int128)limit.Amount * percent / 100);
                if (limit is not { Meter: Meter.Usd, IsPace: false } || amount < 1 || ledger.HasRaise(node, number, Origin))
                {
                    continue;
                }

                Overlay overlay = new(Guid.CreateVersion7(now), node.Grant.Id, number, amount, now.ToUnixTimeMilliseconds(), (now + Lasts).ToUnixTimeMilliseconds(), origin);
                if (await ledger.RaiseAsync(overlay, by, reason))
                {
                    raised.Add(new RaisedLimit(node.Grant.Id, limit.ToString(), amount, now + Lasts));
                }
            }
        }

        if (raised.Count > 0)
        {
            string text = $"{channel} went back to a dearer release: {raised.Count} {(raised.Count == 1 ? "limit is" : "limits are")} raised by {percent} % until {now + Lasts:u}";
            await timeline.AppendAsync(
                new TimelineEntry { At = now, Revision = policies.Current.Routing.Revision, Channel = channel, Kind = TimelineKind.AllowanceGiven, Actor = by, Reason = reason, Detail = text }, CancellationToken.None);
            news.Tell("rollback.allowance", channel, text, now, ("by", by), ("reason", reason));
        }

        return raised;
    }
}

/// <summary>A limit that was raised for a time.</summary>
/// <param name="Grant">Whose.</param>
/// <param name="Limit">The limit, as it is written.</param>
/// <param name="NanoUsd">By how much, nano-USD.</param>
/// <param name="Until">Until when, UTC.</param>
public sealed record RaisedLimit(GrantId Grant, string Limit, long NanoUsd, DateTimeOffset Until);

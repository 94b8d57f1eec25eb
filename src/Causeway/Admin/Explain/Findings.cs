using System.Globalization;
using Causeway.Commands;

namespace Causeway.Admin.Explain;

/// <summary>What is different, in sentences: first that of cost in its parts and who has most of it, then time, then failures.</summary>
internal static class Findings
{
    private const double Slower = 1.2;
    private const double Worse = 0.01;
    private const int MostModels = 3;

    /// <summary>Says what is worth saying; empty: nothing is different.</summary>
    public static IReadOnlyList<Finding> Of(SpanTotals was, SpanTotals now, ChangeSplit split, IReadOnlyList<ChangedModel> models, IReadOnlyList<Mover> movers, IReadOnlyList<ChangedReason> reasons) =>
        [.. OfCost(was, now, split, models, movers).OrderByDescending(one => Math.Abs(one.NanoUsd ?? 0)), .. OfTime(was, now, models), .. OfFailures(was, now, reasons)];

    private static IEnumerable<Finding> OfCost(SpanTotals was, SpanTotals now, ChangeSplit split, IReadOnlyList<ChangedModel> models, IReadOnlyList<Mover> movers)
    {
        if (split.Volume != 0)
        {
            yield return new Finding("volume", was.Requests == 0 ? $"{Signed(split.Volume)}: there was nothing before" : $"{Signed(split.Volume)} by {Figures.Count(Math.Abs(now.Requests - was.Requests))} {(now.Requests > was.Requests ? "more" : "fewer")} {(Math.Abs(now.Requests - was.Requests) == 1 ? "request" : "requests")} ({Share(was.Requests, now.Requests)})", split.Volume);
        }

        if (split.Mix != 0)
        {
            string[] moved = [.. models.Where(one => was.Requests > 0 && now.Requests > 0).OrderByDescending(one => Math.Abs(((double)one.Requests / now.Requests) - ((double)one.RequestsBefore / was.Requests))).Take(MostModels)
                .Select(one => $"{one.Provider}/{one.Model} {Part(one.RequestsBefore, was.Requests)} → {Part(one.Requests, now.Requests)}")];
            yield return new Finding("mix", $"{Signed(split.Mix)} because other models answered: {string.Join(", ", moved)}", split.Mix);
        }

        if (split.Price != 0)
        {
            yield return new Finding("price", $"{Signed(split.Price)} by list prices: {string.Join(", ", models.Where(one => one.PriceNanoUsd != 0).Take(MostModels).Select(one => $"{one.Provider}/{one.Model} {Signed(one.PriceNanoUsd)}"))}", split.Price);
        }

        if (split.Tokens != 0)
        {
            string[] longer = [.. models.Where(one => one.In == "both" && one.Tokens != one.TokensBefore).Take(MostModels).Select(one => $"{one.Provider}/{one.Model} {Figures.Tokens(one.TokensBefore)} → {Figures.Tokens(one.Tokens)} a request")];
            yield return new Finding("tokens", $"{Signed(split.Tokens)} by the tokens of a request{(longer.Length == 0 ? "" : ": " + string.Join(", ", longer))}", split.Tokens);
        }

        foreach (ChangedModel one in models.Where(one => one.In != "both" && one.CostNanoUsd + one.CostBeforeNanoUsd > 0).Take(MostModels))
        {
            long difference = one.CostNanoUsd - one.CostBeforeNanoUsd;
            yield return new Finding("model", one.In == "new" ? $"{one.Provider}/{one.Model} is new: {Figures.Plural(one.Requests, "request")} for {Figures.Cost(one.CostNanoUsd)}" : $"{one.Provider}/{one.Model} answers no more: it cost {Figures.Cost(one.CostBeforeNanoUsd)}", difference);
        }

        foreach (Mover one in movers.Where(one => one.CostNanoUsd != one.CostBeforeNanoUsd).GroupBy(one => one.By).Select(group => group.First()))
        {
            yield return new Finding("mover", $"{Name(one)}: {Figures.Cost(one.CostBeforeNanoUsd)} → {Figures.Cost(one.CostNanoUsd)}", one.CostNanoUsd - one.CostBeforeNanoUsd);
        }

        if (now.UnpricedRequests > 0)
        {
            yield return new Finding("unpriced", $"{Figures.Plural(now.UnpricedRequests, "request")} used models without a price: they are in no amount");
        }
    }

    private static IEnumerable<Finding> OfTime(SpanTotals was, SpanTotals now, IReadOnlyList<ChangedModel> models)
    {
        if (was.Total is not { P50Ms: > 0 } before || now.Total is not { } after)
        {
            yield break;
        }

        double ratio = after.P50Ms / before.P50Ms;
        if (ratio is >= Slower or <= 1 / Slower)
        {
            string[] which = [.. models.Where(one => one is { P50BeforeMs: > 0, P50Ms: not null } && (one.P50Ms.Value / one.P50BeforeMs.Value) is >= Slower or <= 1 / Slower).OrderByDescending(one => one.Requests).Take(MostModels)
                .Select(one => $"{one.Provider}/{one.Model} {Span(one.P50BeforeMs!.Value)} → {Span(one.P50Ms!.Value)}")];
            yield return new Finding(
                "latency",
                $"The middle request takes {Span(after.P50Ms)}, before {Span(before.P50Ms)}{(which.Length > 0 ? ": " + string.Join(", ", which) : "; no model by itself does: others answer than before, or prompts are other ones")}");
        }

        if (before.P99Ms > 0 && after.P99Ms / before.P99Ms is >= 1.5 or <= 1 / 1.5)
        {
            yield return new Finding("latency", $"One of a hundred takes {Span(after.P99Ms)} or more, before {Span(before.P99Ms)}");
        }
    }

    private static IEnumerable<Finding> OfFailures(SpanTotals was, SpanTotals now, IReadOnlyList<ChangedReason> reasons)
    {
        double before = was.Requests == 0 ? 0 : (double)was.Failures / was.Requests;
        double after = now.Requests == 0 ? 0 : (double)now.Failures / now.Requests;
        if (Math.Abs(after - before) < Worse)
        {
            yield break;
        }

        string[] why = [.. reasons.Where(one => one.Now != one.Before).OrderByDescending(one => Math.Abs(one.Now - one.Before)).Take(MostModels).Select(one => $"{one.Code ?? one.Outcome.ToString().ToLowerInvariant()} {Figures.Count(one.Before)} → {Figures.Count(one.Now)}")];
        yield return new Finding("errors", $"{Part(now.Failures, now.Requests)} of requests were not completed, before {Part(was.Failures, was.Requests)}{(why.Length == 0 ? "" : ": " + string.Join(", ", why))}");
    }

    private static string Name(Mover one) => one.Name.Length == 0 ? $"no {one.By}" : $"{one.By} {one.Name}";

    private static string Signed(long nano) => (nano < 0 ? "−" : "+") + Figures.Cost(Math.Abs(nano));

    private static string Part(long part, long whole) => whole == 0 ? "0%" : Figures.Share((double)part / whole);

    private static string Share(long before, long now) => before == 0 ? "new" : ((now - before) / (double)before).ToString("+0%;−0%", CultureInfo.InvariantCulture);

    private static string Span(double ms) => ms < 1000 ? ms.ToString("0 'ms'", CultureInfo.InvariantCulture) : (ms / 1000).ToString("0.0 's'", CultureInfo.InvariantCulture);
}

using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Shadow.Detect;
using Causeway.Shadow.Scan;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Looks at what a request says before any of it leaves: personal data, payment data, credentials, as the rules say. Without a rule for a caller nothing is looked at. Immutable;
/// a reload puts another in its place.
/// </summary>
internal sealed class OutgoingGuard
{
    /// <summary>Says no to nothing.</summary>
    public static readonly OutgoingGuard None = new([]);

    /// <summary>Tells the caller how many of each kind a placeholder took the place of.</summary>
    public const string Header = "x-causeway-redacted";

    private readonly Watched[] _rules;

    public OutgoingGuard(IReadOnlyList<OutgoingRule> rules) => _rules = [.. rules.Select(rule => new Watched(rule, new Detector(rule.Deny.Union(rule.Redact).Union(rule.Raise), RuleSet.Shipped)))];

    /// <summary>Looks at a request that is understood.</summary>
    /// <returns>The request, another one with placeholders, or the no; what was found is not in it. Where it is not the request, that is disposed of.</returns>
    public Verdict<Received> Run(Call call, Attribution caller, Received received)
    {
        if (Look(call, caller, received.Body.Memory.Span, received.Stream && StreamShapes.WantsArray(call), out byte[]? clean) is { } denied)
        {
            received.Dispose();
            return denied;
        }

        if (clean is null)
        {
            return received;
        }

        received.Dispose();
        return Receive.Again(call, clean);
    }

    /// <summary>Looks at a body that is passed on as it is.</summary>
    /// <inheritdoc cref="Run(Call, Attribution, Received)"/>
    public Verdict<PooledBody> Run(Call call, Attribution caller, PooledBody body)
    {
        if (Look(call, caller, body.Memory.Span, isArray: false, out byte[]? clean) is { } denied)
        {
            body.Dispose();
            return denied;
        }

        if (clean is null)
        {
            return body;
        }

        body.Dispose();
        return PooledBody.Of(clean);
    }

    private GatewayError? Look(Call call, Attribution caller, ReadOnlySpan<byte> body, bool isArray, out byte[]? clean)
    {
        clean = null;
        HashSet<DetectedKind>? redacted = null;
        foreach (Watched one in _rules)
        {
            if ((one.Rule.Team is not null && one.Rule.Team != caller.Team) || (one.Rule.Feature is not null && one.Rule.Feature != caller.Feature))
            {
                continue;
            }

            SortedDictionary<DetectedKind, int> found = OutgoingTexts.Count(body, one.Detector, out bool isJson);
            if (found.Keys.Any(one.Rule.Raise.Contains) && (call.RaisedDataClass is null || DataClasses.Rank(one.Rule.RaiseTo) > DataClasses.Rank(call.RaisedDataClass)))
            {
                call.RaisedDataClass = one.Rule.RaiseTo;
            }

            if (found.Keys.Any(one.Rule.Deny.Contains))
            {
                return Denied(one.Rule, found.Where(pair => one.Rule.Deny.Contains(pair.Key)), "Take it out and send again.");
            }

            DetectedKind[] hidden = [.. found.Keys.Where(one.Rule.Redact.Contains)];
            if (hidden.Length > 0 && (!isJson || isArray))
            {
                return Denied(
                    one.Rule,
                    found.Where(pair => hidden.Contains(pair.Key)),
                    isArray ? "It is redacted in streams of events only: ask for alt=sse, or for no stream." : "It is redacted in JSON only. Take it out and send again.");
            }

            (redacted ??= []).UnionWith(hidden);
        }

        if (redacted is { Count: > 0 })
        {
            var redaction = new Redaction();
            clean = OutgoingTexts.Redact(body, new Detector(redacted, RuleSet.Shipped), redaction);
            call.Context.Response.Headers[Header] = string.Join(", ", redaction.Counts.OrderBy(pair => pair.Key).Select(pair => $"{Word(pair.Key)}={pair.Value}"));
            call.Restoring = RestoringStream.Place(call.Context, redaction);
        }

        return null;
    }

    private static GatewayError Denied(OutgoingRule rule, IEnumerable<KeyValuePair<DetectedKind, int>> found, string way) => new(
        ErrorKind.Forbidden,
        "content_denied",
        $"The request holds what may not go out for {(rule.Feature is null ? "" : $"feature \"{rule.Feature}\", ")}{(rule.Team is null ? "any team" : $"team \"{rule.Team}\"")} (detectors): "
        + $"{string.Join(", ", found.Select(pair => $"{Word(pair.Key)} {pair.Value}"))}. {way}");

    private static string Word(DetectedKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    private sealed record Watched(OutgoingRule Rule, Detector Detector);
}

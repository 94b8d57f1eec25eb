using System.Collections.Immutable;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Residency;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Whether every grant of the path covers what is asked, and whether its key was narrowed to something else: environment, route, data class, model. Pins that are not covered are passed over as if they were not in
/// the release; a plan without any is denied. The first rule that fails decides, cheapest first, and of the grants the nearest one whose own words do not cover it.
/// </summary>
internal static class Authorize
{
    private const int Named = 12;

    /// <param name="call">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="plan">Where it may go.</param>
    /// <param name="rules">Which data belong to which class.</param>
    /// <param name="others">Other models that it names; null: none.</param>
    public static Verdict<Plan> Run(Call call, Caller caller, Plan plan, ClassRules rules, IReadOnlyList<string>? others)
    {
        if (Common(call, caller, rules) is { } denied)
        {
            return denied;
        }

        if (caller.Grant.Scope is { Models: null, ModelClasses: null } && caller.Restrictions is null or { Models: null, ModelClasses: null })
        {
            return plan;
        }

        GatewayError? first = null;
        ImmutableArray<PinRoute> covered = plan.Pins;
        foreach (PinRoute pin in plan.Pins)
        {
            if ((OfModel(caller, plan.Asked, pin) ?? OfOthers(caller, others, pin)) is { } error)
            {
                first ??= error;
                covered = covered.Remove(pin);
            }
        }

        return covered.IsEmpty ? first! : covered.Length == plan.Pins.Length ? plan : plan with { Pins = covered };
    }

    /// <summary>What does not depend on the model; null: nothing stands against it.</summary>
    public static GatewayError? Common(Call call, Caller caller, ClassRules rules)
    {
        string environment = caller.Key.Attribution.Environment;
        foreach (GrantNode node in caller.Grant.Path)
        {
            if (node.Grant.Scope.Environments is { } environments && !environments.Contains(environment, StringComparer.Ordinal))
            {
                return Denied(caller, "scope_env", $"The grant is for {string.Join(", ", environments)}, and this key is for {environment}.", null, node.Grant.Id);
            }
        }

        foreach (GrantNode node in caller.Grant.Path)
        {
            if (node.Grant.Scope.Routes is { } routes && !Covers(routes, call.Route))
            {
                return Denied(caller, "scope_route", $"The grant does not cover {call.Route}; it covers {Words(routes)}.", null, node.Grant.Id);
            }
        }

        if (caller.Restrictions is { } narrowed)
        {
            if (narrowed.OfEnvironment(environment) is not Breach.None and var other)
            {
                return Narrowed("env", other.Code(), $"This key is for {environment}, and is narrowed to {Words(narrowed.Environments!)}.", null);
            }

            if (narrowed.OfFeature(caller.Key.Attribution.Feature) is not Breach.None and var feature)
            {
                return Narrowed("feature", feature.Code(), $"This key is for {caller.Key.Attribution.Feature}, and is narrowed to {Words(narrowed.Features!)}.", null);
            }

            if (narrowed.OfRoute(call.Route) is not Breach.None and var route)
            {
                return Narrowed("route", route.Code(), $"This key does not reach {call.Route}; it is narrowed to {Words(narrowed.Routes!)}.", null);
            }
        }

        return OfDataClass(call, caller, rules);
    }

    /// <summary>Whether the grant covers every other model that a request names, as models of the pin's provider; null: it does.</summary>
    public static GatewayError? OfOthers(Caller caller, IReadOnlyList<string>? others, PinRoute pin)
    {
        foreach (string other in others ?? [])
        {
            if (OfModel(caller, other, new PinRoute(pin.Route, other)) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>Whether the grant covers a model; null: it does.</summary>
    public static GatewayError? OfModel(Caller caller, string asked, PinRoute pin)
    {
        foreach (GrantNode node in caller.Grant.Path)
        {
            if (!node.Grant.Scope.AllowsModel(asked, pin.Model, pin.ServedBy))
            {
                return Denied(caller, "scope_model", $"The grant does not cover \"{asked}\"; it covers {Words(node.Grant.Scope.Models!.Value)}.", "model", node.Grant.Id);
            }
        }

        if (caller.Restrictions is { Models: { } models } narrowed && narrowed.OfModel(asked, pin.Model, pin.ServedBy) != Breach.None)
        {
            return Narrowed("model", "scope_model", $"This key does not reach \"{asked}\"; it is narrowed to {Words(models)}.", "model");
        }

        if (caller.Grant.Scope.ModelClasses is null && caller.Restrictions?.ModelClasses is null)
        {
            return null;
        }

        string? of = ModelClass.Of(pin.Route.PriceOf(pin.Model, null));
        string what = $"{pin.ServedBy} is {(of is null ? "of none: it has no price" : "of class " + of)}";
        if (caller.Restrictions is { ModelClasses: { } keys } held && held.OfModelClass(of) != Breach.None)
        {
            return Narrowed("model_class", "scope_model", $"This key is narrowed to models of class {Words(keys)}, and {what}.", "model");
        }

        foreach (GrantNode node in caller.Grant.Path)
        {
            if (node.Grant.Scope.ModelClasses is { } classes && (of is null || !classes.Contains(of, StringComparer.Ordinal)))
            {
                return Denied(caller, "scope_model", $"The grant covers models of class {string.Join(", ", classes)}, and {what}.", "model", node.Grant.Id);
            }
        }

        return null;
    }

    /// <summary>A denial by the rules of a grant, with the way to ask for more.</summary>
    public static GatewayError Denied(Caller caller, string code, string message, string? param, GrantId? decided = null)
    {
        GrantId grant = decided ?? caller.Grant.Grant.Id;
        return new GatewayError(ErrorKind.Forbidden, code, $"{message} Grant {grant} decided. Who holds it, and may widen it: causeway grant show {grant}.")
        {
            Param = param,
            DecidedBy = grant,
        };
    }

    /// <summary>A denial by what a key was narrowed to. No grant decided, and none can be widened for it.</summary>
    /// <param name="caveat">The caveat's name, as docs/capability-keys.md lists it.</param>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What stands against the request.</param>
    /// <param name="param">The field that is at fault.</param>
    public static GatewayError Narrowed(string caveat, string code, string message, string? param) =>
        new(ErrorKind.Forbidden, code, $"{message} The key's own caveat {caveat} decided: ask whoever passed the key on for a wider one. It is explained by: causeway key verify KEY.")
        {
            Param = param,
            Caveat = caveat,
        };

    // What the grants and the key allow at most is held against the class that the request belongs to.
    private static GatewayError? OfDataClass(Call call, Caller caller, ClassRules rules)
    {
        if (RequestClass.Of(call, caller, rules, out RequestClass data) is { } malformed)
        {
            return malformed;
        }

        call.Data = data;
        if (data.By == ClassSource.Nobody)
        {
            return caller.Restrictions?.DataClassMax < 0 ? Narrowed("data_class_max", "scope_data_class", "This key is narrowed to classes of data that nothing belongs to.", null) : null;
        }

        string? param = data.By == ClassSource.Header ? RequestClass.Header : null;
        string verb = data.By switch { ClassSource.Header => "says", ClassSource.Detectors => "holds", _ => "belongs to" };
        string source = data.By == ClassSource.Header ? "" : $" ({data.By.Word()})";
        if (caller.Restrictions?.OfDataClass(data.Word) is Breach.DataClass)
        {
            return Narrowed("data_class_max", "scope_data_class", $"This key is narrowed to {(caller.Restrictions.DataClassMax is >= 0 and int highest ? $"data up to class {DataClasses.Known[highest]}" : "a class of data that is not known")}, and this request {verb} {data.Word}{source}.", param);
        }

        foreach (GrantNode node in caller.Grant.Path)
        {
            if (node.Grant.Scope.DataClassMax is { } most && data.Rank > most)
            {
                return Denied(caller, "scope_data_class", $"The grant covers data up to class {DataClasses.Known[most]}, and this request {verb} {data.Word}{source}.", param, node.Grant.Id);
            }
        }

        return null;
    }

    private static bool Covers(ImmutableArray<string> routes, string route)
    {
        foreach (string one in routes)
        {
            if (Pattern.Covers(one, route))
            {
                return true;
            }
        }

        return false;
    }

    private static string Words(ImmutableArray<string> names) => Words((IReadOnlyList<string>)names);

    // Two narrowings may have nothing in common.
    private static string Words(NameList names) => Words(names.Names);

    private static string Words(IReadOnlyList<string> names) => names.Count == 0 ? "nothing"
        : names.Count <= Named ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(Named))} and {names.Count - Named} more";
}

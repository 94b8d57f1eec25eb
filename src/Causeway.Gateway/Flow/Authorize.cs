using System.Collections.Immutable;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Residency;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Whether the grant covers what is asked: environment, route, data class, model. Pins that it does not cover are passed over as if they were not in
/// the release; a plan without any is denied. The first rule that fails decides, cheapest first.
/// </summary>
internal static class Authorize
{
    public static Verdict<Plan> Run(Call call, Caller caller, Plan plan, ClassRules rules)
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
            if (OfModel(caller, plan.Asked, pin) is { } error)
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
        Scope scope = caller.Grant.Scope;
        string environment = caller.Key.Attribution.Environment;
        if (scope.Environments is { } environments && !environments.Contains(environment, StringComparer.Ordinal))
        {
            return Denied(caller, "scope_env", $"The grant is for {string.Join(", ", environments)}, and this key is for {environment}.", null);
        }

        if (scope.Routes is { } routes && !routes.Any(route => Pattern.Covers(route, call.Route)))
        {
            return Denied(caller, "scope_route", $"The grant does not cover {call.Route}; it covers {string.Join(", ", routes)}.", null);
        }

        if (caller.Restrictions is { } narrowed)
        {
            if (narrowed.OfEnvironment(environment) is not Breach.None and var other)
            {
                return Denied(caller, other.Code(), $"This key is narrowed to other environments than {environment}.", null);
            }

            if (narrowed.OfFeature(caller.Key.Attribution.Feature) is not Breach.None and var feature)
            {
                return Denied(caller, feature.Code(), $"This key is narrowed to other features than {caller.Key.Attribution.Feature}.", null);
            }

            if (narrowed.OfRoute(call.Route) is not Breach.None and var route)
            {
                return Denied(caller, route.Code(), $"This key is narrowed to other routes than {call.Route}.", null);
            }
        }

        return OfDataClass(call, caller, rules);
    }

    /// <summary>Whether the grant covers a model; null: it does.</summary>
    public static GatewayError? OfModel(Caller caller, string asked, PinRoute pin)
    {
        Scope scope = caller.Grant.Scope;
        if (!scope.AllowsModel(asked, pin.Model, pin.ServedBy))
        {
            return Denied(caller, "scope_model", $"The grant does not cover \"{asked}\"; it covers {string.Join(", ", scope.Models!.Value.Take(12))}.", "model");
        }

        if (caller.Restrictions is { } narrowed
            && (narrowed.OfModel(asked, pin.Model, pin.ServedBy) != Breach.None
                || (narrowed.ModelClasses is not null && narrowed.OfModelClass(ModelClass.Of(pin.Route.PriceOf(pin.Model, null))) != Breach.None)))
        {
            return Denied(caller, "scope_model", $"This key is narrowed to other models or classes of models than \"{asked}\".", "model");
        }

        if (scope.ModelClasses is { } classes && ModelClass.Of(pin.Route.PriceOf(pin.Model, null)) is var of && (of is null || !classes.Contains(of, StringComparer.Ordinal)))
        {
            return Denied(
                caller,
                "scope_model",
                $"The grant covers models of class {string.Join(", ", classes)}, and {pin.ServedBy} is {(of is null ? "of none: it has no price" : "of class " + of)}.",
                "model");
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

    // What the grant and the key allow at most is held against the class that the request belongs to.
    private static GatewayError? OfDataClass(Call call, Caller caller, ClassRules rules)
    {
        if (RequestClass.Of(call, caller, rules, out RequestClass data) is { } malformed)
        {
            return malformed;
        }

        call.Data = data;
        if (data.By == ClassSource.Nobody)
        {
            return caller.Restrictions?.DataClassMax < 0 ? Denied(caller, "scope_data_class", "This key is narrowed to classes of data that nothing belongs to.", null) : null;
        }

        string? param = data.By == ClassSource.Header ? RequestClass.Header : null;
        string verb = data.By switch { ClassSource.Header => "says", ClassSource.Detectors => "holds", _ => "belongs to" };
        string source = data.By == ClassSource.Header ? "" : $" ({data.By.Word()})";
        if (caller.Restrictions?.OfDataClass(data.Word) is Breach.DataClass)
        {
            return Denied(caller, "scope_data_class", $"This key is narrowed to data of a lower class than {data.Word}{(data.By == ClassSource.Header ? "" : $", which this request {verb}{source}")}.", param);
        }

        return caller.Grant.Scope.DataClassMax is { } most && data.Rank > most
            ? Denied(caller, "scope_data_class", $"The grant covers data up to class {DataClasses.Known[most]}, and this request {verb} {data.Word}{source}.", param)
            : null;
    }
}

using Causeway.Budgets.Agreements;
using Causeway.Budgets.Grants;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Residency;

/// <summary>
/// Whether data of a class may go to a pin: asked before a pin is tried, so that one that may not have it is passed over, and again in the last moment before a call is made
/// (<see cref="Rollouts.Clearance"/>), which alone decides. Allocates nothing where it may.
/// </summary>
internal static class Covered
{
    public const string Code = "data_class_not_covered";

    /// <summary>What lets it go; null: nothing does.</summary>
    public static Coverage? By(PolicyRevision policy, Provider provider, string model, int rank, DateTimeOffset now) =>
        policy.Agreements.Find(provider.Name, LegRegion.Of(provider, model), provider.HighestData, rank, now.ToUnixTimeMilliseconds());

    /// <summary>Why a request can go nowhere; null: at least one of its pins may have it.</summary>
    public static GatewayError? Refuse(Call call, Plan plan, PolicyRevision policy, DateTimeOffset now)
    {
        if (Compose.CountsHere(call, plan.Pins[0]))
        {
            return null; // Nothing leaves.
        }

        RequestClass data = call.Data!.Value;
        foreach (PinRoute pin in plan.Pins)
        {
            if (By(policy, pin.Provider, pin.Model, data.Rank, now) is not null)
            {
                return null;
            }
        }

        return Refusal(plan.Pins[0], data.Rank, data.By, policy, now);
    }

    /// <summary>What a caller is told whose data may not go to a pin.</summary>
    public static GatewayError Refusal(PinRoute pin, int rank, ClassSource? by, PolicyRevision policy, DateTimeOffset now)
    {
        string word = DataClasses.Known[rank];
        string? region = LegRegion.Of(pin.Provider, pin.Model);
        string[] elsewhere = [.. policy.Providers.Where(route => By(policy, route.Provider, "", rank, now) is not null).Select(route => route.Provider.Name).Take(8)];
        return new GatewayError(
            ErrorKind.Forbidden,
            Code,
            $"This request belongs to data of class {word}{(by is { } source ? $" ({source.Word()})" : "")}, and nothing lets that go to {pin.ServedBy} ({(region is null ? "bound to no region" : $"region {region}")}). "
            + $"{Allowed(pin.Provider, policy, now)} "
            + (elsewhere.Length > 0 ? $"Data of class {word} may go to: {string.Join(", ", elsewhere)}. " : $"No provider may have data of class {word}. ")
            + $"The operator states an agreement: causeway agreement new --provider {pin.Provider.Name} --region {region ?? Geography.Global} --data {word} --until DAY.");
    }

    // What would be allowed there.
    private static string Allowed(Provider provider, PolicyRevision policy, DateTimeOffset now)
    {
        Agreement[] all = [.. policy.Agreements.Of(provider.Name)];
        if (all.Length == 0)
        {
            return policy.Agreements.IsRequired ? $"There is no agreement with {provider.Name}, and one is required."
                : provider.HighestData < 0 ? $"The configuration lets nothing go to {provider.Name}."
                : $"The configuration lets {provider.Name} have data up to class {DataClasses.Known[provider.HighestData]}.";
        }

        string[] held = [.. all.Where(one => one.StateAt(now) == AgreementState.InForce).Take(4).Select(one => $"{string.Join(", ", one.Data)} in {string.Join(", ", one.Regions)} until {one.Until:yyyy-MM-dd}")];
        return held.Length > 0 ? $"Its agreements cover: {string.Join("; ", held)}." : $"Its last agreement ended at {all[0].End:yyyy-MM-dd HH:mm}Z.";
    }
}

/// <summary>Nothing lets a call's data go where it was to be sent. Nothing was sent.</summary>
/// <param name="error">What its caller is told.</param>
internal sealed class NotCoveredException(GatewayError error) : Exception(error.Message)
{
    public GatewayError Error { get; } = error;
}

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>Which restriction of a key a call breaks.</summary>
public enum Breach
{
    /// <summary>None.</summary>
    None,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time has not come.</summary>
    NotYet,

    /// <summary>It is for another deployment.</summary>
    Audience,

    /// <summary>Another route.</summary>
    Route,

    /// <summary>Another environment.</summary>
    Environment,

    /// <summary>Another feature.</summary>
    Feature,

    /// <summary>Another model, or one of another class.</summary>
    Model,

    /// <summary>More sensitive data.</summary>
    DataClass,

    /// <summary>From another network.</summary>
    Address,

    /// <summary>The bearer has not proven a key.</summary>
    Proof,
}

/// <summary>The stable codes of <see cref="Breach"/>.</summary>
public static class Breaches
{
    /// <summary>The code that a refusal carries: <c>token_…</c> where the key itself does not hold (401), <c>scope_…</c> where it does not reach (403).</summary>
    public static string Code(this Breach breach) => breach switch
    {
        Breach.Expired => "token_expired",
        Breach.NotYet => "token_not_yet",
        Breach.Audience => "token_wrong_audience",
        Breach.Route => "scope_route",
        Breach.Environment => "scope_env",
        Breach.Feature => "scope_feature",
        Breach.Model => "scope_model",
        Breach.DataClass => "scope_data_class",
        Breach.Address => "scope_address",
        Breach.Proof => "token_unproven",
        _ => throw new ArgumentOutOfRangeException(nameof(breach)),
    };
}

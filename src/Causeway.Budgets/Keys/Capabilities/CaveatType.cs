namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>What a caveat restricts. The numbers are the format's and never change (docs/capability-keys.md); 0 is kept for revocation ids.</summary>
public enum CaveatType : byte
{
    /// <summary><c>exp</c>: refused from this moment on.</summary>
    Expires = 1,

    /// <summary><c>nbf</c>: refused before this moment.</summary>
    NotBefore = 2,

    /// <summary><c>aud</c>: the deployments that may accept it.</summary>
    Audience = 3,

    /// <summary><c>route</c>: the routes that may be called.</summary>
    Route = 4,

    /// <summary><c>env</c>: the environments.</summary>
    Environment = 5,

    /// <summary><c>feature</c>: the features.</summary>
    Feature = 6,

    /// <summary><c>model_class</c>: the classes of models.</summary>
    ModelClass = 7,

    /// <summary><c>model</c>: the models.</summary>
    Model = 8,

    /// <summary><c>data_class_max</c>: the most sensitive class of data.</summary>
    DataClassMax = 9,

    /// <summary><c>max_cost_per_call</c>: nano-USD that one call may cost.</summary>
    MaxCostPerCall = 10,

    /// <summary><c>max_output</c>: output tokens of one call.</summary>
    MaxOutput = 11,

    /// <summary><c>max_calls</c>: calls in all.</summary>
    MaxCalls = 12,

    /// <summary><c>max_total</c>: nano-USD in all.</summary>
    MaxTotal = 13,

    /// <summary><c>run</c>: the agent run that it is for.</summary>
    Run = 14,

    /// <summary><c>cidr</c>: the networks that calls may come from.</summary>
    Cidr = 15,

    /// <summary><c>no_further</c>: nothing may be appended.</summary>
    NoFurther = 16,

    /// <summary><c>cnf</c>: the thumbprint of the key that its bearer has to prove.</summary>
    Confirmation = 17,
}

/// <summary>What the format knows of each type of caveat.</summary>
public static class CaveatTypes
{
    /// <summary>All of them, by number.</summary>
    public static IReadOnlyList<CaveatType> All { get; } = [.. Enumerable.Range(1, 17).Select(number => (CaveatType)number)];

    /// <summary>The word of a type: <c>exp</c>.</summary>
    public static string Word(this CaveatType type) => type switch
    {
        CaveatType.Expires => "exp",
        CaveatType.NotBefore => "nbf",
        CaveatType.Audience => "aud",
        CaveatType.Route => "route",
        CaveatType.Environment => "env",
        CaveatType.Feature => "feature",
        CaveatType.ModelClass => "model_class",
        CaveatType.Model => "model",
        CaveatType.DataClassMax => "data_class_max",
        CaveatType.MaxCostPerCall => "max_cost_per_call",
        CaveatType.MaxOutput => "max_output",
        CaveatType.MaxCalls => "max_calls",
        CaveatType.MaxTotal => "max_total",
        CaveatType.Run => "run",
        CaveatType.Cidr => "cidr",
        CaveatType.NoFurther => "no_further",
        CaveatType.Confirmation => "cnf",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>True for a type that this version knows.</summary>
    public static bool IsKnown(this CaveatType type) => type is >= CaveatType.Expires and <= CaveatType.Confirmation;

    /// <summary>True for <c>max_calls</c>, <c>max_total</c> and <c>run</c>: what they count is kept until the key's end, so they need one that is near.</summary>
    public static bool IsQuantity(this CaveatType type) => type is CaveatType.MaxCalls or CaveatType.MaxTotal or CaveatType.Run;

    internal static CaveatForm Form(this CaveatType type) => type switch
    {
        CaveatType.Expires or CaveatType.NotBefore => CaveatForm.Moment,
        CaveatType.Route or CaveatType.Model => CaveatForm.Patterns,
        CaveatType.Audience or CaveatType.Environment or CaveatType.Feature or CaveatType.ModelClass => CaveatForm.Names,
        CaveatType.DataClassMax or CaveatType.Run => CaveatForm.Name,
        CaveatType.MaxCostPerCall or CaveatType.MaxOutput or CaveatType.MaxCalls or CaveatType.MaxTotal => CaveatForm.Amount,
        CaveatType.Cidr => CaveatForm.Networks,
        CaveatType.NoFurther => CaveatForm.Empty,
        CaveatType.Confirmation => CaveatForm.Thumbprint,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}

/// <summary>How the value of a caveat is written. Every value has one form only.</summary>
internal enum CaveatForm
{
    /// <summary>Unix seconds, 4 bytes big-endian.</summary>
    Moment,

    /// <summary>Names, each once, in ascending order, with commas between them.</summary>
    Names,

    /// <summary>As <see cref="Names"/>; <c>*</c> at a name's end stands for anything that follows.</summary>
    Patterns,

    /// <summary>One name.</summary>
    Name,

    /// <summary>1 or more, 8 bytes big-endian.</summary>
    Amount,

    /// <summary>Networks (<see cref="AddressList"/>).</summary>
    Networks,

    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>A SHA-256, 32 bytes.</summary>
    Thumbprint,
}

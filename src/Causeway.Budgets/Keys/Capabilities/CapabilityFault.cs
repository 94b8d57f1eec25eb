namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>Why a text is not taken for a capability key.</summary>
public enum CapabilityFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Its form, its checksum, or the form or order of its caveats.</summary>
    Malformed,

    /// <summary>More than 1,024 bytes or 16 caveats.</summary>
    TooLarge,

    /// <summary>A type of caveat that this version does not know: it cannot be kept, so nothing is allowed.</summary>
    UnknownCaveat,

    /// <summary>Not made here, changed since, or of a generation of its grant's keys that was ended.</summary>
    BadTag,
}

/// <summary>The stable codes of <see cref="CapabilityFault"/>.</summary>
public static class CapabilityFaults
{
    /// <summary>The code that a refusal carries.</summary>
    public static string Code(this CapabilityFault fault) => fault switch
    {
        CapabilityFault.Malformed => "auth_malformed",
        CapabilityFault.TooLarge => "token_too_large",
        CapabilityFault.UnknownCaveat => "token_unknown_caveat",
        CapabilityFault.BadTag => "token_bad_tag",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}

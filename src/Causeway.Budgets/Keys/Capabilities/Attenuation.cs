using System.Globalization;
using System.Text;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>
/// Narrows a capability key: no server, no secret but the key. What is appended can only take away, whatever it is; caveats that take nothing away or
/// leave nothing are refused here all the same, because whoever asked for them meant something else.
/// </summary>
public static class Attenuation
{
    /// <summary>Appends caveats to a key.</summary>
    /// <param name="key">The key's text.</param>
    /// <param name="caveats">1 or more, in the order in which they are to stand: an <c>exp</c> before what it bounds, <c>no_further</c> last.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The narrowed key's text, or a sentence that says what is wrong, without the key: exactly one of the two.</returns>
    public static (string? Key, string? Problem) Of(string key, IReadOnlyList<Caveat> caveats, DateTimeOffset now)
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        CapabilityFault fault = CapabilityToken.TryParse(Encoding.UTF8.GetBytes(key), buffer, out CapabilityToken token);
        if (fault != CapabilityFault.None)
        {
            return (null, Words(fault));
        }

        var meet = Restrictions.Claimed(token);
        if (meet.NoFurther)
        {
            return (null, "The key may not be narrowed: it ends with no_further.");
        }

        if (now >= meet.NotAfter)
        {
            return (null, $"The key's time is over since {Time(meet.NotAfter.Value)}.");
        }

        if (caveats.Count == 0)
        {
            return (null, "There is nothing to narrow the key to.");
        }

        foreach (Caveat caveat in caveats)
        {
            if (Narrowing.Problem(meet, caveat, now) is { } problem)
            {
                return (null, problem);
            }

            meet.Claim(caveat);
        }

        (string? text, fault) = CapabilityKey.Extend(token.Body, token.Tag, caveats);
        return (text, text is null ? Unfit(fault) : null);
    }

    /// <summary>What a fault means, in a sentence.</summary>
    public static string Words(CapabilityFault fault) => fault switch
    {
        CapabilityFault.Malformed => "That is not a whole capability key: a character was changed, lost or added.",
        CapabilityFault.TooLarge => $"That is larger than a capability key can be: {CapabilityToken.MaxBytes:N0} bytes and {CapabilityToken.MaxCaveats} caveats.",
        CapabilityFault.UnknownCaveat => "The key has a restriction that this version does not know.",
        CapabilityFault.BadTag => "The key was not made under this master key, or was changed since.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    internal static string Time(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Unfit(CapabilityFault fault) => fault == CapabilityFault.TooLarge
        ? $"The narrowed key would be larger than a key can be: {CapabilityToken.MaxBytes:N0} bytes and {CapabilityToken.MaxCaveats} caveats."
        : "No key can have these restrictions in this order: nothing stands after no_further, and there is one cnf at most.";
}

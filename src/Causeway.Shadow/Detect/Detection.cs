namespace Causeway.Shadow.Detect;

/// <summary>What can be found in what goes out.</summary>
public enum DetectedKind
{
    /// <summary>An address of e-mail.</summary>
    Email,

    /// <summary>A telephone number: international, or as the United States write it.</summary>
    Phone,

    /// <summary>The number of a payment card (ISO/IEC 7812: a known issuer, its length, Luhn's checksum).</summary>
    Card,

    /// <summary>An account (ISO 13616: the country's length, mod 97).</summary>
    Iban,

    /// <summary>A national number of a person.</summary>
    NationalId,

    /// <summary>A credential, by the rules of the scan.</summary>
    Secret,
}

/// <summary>A place in a text.</summary>
/// <param name="Kind">What is there.</param>
/// <param name="Start">The first character.</param>
/// <param name="Length">How many.</param>
public readonly record struct Detection(DetectedKind Kind, int Start, int Length)
{
    internal int End => Start + Length;
}

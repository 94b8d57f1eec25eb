using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>What becomes of a keyword.</summary>
internal enum Treatment
{
    /// <summary>It is sent, and held.</summary>
    Native,

    /// <summary>It is sent, which does no harm, and is enforced afterwards.</summary>
    Sent,

    /// <summary>It is not sent but said in words, and is enforced afterwards.</summary>
    Said,
}

internal static class TreatmentExtensions
{
    /// <summary>What becomes of a keyword with this number, by its row.</summary>
    public static (Treatment Treatment, Support Support) Treat(this KeywordSupport row, decimal? number = null)
    {
        bool isWithin = row.Max is not { } max || number is not { } value || value <= max;
        Support support = !isWithin ? row.Above : row.Support == Support.Partly && row.Max is not null ? Support.Enforced : row.Support;
        return (support switch
        {
            Support.Enforced when !row.IsUnverified => Treatment.Native,
            Support.Enforced or Support.Partly or Support.Accepted or Support.Ignored => Treatment.Sent,
            _ => Treatment.Said,
        }, support);
    }
}

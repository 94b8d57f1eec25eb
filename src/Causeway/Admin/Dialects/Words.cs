using Causeway.Contracts.Dialects;

namespace Causeway.Admin.Dialects;

/// <summary>How the API and the command line spell what the room of contracts knows.</summary>
internal static class Words
{
    public static string Of(Support support) => support switch
    {
        Support.Enforced => "enforced",
        Support.Partly => "partly",
        Support.Accepted => "accepted",
        Support.Ignored => "ignored",
        Support.Rejected => "rejected",
        Support.Unsupported => "unsupported",
        _ => "unknown",
    };

    public static string Of(Evidence evidence) => evidence switch
    {
        Evidence.Doc => "documentation",
        Evidence.Spec => "specification",
        Evidence.Src => "source",
        Evidence.Obs => "observed",
        Evidence.Rep => "reported",
        Evidence.Measured => "measured",
        _ => "none",
    };
}

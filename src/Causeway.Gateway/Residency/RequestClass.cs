using Causeway.Budgets.Grants;
using Causeway.Gateway.Flow;
using Causeway.Wire.Errors;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Residency;

/// <summary>
/// The class of data that a request belongs to: the strictest of what its caller says, what it was found to hold, what the rules say of its team and feature, and what its grant demands.
/// Where none of them says anything it is <see cref="Unsaid"/>, or what the grant and the key allow at most where that is less.
/// </summary>
/// <param name="Rank">Its place in <see cref="DataClasses.Known"/>.</param>
/// <param name="By">Which of them decided.</param>
internal readonly record struct RequestClass(int Rank, ClassSource By)
{
    public const string Header = "x-causeway-data-class";

    /// <summary>The class where nothing says one: a prompt of the company's that nobody looked at is not public.</summary>
    public static readonly int Unsaid = DataClasses.Rank("internal")!.Value;

    /// <summary>The class in a word.</summary>
    public string Word => DataClasses.Known[Rank];

    /// <summary>The strictest of all that is said, or what is wrong with the header.</summary>
    /// <returns>What is wrong; null: nothing is, and <paramref name="data"/> is the class.</returns>
    public static GatewayError? Of(Call call, Caller caller, ClassRules rules, out RequestClass data)
    {
        data = default;
        StringValues header = call.Context.Request.Headers[Header];
        int? said = header.Count == 1 ? DataClasses.Rank(header.ToString()) : null;
        if (header.Count > 1 || (header.Count == 1 && said is null))
        {
            return new GatewayError(ErrorKind.Malformed, "data_class_unknown", $"{Header} names one class of data: {string.Join(", ", DataClasses.Known)}.") { Param = Header };
        }

        RequestClass? strictest = said is { } rank ? new RequestClass(rank, ClassSource.Header) : null;
        strictest = Stricter(strictest, call.RaisedDataClass is { } raised ? DataClasses.Rank(raised) : null, ClassSource.Detectors);
        strictest = Stricter(strictest, rules.RankOf(caller.Key.Attribution.Team, caller.Key.Attribution.Feature), ClassSource.Rule);
        strictest = Stricter(strictest, caller.Grant.Scope.DataClassMin, ClassSource.Grant);
        data = strictest ?? new RequestClass(Math.Min(Unsaid, Math.Min(caller.Grant.Scope.DataClassMax ?? Unsaid, Math.Max(0, caller.Restrictions?.DataClassMax ?? Unsaid))), ClassSource.Nobody);
        return null;
    }

    private static RequestClass? Stricter(RequestClass? before, int? rank, ClassSource by) => rank is { } other && (before is null || other > before.Value.Rank) ? new RequestClass(other, by) : before;
}

/// <summary>What said which class a request belongs to.</summary>
internal enum ClassSource
{
    /// <summary>Nothing did.</summary>
    Nobody,

    /// <summary>The caller.</summary>
    Header,

    /// <summary>What the request was found to hold.</summary>
    Detectors,

    /// <summary>A rule for its team or feature.</summary>
    Rule,

    /// <summary>Its grant.</summary>
    Grant,
}

/// <summary>The same in words for people.</summary>
internal static class ClassSources
{
    public static string Word(this ClassSource by) => by switch
    {
        ClassSource.Header => RequestClass.Header,
        ClassSource.Detectors => "detectors",
        ClassSource.Rule => "classes of the configuration",
        ClassSource.Grant => "its grant",
        _ => "nothing says another",
    };
}

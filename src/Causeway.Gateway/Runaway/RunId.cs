using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Flow;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Runaway;

/// <summary>Which run a request says it belongs to. What a token binds is stronger: a header can be changed at will.</summary>
/// <param name="Name">1 to 128 visible ASCII characters.</param>
/// <param name="Depth">1 for a run that no other run started, at most <see cref="MaxDepth"/>.</param>
internal sealed record RunId(string Name, int Depth = 1)
{
    public const string Header = "x-causeway-run";
    public const string DepthHeader = "x-causeway-run-depth";
    public const int MaxDepth = 1000;

    /// <summary>Reads the headers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="run">The run; null: the request belongs to none.</param>
    /// <param name="error"><c>run_invalid</c> where a header cannot be read: a run that is not watched must not pass for one that is.</param>
    /// <returns>False where there is an error.</returns>
    public static bool TryRead(HttpRequest request, out RunId? run, [NotNullWhen(false)] out GatewayError? error)
    {
        (run, error) = (null, null);
        StringValues names = request.Headers[Header];
        StringValues depths = request.Headers[DepthHeader];
        if (names.Count == 0)
        {
            error = depths.Count == 0 ? null : Invalid(DepthHeader, $"{DepthHeader} says how deep a run is, and no run is named. Send {Header} with it, or leave it out.");
            return error is null;
        }

        if (names is not [{ } name] || !RunKey.IsRunId(name))
        {
            error = Invalid(Header, $"{Header} names one run, by 1 to {RunKey.MaxLength} visible ASCII characters without blanks. Send it once.");
            return false;
        }

        int depth = 1;
        if (depths.Count > 0 && !(depths is [{ } told] && int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out depth) && depth is >= 1 and <= MaxDepth))
        {
            error = Invalid(DepthHeader, $"{DepthHeader} is one whole number from 1, for a run that no other run started, to {MaxDepth}. Send it once, or leave it out.");
            return false;
        }

        run = new RunId(name, depth);
        return true;
    }

    private static GatewayError Invalid(string header, string message) => new(ErrorKind.Malformed, "run_invalid", message) { Param = header };
}

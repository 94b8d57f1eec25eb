using Causeway.Budgets.Labels;
using Causeway.Gateway.Flow;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Labels;

/// <summary>What a request says of itself in headers: tags, and which of the caller's people it is for. Without such a header nothing is allocated.</summary>
internal static class ReadLabels
{
    public const string TagsHeader = "x-causeway-tags";
    public const string EndUserHeader = "x-causeway-end-user";
    private const string Code = "label_invalid";

    /// <returns>What is wrong with a header; null: nothing is, and <see cref="Call.Labels"/> has what was said.</returns>
    public static GatewayError? Run(Call call, EndUsers users)
    {
        IHeaderDictionary headers = call.Context.Request.Headers;
        (StringValues tags, StringValues user) = (headers[TagsHeader], headers[EndUserHeader]);
        return tags.Count + user.Count == 0 ? null : Read(call, tags, user, users);
    }

    private static GatewayError? Read(Call call, in StringValues tags, in StringValues user, EndUsers users)
    {
        string? booked = null;
        if (user.Count > 0)
        {
            string said = user.ToString();
            if ((user.Count > 1 ? "comes more than once" : RequestLabels.EndUserProblem(said)) is { } problem)
            {
                return Invalid(EndUserHeader, problem);
            }

            booked = users.Booked(said);
        }

        string? read = null;
        if (tags.Count > 0 && !RequestTags.TryRead(tags.ToString(), out read, out string? wrong)) // Several lines are one list, as RFC 9110 (5.3) has it.
        {
            return Invalid(TagsHeader, wrong);
        }

        call.Labels = new RequestLabels(booked, read);
        return null;
    }

    private static GatewayError Invalid(string header, string problem) => new(ErrorKind.Malformed, Code, $"{header} {problem}.") { Param = header };
}

using System.Globalization;
using Causeway.Gateway.Flow;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Models;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Inbound;

/// <summary>A part of a list of models, as its protocol asks for one: Anthropic by <c>limit</c>, <c>after_id</c> and <c>before_id</c>, Gemini by <c>pageSize</c> and <c>pageToken</c>. Who asks for none gets all.</summary>
/// <param name="Models">Its models, in the list's order.</param>
/// <param name="HasMore">Others follow; of a page before one, others precede it.</param>
internal sealed record ModelPage(IReadOnlyList<ListedModel> Models, bool HasMore)
{
    private const int MaxModels = 1_000;

    /// <summary>Cuts it out.</summary>
    public static Verdict<ModelPage> Of(Protocol protocol, List<ListedModel> all, IQueryCollection query) => protocol switch
    {
        Protocol.Anthropic => Cut(all, query, "limit", "after_id", "before_id"),
        Protocol.Gemini => Cut(all, query, "pageSize", "pageToken", before: null),
        _ => new ModelPage(all, HasMore: false),
    };

    private static Verdict<ModelPage> Cut(List<ListedModel> all, IQueryCollection query, string size, string after, string? before)
    {
        int most = MaxModels;
        if (query.TryGetValue(size, out var asked) && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > MaxModels))
        {
            return Invalid(size, $"is a whole number from 1 to {MaxModels}");
        }

        (int from, int to) = (0, all.Count);
        if (query.TryGetValue(after, out var first))
        {
            from = all.FindIndex(model => model.Id == first) + 1;
        }

        if (before is not null && query.TryGetValue(before, out var last))
        {
            to = all.FindIndex(model => model.Id == last);
        }

        return from == 0 && query.ContainsKey(after) ? Invalid(after, "names no model of this list")
            : to < 0 ? Invalid(before!, "names no model of this list")
            : before is not null && query.ContainsKey(before) ? new ModelPage([.. all.Take(to).Skip(Math.Max(from, to - most))], to - most > from)
            : new ModelPage([.. all.Skip(from).Take(most)], all.Count - from > most);
    }

    private static GatewayError Invalid(string name, string what) => new(ErrorKind.Malformed, "field_invalid", $"\"{name}\" {what}.") { Param = name };
}

using Causeway.Budgets.Labels;
using Causeway.Budgets.Ledger;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Spend;

/// <summary>What spend is grouped by, in the API's words.</summary>
internal static class SpendGroups
{
    private const string TagPrefix = "tag:";

    /// <summary>Those that have a fixed name.</summary>
    public static readonly IReadOnlyList<(string Name, SpendDimension Dimension)> Named =
    [
        ("team", SpendDimension.Team),
        ("feature", SpendDimension.Feature),
        ("env", SpendDimension.Environment),
        ("cost_centre", SpendDimension.CostCentre),
        ("model", SpendDimension.Model),
        ("provider", SpendDimension.Provider),
        ("key", SpendDimension.Key),
        ("end_user", SpendDimension.EndUser),
        ("hour", SpendDimension.Hour),
        ("day", SpendDimension.Day),
    ];

    public static readonly QueryParameter By = new(
        "by", "What to group by, with commas: any of team, feature, env, cost_centre, model, provider, key, end_user, tag:NAME (one tag), hour and day. team when left out. By end_user and tag:NAME the records themselves are read: as far back as they are kept, and within the time that a read has.");

    public static IReadOnlyList<string> Words { get; } = [.. Named.Select(one => one.Name), TagPrefix + "NAME"];

    /// <summary>The groups, or what is wrong with them.</summary>
    public static IEnumerable<FieldProblem> Read(IQueryCollection query, out SpendDimension[] by, out string? tag)
    {
        string[] names = (By.Text(query) ?? "team").Split(',', StringSplitOptions.TrimEntries);
        string[] tags = [.. names.Where(name => name.StartsWith(TagPrefix, StringComparison.Ordinal)).Select(name => name[TagPrefix.Length..])];
        tag = tags.FirstOrDefault();
        by = [.. names.Select(Of).OfType<SpendDimension>()];
        return names.Distinct().Count() < names.Length ? [new FieldProblem("by", "names a group twice")]
            : tags.Length > 1 ? [new FieldProblem("by", "names two tags; group by one")]
            : [
                .. names.Where(name => Of(name) is null).Select(name => new FieldProblem("by", $"\"{Printable.Cut(name)}\" is not one of: {string.Join(", ", Words)}{Nearest.To(name, Named.Select(one => one.Name))}")),
                .. tags.Where(name => RequestTags.NameProblem(name) is not null).Select(name => new FieldProblem("by", RequestTags.NameProblem(name)!)),
            ];
    }

    /// <summary>A group's name.</summary>
    public static string NameOf(SpendDimension dimension, string? tag) => dimension == SpendDimension.Tag ? TagPrefix + tag : Named.First(group => group.Dimension == dimension).Name;

    private static SpendDimension? Of(string name) =>
        name.StartsWith(TagPrefix, StringComparison.Ordinal) ? SpendDimension.Tag
        : Named.Any(one => one.Name == name) ? Named.First(one => one.Name == name).Dimension
        : null;
}

/// <summary>Parameters that ask for what has a label.</summary>
internal static class LabelFilters
{
    public static readonly QueryParameter EndUser = new("end_user", "Only what was for this one of its caller's people, as it is booked.") { Longest = RequestLabels.MaxEndUser };
    public static readonly QueryParameter Tag = new("tag", "Only what has this tag: NAME=VALUE.");

    /// <summary>The tag that is asked for, or what is wrong with it.</summary>
    public static IEnumerable<FieldProblem> ReadTag(IQueryCollection query, out (string Name, string Value)? tag)
    {
        tag = null;
        if (Tag.Text(query) is not { } text)
        {
            return [];
        }

        if (!RequestTags.TryRead(text, out string? read, out string? problem) || read.Contains(',', StringComparison.Ordinal))
        {
            return [new FieldProblem(Tag.Name, problem ?? "is one tag, NAME=VALUE")];
        }

        tag = RequestTags.Each(read).Single();
        return [];
    }
}

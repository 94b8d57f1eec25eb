using Causeway.Releases.Releases;

namespace Causeway.Admin.Policy;

/// <summary>Releases under labels of their own, and the channels that point at them.</summary>
/// <param name="Releases">By label, sorted.</param>
/// <param name="Channels">By name.</param>
internal sealed record LabelledPolicy(SortedDictionary<string, Release> Releases, IReadOnlyList<PointedChannel> Channels)
{
    private const int ShortDigits = 8;

    /// <summary>Gives each release a label: its own, or else the name of a channel that points at it; with some of its id where another has that label.</summary>
    public static LabelledPolicy Of(IReadOnlyList<Release> releases, IReadOnlyList<PointedChannel> channels)
    {
        var labels = new SortedDictionary<string, Release>(StringComparer.Ordinal);
        foreach (Release release in releases)
        {
            string wanted = release.Label ?? channels.FirstOrDefault(channel => channel.Release.Id == release.Id)?.Channel.Name ?? "release";
            string id = release.Id.ToString()[ReleaseId.Prefix.Length..];
            string[] candidates = [wanted, Join(wanted, id[..ShortDigits]), Join(wanted, id)];
            labels.Add(candidates.First(label => !labels.ContainsKey(label)), release);
        }

        return new LabelledPolicy(labels, channels);
    }

    /// <summary>The label of one of the releases.</summary>
    public string LabelOf(Release release) => Releases.First(labelled => labelled.Value.Id == release.Id).Key;

    // A label has a longest length too.
    private static string Join(string label, string digits) =>
        $"{label[..Math.Min(label.Length, Release.MaxLabelLength - digits.Length - 1)]}-{digits}";
}

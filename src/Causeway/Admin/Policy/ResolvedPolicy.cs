using Causeway.Admin.Releases;
using Causeway.Configuration;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Admin.Policy;

/// <summary>A policy document compared with the world: pins resolved, references found.</summary>
/// <param name="Document">What the store applies.</param>
/// <param name="Labels">The releases of the document under their labels.</param>
/// <param name="Known">Every release that the document defines or a channel of it names, by id.</param>
internal sealed record ResolvedPolicy(
    PolicyDocument Document, IReadOnlyList<(string Label, Release Release)> Labels, IReadOnlyDictionary<ReleaseId, Release> Known)
{
    /// <summary>Resolves what was written. Mistakes go to the findings; with any of them the result must not be applied.</summary>
    public static async Task<ResolvedPolicy> OfAsync(
        WrittenPolicy written, PinResolver resolver, PolicyRevision policy, IReleaseStore kept, DateTimeOffset now, Findings findings, CancellationToken cancellation)
    {
        var labels = new List<(string Label, Release Release)>();
        foreach (WrittenRelease release in written.Releases)
        {
            if (release.Draft is not { } draft)
            {
                continue;
            }

            (ReleaseContent? content, IReadOnlyList<FieldProblem> problems) = await draft.ResolveAsync(resolver, policy, kept, cancellation);
            foreach (FieldProblem problem in problems)
            {
                findings.Error(release.PlaceOf(problem.Field!), release.PathOf(problem.Field!), problem.Message);
            }

            if (content is not null)
            {
                labels.Add((release.Label, new Release(content, release.Label, now)));
            }
        }

        Dictionary<ReleaseId, Release> known = labels.DistinctBy(label => label.Release.Id).ToDictionary(label => label.Release.Id, label => label.Release);
        var channels = new List<WantedChannel>();
        foreach (WrittenChannel channel in written.Channels)
        {
            if (await FindAsync(channel, written, labels, kept, findings, cancellation) is { } release)
            {
                known.TryAdd(release.Id, release);
                channels.Add(new WantedChannel(channel.Name, release.Id, channel.Unsupported, channel.Conformance));
            }
        }

        return new ResolvedPolicy(new PolicyDocument([.. labels.Select(label => label.Release)], channels), labels, known);
    }

    private static async Task<Release?> FindAsync(
        WrittenChannel channel, WrittenPolicy written, List<(string Label, Release Release)> labels, IReleaseStore kept, Findings findings, CancellationToken cancellation)
    {
        // The document's own labels come first. One whose release has a mistake was reported there.
        if (written.Releases.Any(release => release.Label == channel.Release))
        {
            return labels.FirstOrDefault(label => label.Label == channel.Release).Release;
        }

        if (!channel.Release.StartsWith(ReleaseId.Prefix, StringComparison.Ordinal))
        {
            string[] all = [.. written.Releases.Select(release => release.Label)];
            findings.Error(
                channel.ReleaseAt,
                channel.ReleasePath,
                $"\"{Printable.Cut(channel.Release)}\" is neither a label of this document nor an id (rel_…){Nearest.To(channel.Release, all)}");
            return null;
        }

        ReleaseLookup found = await ReleaseLookup.ByIdAsync(channel.Release, kept, cancellation);
        if (found.Release is null)
        {
            findings.Error(channel.ReleaseAt, channel.ReleasePath, found.Message!);
        }

        return found.Release;
    }
}

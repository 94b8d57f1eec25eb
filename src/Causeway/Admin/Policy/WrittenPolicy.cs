using Causeway.Admin.Releases;
using Causeway.Configuration.Yaml;
using Causeway.Releases.Channels;

namespace Causeway.Admin.Policy;

/// <summary>A policy document as it was written: well formed, and not compared with the world yet.</summary>
internal sealed record WrittenPolicy(IReadOnlyList<WrittenRelease> Releases, IReadOnlyList<WrittenChannel> Channels);

/// <summary>A release of the document.</summary>
/// <param name="Label">The name that the document gives it.</param>
/// <param name="Draft">What is written under it; null: a mistake in it was reported.</param>
/// <param name="Places">Where its fields stand, by name: <c>pins[0]</c>, <c>prompt</c>; the release itself under the empty name.</param>
internal sealed record WrittenRelease(string Label, ReleaseDraft? Draft, IReadOnlyDictionary<string, Position> Places)
{
    /// <summary>Its field as messages name it.</summary>
    public string PathOf(string field)
    {
        string release = FieldPath.Child(PolicyReader.Releases, Label);
        return field.Length == 0 ? release : $"{release}.{field}";
    }

    /// <summary>Where a field stands, or else the release.</summary>
    public Position PlaceOf(string field) => Places.TryGetValue(field, out Position at) ? at : Places[""];
}

/// <summary>A channel of the document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Release">A label of the document, or an id.</param>
/// <param name="ReleaseAt">Where that stands.</param>
/// <param name="Unsupported">What is to become of fields that a pin cannot carry.</param>
/// <param name="Conformance">What is to be asked of pins where a contract holds.</param>
internal sealed record WrittenChannel(string Name, string Release, Position ReleaseAt, UnsupportedFields Unsupported, ConformanceRule Conformance)
{
    /// <summary>Its field as messages name it.</summary>
    public string ReleasePath => FieldPath.Child(PolicyReader.Channels, Name) + ".release";
}

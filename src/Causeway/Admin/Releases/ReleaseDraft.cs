using Causeway.Admin.Contracts;
using Causeway.Gateway.Policy;
using Causeway.Releases.Parameters;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Admin.Releases;

/// <summary>A release as a person wrote it, in a body or in a policy document: its pins are not resolved yet.</summary>
internal sealed record ReleaseDraft
{
    public required IReadOnlyList<string> Pins { get; init; }

    public string? Prompt { get; init; }

    public ReleaseParameters Parameters { get; init; } = ReleaseParameters.None;

    /// <summary>A registered contract, <c>NAME</c> or <c>NAME@VERSION</c>; null: none.</summary>
    public string? Contract { get; init; }

    public bool AllowAlias { get; init; }

    /// <summary>Resolves the pins and checks the whole.</summary>
    /// <returns>The content; or every mistake, by field.</returns>
    /// <remarks>
    /// What is kept already is taken as it is written. A later catalogue may call one of its pins an alias, or its provider may be gone: a document
    /// that was exported must still change nothing.
    /// </remarks>
    public async Task<(ReleaseContent? Content, IReadOnlyList<FieldProblem> Problems)> ResolveAsync(
        PinResolver resolver, PolicyRevision policy, IReleaseStore kept, CancellationToken cancellation)
    {
        ContractLookup? named = Contract is null ? null : ContractLookup.ByName(Contract, policy.Contracts);
        ReleaseContract? contract = named?.Contract is { Contract: { } version } ? new ReleaseContract(version.Name, version.Version, version.Id.ToString()) : null;
        if (named?.Message is null && AsWritten(contract) is { } written && await FindAsync(written, kept, cancellation) is { } same)
        {
            return (same.Content, []);
        }

        PinResolution[] resolved = [.. Pins.Select(pin => resolver.Resolve(pin, AllowAlias))];
        FieldProblem[] refused = [.. resolved.Select((resolution, i) => ProblemOf(resolution, i, resolver)).OfType<FieldProblem>()];

        // A pin that was refused still counts and still has its place.
        ReleaseContent content = Content([.. resolved.Select((resolution, i) => resolution.Pin ?? new Pin("", Pins[i], PinClass.Unknown))], contract);
        FieldProblem[] problems =
        [
            .. refused,
            .. refused.Length > 0 ? [] : Parted([.. resolved.Select(resolution => resolution.Pin!)], policy),
            .. content.Problems().Select(problem => new FieldProblem(problem.Field, Printable.Cut(problem.Message))),
            .. named?.Message is { } message ? [new FieldProblem("contract", message)] : Array.Empty<FieldProblem>(),
        ];
        return problems.Length == 0 ? (content, []) : (null, problems);
    }

    // A pin that stands in for another one must make vectors that compare with its.
    private static IEnumerable<FieldProblem> Parted(Pin[] pins, PolicyRevision policy) => pins
        .Select((pin, i) => (Pin: pin, Place: i))
        .Where(one => EmbeddingPins.Part(policy, pins[0], one.Pin))
        .Select(one => new FieldProblem($"pins[{one.Place}]", $"makes vectors that do not compare with those of {Printable.Cut(pins[0].ToString())}, and cannot stand in for it: an index would hold both. A release for embeddings has one model, at one provider or more"));

    /// <summary>Resolves pins against the providers and the catalogue of today.</summary>
    public static PinResolver ResolverOf(PolicyRevision policy, ModelCatalogue models) =>
        new(policy.Providers.ToDictionary(route => route.Provider.Name, route => route.Provider.Catalogue, StringComparer.Ordinal), models);

    private ReleaseContent? AsWritten(ReleaseContract? contract)
    {
        Pin?[] pins = [.. Pins.Select(PinResolver.Split)];
        return pins.All(pin => pin is not null) && Content([.. pins.OfType<Pin>()], contract) is var content && !content.Problems().Any() ? content : null;
    }

    private static async Task<Release?> FindAsync(ReleaseContent content, IReleaseStore kept, CancellationToken cancellation)
    {
        var id = ReleaseId.Of(content.ToCanonicalJson());
        return await kept.FindAsync(new ReleaseIdRange(id, id), cancellation) is [{ } same] ? same : null;
    }

    // What may float is what does: a permission that is not used makes no other release.
    private ReleaseContent Content(IReadOnlyList<Pin> pins, ReleaseContract? contract) => new()
    {
        Pins = [.. pins],
        Prompt = Prompt,
        Parameters = Parameters,
        Contract = contract,
        AllowFloat = AllowAlias && pins.Any(pin => pin.Class is PinClass.Float or PinClass.Unknown),
    };

    private FieldProblem? ProblemOf(PinResolution resolution, int i, PinResolver resolver) => resolution.Problem is null
        ? null
        : new FieldProblem($"pins[{i}]", $"\"{Printable.Cut(Pins[i])}\" {resolution.Problem}{Hint(resolution.Fault, Pins[i], resolver)}");

    private static string Hint(PinFault fault, string pin, PinResolver resolver) =>
        fault == PinFault.ProviderUnknown ? Nearest.To(pin[..pin.IndexOf('/', StringComparison.Ordinal)], resolver.Providers) : "";
}

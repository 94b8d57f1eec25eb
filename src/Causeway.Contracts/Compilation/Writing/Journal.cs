using System.Collections.Immutable;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>What is to be told of a compilation. One line for each place and subject, however often the place is written.</summary>
internal sealed class Journal(DialectProfile dialect)
{
    private readonly List<Rewrite> _rewrites = [];
    private readonly List<Loss> _losses = [];
    private readonly List<Impossibility> _impossible = [];
    private readonly HashSet<(string Path, string Feature, int List)> _told = [];

    public ImmutableArray<Rewrite> Rewrites => [.. _rewrites];

    public ImmutableArray<Loss> Losses => [.. _losses];

    public ImmutableArray<Impossibility> Impossible => [.. _impossible];

    public void Rewrite(string path, string feature, string what)
    {
        if (_told.Add((path, feature, 0)))
        {
            _rewrites.Add(new Rewrite(path, feature, what));
        }
    }

    /// <summary>A rule that is not held, by the row that says so.</summary>
    public void Loss(string path, string feature, KeywordSupport row, string? more = null) => Loss(path, feature, Because(row, row.Support) + (more is null ? "" : $": {more}"));

    public void Loss(string path, string feature, string why)
    {
        if (_told.Add((path, feature, 1)))
        {
            _losses.Add(new Loss(path, feature, why));
        }
    }

    /// <summary>Documents that the contract allows and that can never come.</summary>
    public void Narrows(string path, string feature, string why)
    {
        if (_told.Add((path, feature, 2)))
        {
            _losses.Add(new Loss(path, feature, why, Narrows: true));
        }
    }

    public void Refuse(string path, string feature, string why, string fix)
    {
        if (_told.Add((path, feature, 3)))
        {
            _impossible.Add(new Impossibility(path, feature, why, fix));
        }
    }

    /// <summary>A row in words: what the dialect does, by which evidence, since when that is known.</summary>
    public string Because(KeywordSupport row, Support support)
    {
        string does = support switch
        {
            Support.Enforced => "not established at",
            Support.Partly => "enforced in part by",
            Support.Accepted => "taken, but its enforcement is not established at",
            Support.Ignored => "ignored by",
            Support.Rejected => "rejected by",
            Support.Unsupported => "not supported by",
            _ => "unknown of",
        };
        string evidence = row.Evidence switch
        {
            Evidence.Doc => "documentation",
            Evidence.Spec => "API description",
            Evidence.Src => "source code",
            Evidence.Obs => "observed",
            Evidence.Rep => "reported",
            Evidence.Measured => "measured",
            _ => "no source",
        };
        return $"{does} {dialect.Title} ({evidence}, {row.Date}{(row.IsUnverified ? ", unverified" : "")})";
    }
}

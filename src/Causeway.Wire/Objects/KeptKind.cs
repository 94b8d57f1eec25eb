namespace Causeway.Wire.Objects;

/// <summary>A kind of thing that a provider keeps for its account, whoever had it made: which path lists it, and where answers name one. Data of its protocol.</summary>
/// <param name="List">The segments of the path below which each stands: <c>fine_tuning/jobs</c>.</param>
public sealed record KeptKind(string List)
{
    /// <summary>How long vendors keep what they drop by themselves, and some days more: 30 days (OpenAI's responses), 29 (Anthropic's results), 48 hours (Gemini's files).</summary>
    public static readonly TimeSpan ForAWhile = TimeSpan.FromDays(35);

    /// <summary>What is kept until somebody deletes it, which may happen elsewhere: ten years.</summary>
    public static readonly TimeSpan ForLong = TimeSpan.FromDays(3650);

    /// <summary>How long whose it is has to be known.</summary>
    public TimeSpan Lasts { get; init; } = ForLong;

    /// <summary>Where the answer to a POST to the list says what was made; empty: nothing is made there that is kept.</summary>
    public IReadOnlyList<string> Made { get; init; } = ["id"];

    /// <summary>Where an answer about one says what came of it: files that a batch leaves.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>Verbs at a model that make one: <c>models/x:batchGenerateContent</c>.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>Whether one is kept where the request does not say (<c>store</c>); null: it has no say.</summary>
    public bool? StoredUnlessTold { get; init; }

    /// <summary>How the vendor lists them; null: it does not.</summary>
    public KeptListing? Listing { get; init; }

    /// <summary><see cref="List"/>, one by one.</summary>
    internal string[] Segments { get; } = List.Split('/');
}

/// <summary>How a vendor lists what it keeps.</summary>
/// <param name="Entries">The member that holds them.</param>
/// <param name="Name">What names an entry.</param>
/// <param name="Next">The member that says where the next page begins.</param>
/// <param name="NextQuery">The field of the query that takes it.</param>
/// <param name="More">The member that says whether there is a next page; null: <paramref name="Next"/> is missing where there is none.</param>
public sealed record KeptListing(string Entries, string Name, string Next, string NextQuery, string? More = null);

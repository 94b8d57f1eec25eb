using Causeway.Contracts.Json;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>Which draft a <c>$schema</c> means.</summary>
internal static class DraftCatalogue
{
    private static readonly DraftRules s_2020 = new(Draft.Latest);
    private static readonly DraftRules s_7 = new(Draft.Seven);

    /// <summary>2020-12, which is taken where a schema says nothing.</summary>
    public static DraftRules Default => s_2020;

    /// <summary>The rules of a published meta-schema; null: it is none. Drafts between the two are read as the nearer one: 2019-09 as 2020-12, draft-06 and draft-04 as draft-07.</summary>
    public static DraftRules? Find(string uri)
    {
        string name = uri.TrimEnd('#').Replace("http://", "https://", StringComparison.Ordinal);
        return name switch
        {
            "https://json-schema.org/draft/2020-12/schema" or "https://json-schema.org/draft/2019-09/schema" or "https://json-schema.org/schema" => s_2020,
            "https://json-schema.org/draft-07/schema" or "https://json-schema.org/draft-06/schema" or "https://json-schema.org/draft-04/schema" => s_7,
            _ => null,
        };
    }

    /// <summary>The rules that a meta-schema of one's own lays down by its vocabularies (2020-12, section 8.1.2).</summary>
    public static DraftRules Of(JsonView metaSchema, int at)
    {
        int vocabulary = metaSchema.Member(at, "$vocabulary"u8);
        bool validates = vocabulary < 0 || metaSchema.Member(vocabulary, "https://json-schema.org/draft/2020-12/vocab/validation"u8) >= 0;
        bool asserts = vocabulary >= 0 && metaSchema.Member(vocabulary, "https://json-schema.org/draft/2020-12/vocab/format-assertion"u8) >= 0;
        return new DraftRules(Draft.Latest, validates, asserts);
    }
}

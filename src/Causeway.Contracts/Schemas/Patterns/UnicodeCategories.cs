namespace Causeway.Contracts.Schemas.Patterns;

/// <summary>Unicode's general categories as ECMA-262 names them (PropertyValueAliases), to the short names that .NET knows.</summary>
internal static class UnicodeCategories
{
    private const string Names =
        "Letter=L Cased_Letter=LC Uppercase_Letter=Lu Lowercase_Letter=Ll Titlecase_Letter=Lt Modifier_Letter=Lm Other_Letter=Lo Mark=M Combining_Mark=M Nonspacing_Mark=Mn "
        + "Spacing_Mark=Mc Enclosing_Mark=Me Number=N Decimal_Number=Nd digit=Nd Letter_Number=Nl Other_Number=No Punctuation=P punct=P Connector_Punctuation=Pc "
        + "Dash_Punctuation=Pd Open_Punctuation=Ps Close_Punctuation=Pe Initial_Punctuation=Pi Final_Punctuation=Pf Other_Punctuation=Po Symbol=S Math_Symbol=Sm "
        + "Currency_Symbol=Sc Modifier_Symbol=Sk Other_Symbol=So Separator=Z Space_Separator=Zs Line_Separator=Zl Paragraph_Separator=Zp Other=C Control=Cc cntrl=Cc "
        + "Format=Cf Surrogate=Cs Private_Use=Co Unassigned=Cn";

    private static readonly Dictionary<string, string> s_short = Names.Split(' ').Select(pair => pair.Split('='))
        .SelectMany(pair => new[] { (Name: pair[0], Short: pair[1]), (Name: pair[1], Short: pair[1]) })
        .Where(pair => pair.Short != "LC").DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.Short, StringComparer.Ordinal);

    /// <summary>The short name; null: it is no general category.</summary>
    public static string? Short(string name)
    {
        string value = name.StartsWith("General_Category=", StringComparison.Ordinal) ? name["General_Category=".Length..] : name.StartsWith("gc=", StringComparison.Ordinal) ? name[3..] : name;
        return s_short.GetValueOrDefault(value);
    }
}

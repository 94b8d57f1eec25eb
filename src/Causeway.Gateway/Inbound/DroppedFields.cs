namespace Causeway.Gateway.Inbound;

/// <summary>How fields that were left out are named in <c>x-causeway-dropped</c> and in the books.</summary>
internal static class DroppedFields
{
    private const int MaxLength = 1024;

    /// <summary>The fields with commas between; null: none. Names are the caller's: what no header can hold becomes <c>?</c>, and a long list is cut.</summary>
    public static string? Text(IReadOnlyList<string> fields)
    {
        if (fields.Count == 0)
        {
            return null;
        }

        string all = string.Join(", ", fields);
        string cut = all.Length <= MaxLength ? all : all[..(MaxLength - 3)] + "...";
        return string.Concat(cut.Select(c => c is >= ' ' and <= '~' ? c : '?'));
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Causeway.Budgets.Grants;

/// <summary>Whose grant it is: <c>team/NAME</c> or <c>feature/NAME</c>. Keys of the grant are for that team or feature.</summary>
/// <param name="IsFeature">A feature, not a team.</param>
/// <param name="Name">Its name.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Holder(bool IsFeature, string Name)
{
    /// <summary>Reads the text form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Holder holder)
    {
        holder = default;
        bool isFeature = text?.StartsWith("feature/", StringComparison.Ordinal) == true;
        if (text is null || (!isFeature && !text.StartsWith("team/", StringComparison.Ordinal)))
        {
            return false;
        }

        holder = new Holder(isFeature, text[(text.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        return Keys.Attribution.NameProblem(holder.Name) is null;
    }

    /// <summary>Whether a key with this attribution may belong to the grant.</summary>
    public bool Holds(Keys.Attribution attribution) => string.Equals(Name, IsFeature ? attribution.Feature : attribution.Team, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => (IsFeature ? "feature/" : "team/") + Name;
}

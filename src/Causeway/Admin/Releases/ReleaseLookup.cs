using Causeway.Releases.Releases;

namespace Causeway.Admin.Releases;

/// <summary>The release that an id means, or its beginning.</summary>
/// <param name="Release">The one; null: there is none, or more than one.</param>
/// <param name="Error">Why there is not the one.</param>
/// <param name="Message">What is wrong and what to do; a whole sentence.</param>
internal sealed record ReleaseLookup(Release? Release, AdminError? Error = null, string? Message = null)
{
    /// <summary>The answer to an id that is not one.</summary>
    public Problem Problem => new(Error!, Message!);

    public static async Task<ReleaseLookup> ByIdAsync(string text, IReleaseStore releases, CancellationToken cancellation)
    {
        string shown = Printable.Cut(text);
        if (!ReleaseIdRange.TryParse(text, out ReleaseIdRange range))
        {
            return new(null, AdminError.ReleaseUnknown, $"\"{shown}\" is no release's id: rel_ and 64 hex digits, or the first {ReleaseIdRange.MinDigits} or more of them. List them with: causeway release list");
        }

        return await releases.FindAsync(range, cancellation) switch
        {
            [] => new(null, AdminError.ReleaseUnknown, $"No release is called \"{shown}\". List them with: causeway release list"),
            [{ } one] => new(one),
            _ => new(null, AdminError.ReleaseAmbiguous, $"More than one release begins with \"{shown}\". Write more of its id."),
        };
    }
}

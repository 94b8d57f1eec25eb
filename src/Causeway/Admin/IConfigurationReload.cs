namespace Causeway.Admin;

/// <summary>Reads the configuration file again and puts what it says in force.</summary>
internal interface IConfigurationReload
{
    /// <summary>Applies the whole file or, when anything in it is wrong, nothing.</summary>
    Task<ReloadResult> ReloadAsync(CancellationToken cancellation);
}

/// <summary>What a reload did.</summary>
/// <param name="Applied">False: the running configuration is untouched.</param>
/// <param name="Revision">The policy revision that is now in force.</param>
/// <param name="Changes">What is different now, one sentence each; empty when nothing is.</param>
/// <param name="Errors">What is wrong with the file, one line each; empty when it was applied.</param>
internal sealed record ReloadResult(bool Applied, long Revision, IReadOnlyList<string> Changes, IReadOnlyList<string> Errors);

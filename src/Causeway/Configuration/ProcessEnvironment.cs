using System.Diagnostics.CodeAnalysis;

namespace Causeway.Configuration;

/// <summary>The environment of this process: the only place that reads it.</summary>
internal static class ProcessEnvironment
{
    /// <summary>The value of a variable, or null when it is not set.</summary>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The rule sends every reader of the environment here.")]
    public static string? Read(string name) => Environment.GetEnvironmentVariable(name);
}

namespace Causeway.Admin;

/// <summary>What this process is and where it keeps its things.</summary>
/// <param name="Version">The product's version.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="Store">The store, without credentials.</param>
/// <param name="DataDirectory">Where its files are.</param>
/// <param name="Listen">The address it answers on.</param>
/// <param name="ConfigurationFile">The file that it was configured from; null: it was started without one.</param>
internal sealed record InstanceInfo(string Version, DateTimeOffset StartedAt, string Store, string DataDirectory, string Listen, string? ConfigurationFile);

namespace Causeway.Acceptance.Books;

/// <summary>Three processes on one PostgreSQL server that decide on parts of busy grants' budgets by themselves.</summary>
public sealed class LeaseHouse : FleetHouse
{
    /// <summary>What is added to the configuration.</summary>
    internal const string Leases = "budgets:\n  leases: true\n";

    private protected override string Configured() => base.Configured() + Leases;
}

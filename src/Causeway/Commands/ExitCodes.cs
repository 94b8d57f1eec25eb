namespace Causeway.Commands;

/// <summary>What a process ends with.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>It was refused, or it failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration cannot be understood; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>It is done, and not every instance has applied it.</summary>
    public const int Partly = 3;

    /// <summary>What was asked for cannot be done at all.</summary>
    public const int Infeasible = 4;
}

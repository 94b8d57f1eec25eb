namespace Causeway.Admin;

/// <summary>What an operator may do.</summary>
internal enum Role
{
    /// <summary>Everything.</summary>
    Admin,

    /// <summary>The way forward: releases, channels, rollouts, contracts; and the way back.</summary>
    ReleaseManager,

    /// <summary>Grants, keys, raises, and what they paid for.</summary>
    BudgetOwner,

    /// <summary>The way back, and what an incident needs; not the way forward.</summary>
    OnCall,

    /// <summary>Looks, checks contracts and plans, asks for raises.</summary>
    Developer,

    /// <summary>Looks.</summary>
    Auditor,
}

namespace Causeway.Budgets.Ledger;

/// <summary>The steps of a request through the gateway, in the order in which they are taken. Stores keep their numbers: a new one goes to the end.</summary>
public enum RequestStep
{
    /// <summary>Whose key it is.</summary>
    Identify,

    /// <summary>Its labels and its body are read.</summary>
    Receive,

    /// <summary>Detectors look through what would leave.</summary>
    Guard,

    /// <summary>Which release and which pins it may go to, fitted to its conversation.</summary>
    Resolve,

    /// <summary>Its contract is prepared for each pin.</summary>
    Bind,

    /// <summary>Whether its key may do that, and its data may go there.</summary>
    Authorize,

    /// <summary>Whether there is room for it: shedding, its run, its place, its name.</summary>
    Admit,

    /// <summary>An answer that may be given again is looked for.</summary>
    Recall,

    /// <summary>Its ceiling is held in the ledger.</summary>
    Reserve,

    /// <summary>It is written as its pin takes it.</summary>
    Compose,

    /// <summary>What is held is on disk.</summary>
    Keep,

    /// <summary>Pins are called, until one gives the reply that stands.</summary>
    Call,

    /// <summary>The answer is gathered, judged by its contract, and asked for again.</summary>
    Judge,

    /// <summary>The answer goes to the caller.</summary>
    Deliver,

    /// <summary>What it used and cost is worked out and booked.</summary>
    Settle,
}

/// <summary>A step with its time.</summary>
/// <param name="Step">Which.</param>
/// <param name="Offset">From the request's arrival to its beginning, to the microsecond.</param>
/// <param name="Duration">Until the next step began, or the request ended.</param>
public readonly record struct StepTime(RequestStep Step, TimeSpan Offset, TimeSpan Duration);

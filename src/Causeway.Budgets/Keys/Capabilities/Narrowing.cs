using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>Whether a caveat narrows what a key may do: takes something away and leaves something.</summary>
internal static class Narrowing
{
    /// <returns>A sentence that says why it does not; null: it does.</returns>
    public static string? Problem(Restrictions key, Caveat caveat, DateTimeOffset now) =>
        (caveat.Type.IsQuantity() ? LifeProblem(key, caveat.Type, now) : null) ?? (key.NoFurther ? "no_further is the last of all." : Of(key, caveat, now));

    private static string? Of(Restrictions key, Caveat caveat, DateTimeOffset now) => caveat.Type switch
    {
        CaveatType.Expires => EndProblem(key, Caveat.ReadMoment(caveat.Value), now),
        CaveatType.NotBefore => StartProblem(key, Caveat.ReadMoment(caveat.Value)),
        CaveatType.Audience => NamesProblem(key.Audiences, caveat),
        CaveatType.Route => NamesProblem(key.Routes, caveat),
        CaveatType.Environment => NamesProblem(key.Environments, caveat),
        CaveatType.Feature => NamesProblem(key.Features, caveat),
        CaveatType.ModelClass => NamesProblem(key.ModelClasses, caveat),
        CaveatType.Model => NamesProblem(key.Models, caveat),
        CaveatType.DataClassMax => DataClassProblem(key, Caveat.ReadName(caveat.Value)),
        CaveatType.MaxCostPerCall => AmountProblem(key.MaxCostPerCall, caveat),
        CaveatType.MaxOutput => AmountProblem(key.MaxOutput, caveat),
        CaveatType.MaxCalls => AmountProblem(Least(key.MaxCalls), caveat),
        CaveatType.MaxTotal => AmountProblem(Least(key.MaxTotals), caveat),
        CaveatType.Run => key.Runs.Any(run => run.Name == Caveat.ReadName(caveat.Value)) ? "run: the key is bound to that run already." : null,
        CaveatType.Cidr => NetworksProblem(key.Addresses, AddressList.Read(caveat.Value)),
        CaveatType.NoFurther => null,
        CaveatType.Confirmation => key.Confirmation.IsEmpty ? null : "cnf: the key asks for proof of another key already.",
        _ => throw new ArgumentOutOfRangeException(nameof(caveat)),
    };

    private static string? EndProblem(Restrictions key, DateTimeOffset end, DateTimeOffset now) =>
        end <= now ? $"exp: {Attenuation.Time(end)} has passed."
        : end > key.NotAfter ? $"exp: {Attenuation.Time(end)} is after the key's own end, {Attenuation.Time(key.NotAfter.Value)}."
        : end <= key.NotBefore ? $"exp: {Attenuation.Time(end)} is before the key begins, {Attenuation.Time(key.NotBefore.Value)}."
        : null;

    private static string? LifeProblem(Restrictions key, CaveatType type, DateTimeOffset now) =>
        key.NotAfter is not { } end ? $"{type.Word()} needs an exp before it, at most {Restrictions.QuantityLife.TotalHours:0} hours from now."
        : end - now > Restrictions.QuantityLife
            ? $"{type.Word()} needs an exp before it, at most {Restrictions.QuantityLife.TotalHours:0} hours from now; the key ends at {Attenuation.Time(end)}."
        : null;

    private static string? StartProblem(Restrictions key, DateTimeOffset start) =>
        start < key.NotBefore ? $"nbf: {Attenuation.Time(start)} is before the key's own start, {Attenuation.Time(key.NotBefore.Value)}."
        : start >= key.NotAfter ? $"nbf: {Attenuation.Time(start)} is not before the key's end, {Attenuation.Time(key.NotAfter.Value)}."
        : null;

    private static string? NamesProblem(NameList? allowed, Caveat caveat)
    {
        var asked = NameList.Read(caveat.Value);
        return allowed is null || allowed.Covers(asked) ? null
            : $"{caveat.Type.Word()}: {asked} is more than the key may use: {Told(allowed.Names.Count, allowed)}.";
    }

    private static string? DataClassProblem(Restrictions key, string asked) =>
        DataClasses.Rank(asked) is not { } rank ? $"data_class_max: {asked} is not a class of data; known are {string.Join(", ", DataClasses.Known)}."
        : rank > key.DataClassMax ? $"data_class_max: {asked} is more than the key may carry: {(key.DataClassMax < 0 ? "nothing" : DataClasses.Known[key.DataClassMax.Value])}."
        : null;

    private static string? AmountProblem(long? allowed, Caveat caveat) => Caveat.ReadAmount(caveat.Value) > allowed
        ? $"{caveat.Type.Word()}: {Caveat.ReadAmount(caveat.Value)} is more than the key has: {allowed}."
        : null;

    private static string? NetworksProblem(AddressList? allowed, AddressList asked) => allowed is null || allowed.Covers(asked) ? null
        : $"cidr: {asked} is more than the key may come from: {Told(allowed.Networks.Count, allowed)}.";

    private static string Told(int count, object list) => count == 0 ? "nothing" : list.ToString()!;

    private static long? Least(IReadOnlyList<Quantity> quantities) => quantities.Count == 0 ? null : quantities.Min(quantity => quantity.Amount);
}

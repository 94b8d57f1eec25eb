namespace Causeway.Storage.Moving;

/// <summary>By what totals are grouped, beside the time: numbers of names.</summary>
internal readonly record struct TotalsGroup(long Team, long Feature, long Environment, long Key, long Provider, long Model)
{
    /// <summary>Of a row of totals, whose first column is the time.</summary>
    public static TotalsGroup Of(Cell[] row) => new(row[1].Number, row[2].Number, row[3].Number, row[4].Number, row[5].Number, row[6].Number);

    public override string ToString() => $"team {Team}, feature {Feature}, environment {Environment}, key {Key}, provider {Provider}, model {Model}";
}

using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Batches;

namespace Causeway.Admin.Spend;

/// <summary>A batch that a request began, and what is known of its end.</summary>
internal sealed record BatchView(
    [property: Description("Its id at the provider.")] string Id,
    string Provider,
    [property: JsonConverter(typeof(SnakeCaseEnum<BatchState>)), Description("open: it is asked for. settled: its results were booked. told: somebody said what it used, and that stands. lapsed: nobody could say by its deadline, so it stays charged at its bound.")] BatchState State,
    [property: Description("What was found last, in a few words; null: it was not asked for yet.")] string? Word,
    [property: Description("When its provider was asked last; null: not yet.")] DateTimeOffset? AskedAt,
    [property: Description("When it is asked next; null: it is over.")] DateTimeOffset? NextAt,
    [property: Description("When nothing more is waited for.")] DateTimeOffset DueAt)
{
    public static BatchView Of(TakenBatch batch) =>
        new(batch.Batch, batch.Provider, batch.State, batch.Word, batch.AskedAt, batch.State == BatchState.Open ? batch.NextAt : null, batch.DueAt);
}

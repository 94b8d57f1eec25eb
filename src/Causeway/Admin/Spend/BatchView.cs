using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Batches;

namespace Causeway.Admin.Spend;

/// <summary>A batch that a request began, and what is known of its end.</summary>
internal sealed record BatchView(
    [property: Description("The request that began it: it is charged, and shows what it cost.")] string Request,
    [property: Description("Its id at the provider.")] string Id,
    string Provider,
    [property: JsonConverter(typeof(SnakeCaseEnum<BatchState>)), Description("open: it is asked for. settled: its results were booked. told: somebody said what it used, and that stands. lapsed: nobody could say by its deadline, so it stays charged at its bound.")] BatchState State,
    [property: Description("What was found last, in a few words; null: it was not asked for yet.")] string? Word,
    [property: Description("When its provider was asked last; null: not yet.")] DateTimeOffset? AskedAt,
    [property: Description("When it is asked next; null: it is over.")] DateTimeOffset? NextAt,
    [property: Description("When nothing more is waited for.")] DateTimeOffset DueAt,
    [property: Description("When the provider took it.")] DateTimeOffset TakenAt)
{
    public static BatchView Of(TakenBatch batch) =>
        new(RequestName.Of(batch.Request), batch.Batch, batch.Provider, batch.State, batch.Word, batch.AskedAt, batch.State == BatchState.Open ? batch.NextAt : null, batch.DueAt, batch.TakenAt);
}

/// <summary>Batches that were taken.</summary>
internal sealed record BatchList([property: Description("The one that was taken last first.")] IReadOnlyList<BatchView> Batches);

using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// Books what processes that are gone kept in their local books while the store was away. It is decided in turns, as everything is, so after the ledger was joined; and before the first request,
/// so that no budget is given out which was used meanwhile. The ledger says in the same turn how far it got, so that whatever ends this in between, nothing is booked twice.
/// </summary>
public sealed class OutageReplay(ILedgerStore events, BudgetLedger ledger, Journal journal, TimeProvider time, ILogger<OutageReplay> log)
{
    private const int MostTries = 30;
    private const int PerTurn = 512;
    private const int PerPage = 10_000;
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(1);

    /// <summary>Books one, and lets go of it. One that cannot be read is moved aside; where the store goes away again, the book stays for the next start.</summary>
    public async Task RunAsync(ILocalBook left, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                (long entries, int doubted) = await BookAsync(left, cancellation);
                LogEvents.OutageBooked(log, entries, left.Path, doubted);
                return;
            }
            catch (InvalidDataException wrong)
            {
                LogEvents.OutageUnreadable(log, left.Path, await left.MoveAsideAsync(), wrong);
                return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogEvents.OutageNotBooked(log, left.Path, failure);
                if (tries == MostTries)
                {
                    return;
                }
            }

            await Task.Delay(s_rest, time, cancellation);
        }
    }

    private async Task<(long Entries, int Doubted)> BookAsync(ILocalBook left, CancellationToken cancellation)
    {
        HashSet<Guid> entered = [];
        long read = 0;
        long entries = 0;
        long booked = 0;
        bool isNew = true;
        for (IReadOnlyList<LocalEntry> page; (page = await left.ReadAsync(read, PerTurn)).Count > 0; read = page[^1].Place)
        {
            while (isNew || booked < page[^1].Place)
            {
                booked = await BookedAsync(left, cancellation);
                isNew = false;
                LocalEntry[] rest = [.. page.Where(one => one.Place > booked)];
                if (rest.Length > 0 && await RecoverAsync(left, rest, cancellation))
                {
                    (booked, entries) = (page[^1].Place, entries + rest.Length);
                }
            }

            foreach (LocalEntry one in page)
            {
                Note(one.Entry.Event, entered);
            }
        }

        int doubted = entered.Count == 0 ? 0 : await ledger.DecideAsync(() => ledger.DoubtOf(entered)).AsTask().WaitAsync(cancellation);
        await left.ForgetAsync(read);
        await left.DisposeAsync();
        return (entries, doubted);
    }

    private async Task<bool> RecoverAsync(ILocalBook left, LocalEntry[] entries, CancellationToken cancellation)
    {
        ILookup<Guid, LedgerEvent> known = await KnownAsync([.. entries.Select(one => one.Entry.Event?.Request).OfType<Guid>()], cancellation);
        LedgerEvent mark = Mark(left.Id, entries[^1].Place);
        JournalEntry[] kept = [.. entries.Select(one => one.Entry)];
        return await ledger.DecideAsync(() => ledger.Recover(kept, known, mark)).AsTask().WaitAsync(cancellation);
    }

    /// <summary>What the ledger says in the turn in which entries of a local book are booked.</summary>
    internal static LedgerEvent Mark(Guid book, long upTo) => new(LedgerEventKind.OutageBooked, 0) { Request = book, Places = upTo, Detail = string.Create(CultureInfo.InvariantCulture, $"to entry {upTo} of what an instance kept on its own disk while the store was away") };

    // What is entered and does not end is in doubt: nobody is left who knows.
    private static void Note(LedgerEvent? told, HashSet<Guid> entered)
    {
        if (told is { Kind: LedgerEventKind.Reserved, Request: { } made })
        {
            entered.Add(made);
        }
        else if (told is { Kind: LedgerEventKind.Settled or LedgerEventKind.Voided or LedgerEventKind.InDoubt, Request: { } ended })
        {
            entered.Remove(ended);
        }
    }

    // After a turn of our own: one of the process that is gone, or of this one, which was under way when its answer was lost, is over by then.
    private async Task<long> BookedAsync(ILocalBook left, CancellationToken cancellation)
    {
        await journal.FlushAsync(cancellation);
        IReadOnlyList<LedgerEvent> marks = await events.EventsAsync(
            new LedgerQuery { Requests = new HashSet<Guid> { left.Id }, Kinds = new HashSet<LedgerEventKind> { LedgerEventKind.OutageBooked }, Newest = true, Limit = 1_000 }, cancellation);
        return marks.Select(mark => mark.Places).DefaultIfEmpty(0).Max();
    }

    private async Task<ILookup<Guid, LedgerEvent>> KnownAsync(HashSet<Guid> requests, CancellationToken cancellation)
    {
        List<LedgerEvent> found = [];
        if (requests.Count == 0)
        {
            return found.ToLookup(_ => Guid.Empty);
        }

        for (LedgerQuery query = new() { Requests = requests, Limit = PerPage }; ; query = query with { After = found[^1].Seq })
        {
            IReadOnlyList<LedgerEvent> page = await events.EventsAsync(query, cancellation);
            found.AddRange(page);
            if (page.Count < PerPage)
            {
                return found.ToLookup(one => one.Request!.Value);
            }
        }
    }
}

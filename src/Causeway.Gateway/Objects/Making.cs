using Causeway.Budgets.Objects;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire.Objects;

namespace Causeway.Gateway.Objects;

/// <summary>What a call has made, on its way into the book.</summary>
/// <param name="book">The book.</param>
/// <param name="caller">Whose it is.</param>
/// <param name="provider">Who keeps it.</param>
/// <param name="time">The clock.</param>
internal sealed class Making(ObjectBook book, Caller caller, Provider provider, TimeProvider time)
{
    private bool _isWaiting;

    /// <summary>Reads the answer; null: nothing of it says what was made.</summary>
    public MadeObjects? Reader { get; set; }

    /// <summary>The answer says that something was made.</summary>
    public void Found(string id, TimeSpan lasts)
    {
        DateTimeOffset now = time.GetUtcNow();
        book.Put(new OwnedObject(provider.Name, id, caller.Key.Attribution.Team, caller.Grant.Grant.Id, now, now + lasts));
        _isWaiting = true;
    }

    /// <summary>Where only what is known may be used, returns when what was found is written: whoever hears of it may ask for it at any instance. Elsewhere nobody has to wait.</summary>
    public ValueTask KeptAsync()
    {
        if (!_isWaiting || provider.Objects != ObjectSharing.Known)
        {
            return default;
        }

        _isWaiting = false;
        return new ValueTask(book.KeptAsync());
    }
}

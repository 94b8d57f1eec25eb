using Causeway.Budgets.Keys;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Flow;

namespace Causeway.Gateway.Capture;

/// <summary>What is being kept of one request: its prompt, copied before it goes anywhere, and its answer while it goes to the caller.</summary>
internal sealed class Captured
{
    private readonly PayloadBook _book;
    private readonly CaptureRule _rule;
    private readonly byte[] _prompt;
    private readonly int _promptLength;
    private readonly RecordedBody _answer;

    private Captured(PayloadBook book, CaptureRule rule, byte[] prompt, int promptLength, RecordedBody answer) =>
        (_book, _rule, _prompt, _promptLength, _answer) = (book, rule, prompt, promptLength, answer);

    /// <summary>Begins where a rule says so, and only there.</summary>
    /// <returns>Null: nothing is kept of it.</returns>
    public static Captured? Begin(Call call, Attribution caller, Received received, PayloadBook? book)
    {
        if (book is not { HasRules: true })
        {
            return null;
        }

        string dataClass = call.Data!.Value.Word; // Said by now: authorize comes first.
        if (book.Find(caller, dataClass, call.Restoring is not null) is not { } rule)
        {
            return null;
        }

        ReadOnlyMemory<byte> body = received.Body.Memory;
        return new Captured(book, rule, body[..Math.Min(body.Length, rule.MaxBytes)].ToArray(), body.Length, RecordedBody.Begin(call.Context, rule.MaxBytes, cuts: true));
    }

    /// <summary>The answer is over.</summary>
    public void End(Call call)
    {
        _answer.End(call.Context);
        _book.Take(call.Request, _rule.Keep, new Payload(_prompt, _promptLength, _answer.Kept.ToArray(), _answer.IsCut));
    }
}

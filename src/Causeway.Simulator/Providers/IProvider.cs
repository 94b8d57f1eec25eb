using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers;

/// <summary>One vendor's API: what it takes, how it answers and how it says no.</summary>
internal interface IProvider
{
    /// <summary>The key that a request carries, empty if none.</summary>
    string KeyOf(HttpRequest request);

    /// <summary>What the vendor says to a request without a key; null where none is needed.</summary>
    Rejection? NoKey(Route route);

    Rejection WrongKey { get; }

    Rejection BrokenJson { get; }

    /// <summary>What the vendor holds against the head of a request whose key is taken: headers, signature, query. Null if nothing.</summary>
    Rejection? CheckHead(Incoming incoming);

    Rejection NoSuchPath(string method, string path);

    Rejection WrongMethod(string method, string path);

    /// <summary>The words that the vendor uses with a status, where a script does not give its own.</summary>
    Rejection ByStatus(int status, ScriptedError? error);

    Reading Read(Incoming incoming);

    Reply Answer(Ask ask, Behaviour then);

    byte[] Error(Rejection rejection, string requestId);

    /// <summary>How the vendor says inside a stream that it failed.</summary>
    Frame ErrorEvent(Rejection rejection, Ask ask, int position, string requestId);

    /// <summary>The headers that every answer of the vendor carries.</summary>
    IEnumerable<KeyValuePair<string, string>> AnswerHeaders(string requestId, DateTimeOffset now);

    /// <summary>Headers that only a refusal carries.</summary>
    IEnumerable<KeyValuePair<string, string>> ErrorHeaders(Rejection rejection) => [];
}

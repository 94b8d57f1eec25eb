using System.Text.Json;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers;

/// <summary>One vendor's API: what it takes, how it answers and how it says no.</summary>
internal interface IProvider
{
    /// <summary>The key that a request carries, empty if none.</summary>
    string KeyOf(HttpRequest request);

    /// <summary>What the vendor holds against the headers other than the key's value; null if nothing.</summary>
    Rejection? CheckHeaders(HttpRequest request);

    Rejection NoKey { get; }

    Rejection WrongKey { get; }

    Rejection BrokenJson { get; }

    Rejection NoSuchPath(string method, string path);

    Rejection WrongMethod(string method, string path);

    /// <summary>The words that the vendor uses with a status, where a script does not give its own.</summary>
    Rejection ByStatus(int status, ScriptedError? error);

    Reading Read(Route route, JsonElement body, string fingerprint);

    Reply Answer(Ask ask, Behaviour then);

    byte[] Error(Rejection rejection, string requestId);

    /// <summary>How the vendor says inside a stream that it failed.</summary>
    Frame ErrorEvent(Rejection rejection, Ask ask, int position, string requestId);

    /// <summary>The headers that every answer of the vendor carries.</summary>
    IEnumerable<KeyValuePair<string, string>> AnswerHeaders(string requestId, DateTimeOffset now);
}

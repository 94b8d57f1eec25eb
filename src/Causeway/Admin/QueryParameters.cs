using System.Globalization;
using Causeway.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Admin;

/// <summary>One parameter of a query: read by this, refused by this, and described by this in the OpenAPI document.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Description">What it asks for.</param>
internal sealed record QueryParameter(string Name, string Description)
{
    public const int MaxLength = 128;

    /// <summary>Characters that it has at most.</summary>
    public int Longest { get; init; } = MaxLength;

    /// <summary>The values that there are; null: any text of up to <see cref="Longest"/> characters.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>A whole number's bounds and what it is when left out; null: it is no number.</summary>
    public (int Least, int Most, int Default)? Count { get; init; }

    /// <summary>Its text, or null when it was left out or is empty.</summary>
    public string? Text(IQueryCollection query) => query[Name] is [{ Length: > 0 } text] ? text : null;

    /// <summary>True when it was given as <c>true</c>.</summary>
    public bool IsOn(IQueryCollection query) => Text(query) == "true";

    /// <summary>Its number. The gate has checked it.</summary>
    public int Number(IQueryCollection query) =>
        Text(query) is { } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : Count!.Value.Default;

    /// <summary>What is wrong with the values given for it, or null.</summary>
    public string? Problem(StringValues values)
    {
        if (values is not [{ } value])
        {
            return "comes more than once";
        }

        if (value.Length > Longest)
        {
            return $"is longer than {Longest} characters";
        }

        if (value.Length > 0 && Count is (int least, int most, _)
            && !(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most))
        {
            return $"is a whole number from {least} to {most:#,0}";
        }

        return value.Length > 0 && Allowed is not null && !Allowed.Contains(value)
            ? $"\"{Printable.Of(value)}\" is not one of: {string.Join(", ", Allowed)}{Nearest.To(value, Allowed)}"
            : null;
    }
}

/// <summary>All parameters that an endpoint understands. A query with another one is refused: a filter that is ignored is a wrong answer.</summary>
internal sealed record QueryParameters(params IReadOnlyList<QueryParameter> Known)
{
    public static QueryParameters None { get; } = new([]);

    /// <summary>Of an endpoint that others than our clients write queries for: what it does not know is not looked at.</summary>
    public static QueryParameters Any { get; } = new([]) { TakesOthers = true };

    /// <summary>A parameter that is not known is no mistake.</summary>
    public bool TakesOthers { get; private init; }

    public Problem? Refuse(IQueryCollection query)
    {
        List<FieldProblem>? problems = null;
        if (TakesOthers)
        {
            return null;
        }

        foreach ((string name, StringValues values) in query)
        {
            // Names are compared with their case: the collection's own look-up would let twins pass.
            QueryParameter? known = Known.FirstOrDefault(parameter => parameter.Name == name);
            string? problem = known is null
                ? $"is not a parameter of this endpoint{Nearest.To(name, Known.Select(parameter => parameter.Name))}"
                : known.Problem(values);
            if (problem is not null)
            {
                (problems ??= []).Add(new FieldProblem(Printable.Cut(name), problem));
            }
        }

        return problems is null
            ? null
            : new Problem(
                AdminError.QueryInvalid,
                Known.Count == 0 ? "This endpoint takes no query." : $"This endpoint takes: {string.Join(", ", Known.Select(parameter => parameter.Name))}.",
                problems);
    }
}

/// <summary>The end of a message that names the word that was probably meant.</summary>
internal static class Nearest
{
    public static string To(string word, IEnumerable<string> candidates) =>
        NearestMatch.Find(word, candidates) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";

    /// <summary>The same of a sentence that another one follows: where no word is near it ends with a full stop.</summary>
    public static string End(string word, IEnumerable<string> candidates) => To(word, candidates) is { Length: > 0 } hint ? hint : ".";
}

internal static class EndpointDescription
{
    /// <summary>Says which query parameters an endpoint understands.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint, params IReadOnlyList<QueryParameter> parameters) =>
        endpoint.WithMetadata(new QueryParameters(parameters));

    /// <summary>Says which body an endpoint reads. Not <c>Accepts</c>: that would answer 415 before the gate has asked who is there.</summary>
    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder endpoint, string description) =>
        endpoint.WithMetadata(new RequestBodyType(typeof(T), description));

    /// <summary>Says that an endpoint reads YAML.</summary>
    public static RouteHandlerBuilder ReadsYaml(this RouteHandlerBuilder endpoint, string description) =>
        endpoint.WithMetadata(new RequestBodyType(null, description));

    /// <summary>Says that an endpoint reads a file as it is.</summary>
    public static RouteHandlerBuilder ReadsFile(this RouteHandlerBuilder endpoint, string description, string contentType) =>
        endpoint.WithMetadata(new RequestBodyType(null, description, contentType));

    /// <summary>Says with which problems an endpoint answers, beside those that every endpoint has.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params IReadOnlyList<AdminError> errors) =>
        endpoint.WithMetadata(new RefusedWith(errors));
}

/// <summary>The body that an endpoint reads, for the OpenAPI document.</summary>
/// <param name="Type">What it is as JSON; null: it is YAML.</param>
/// <param name="Description">What it says.</param>
/// <param name="File">How it is declared where it is a file as it is; null: it is none.</param>
internal sealed record RequestBodyType(Type? Type, string Description, string? File = null);

/// <summary>The problems that an endpoint answers with, for the OpenAPI document.</summary>
internal sealed record RefusedWith(IReadOnlyList<AdminError> Errors);

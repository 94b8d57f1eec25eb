using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>One item of a response's output.</summary>
internal abstract record ResponsesItem(string Id)
{
    public static IReadOnlyList<ResponsesItem> Of(Ask ask, Answer answer)
    {
        List<ResponsesItem> items = [];
        string status = answer.Stop == StopKind.Length ? "incomplete" : "completed";
        if (answer.Reasoning is { } reasoning)
        {
            bool sealedToo = ask.Body.Member("include").Texts().Contains("reasoning.encrypted_content");
            string? encrypted = sealedToo ? ItemRules.SealFor(ask.Account, ask.Body, ask.ServedModel ?? ask.Model).Write(ItemRules.Reasoning, "") : null;
            items.Add(new ReasoningItem("rs_" + Fingerprint.Id(ask.Fingerprint, "reasoning"), reasoning, encrypted));
        }

        for (int i = 0; i < answer.Tokens.WebSearches; i++)
        {
            // What a search finds is opened, which is an item too and costs nothing.
            items.Add(new WebSearchItem(SearchId("ws_", i, ask), "search"));
            items.Add(new WebSearchItem(SearchId("ws_", i, ask) + "p", "open_page"));
        }

        items.AddRange(Enumerable.Range(0, answer.Tokens.FileSearches).Select(i => new FileSearchItem(SearchId("fs_", i, ask))));
        if (answer.Text.Length > 0 || answer.Refusal is not null || (answer.ToolCalls.Count == 0 && !answer.Empty))
        {
            items.Add(new MessageItem("msg_" + Fingerprint.Id(ask.Fingerprint, "message"), ask, answer, status));
        }

        items.AddRange(answer.ToolCalls.Select(call => new FunctionCallItem("fc_" + call.Id, call)));
        return items;
    }

    private static string SearchId(string prefix, int number, Ask ask) => prefix + Fingerprint.Id(ask.Fingerprint, prefix + number.ToString(CultureInfo.InvariantCulture));

    /// <param name="done">False: as it is announced, still empty.</param>
    public abstract void Write(Utf8JsonWriter w, bool done);
}

/// <param name="Encrypted">What a caller that keeps no state at the vendor sends back.</param>
internal sealed record ReasoningItem(string Id, string Text, string? Encrypted) : ResponsesItem(Id)
{
    public override void Write(Utf8JsonWriter w, bool done)
    {
        w.WriteStartObject();
        w.WriteString("id", Id);
        w.WriteString("type", "reasoning");
        w.WriteStartArray("summary");
        if (done)
        {
            Part(w, Text);
        }

        w.WriteEndArray();
        if (done && Encrypted is not null)
        {
            w.WriteString("encrypted_content", Encrypted);
        }

        w.WriteEndObject();
    }

    public static void Part(Utf8JsonWriter w, string text)
    {
        w.WriteStartObject();
        w.WriteString("type", "summary_text");
        w.WriteString("text", text);
        w.WriteEndObject();
    }
}

internal sealed record MessageItem(string Id, Ask Ask, Answer Answer, string Status) : ResponsesItem(Id)
{
    /// <summary>At least one; a refusal is one.</summary>
    public IReadOnlyList<TextPart> Parts => Answer.Refusal is null && Answer.Parts.Count > 0 ? Answer.Parts : [new TextPart(Answer.Text, Answer.Pieces)];

    public override void Write(Utf8JsonWriter w, bool done)
    {
        w.WriteStartObject();
        w.WriteString("id", Id);
        w.WriteString("type", "message");
        w.WriteString("status", done ? Status : "in_progress");
        w.WriteStartArray("content");
        if (done)
        {
            foreach (TextPart part in Parts)
            {
                Part(w, part.Text, Answer.Refusal, part.Pieces);
            }
        }

        w.WriteEndArray();
        w.WriteString("role", "assistant");
        w.WriteEndObject();
    }

    /// <param name="pieces">Whose likelihoods are told, if asked for.</param>
    public void Part(Utf8JsonWriter w, string text, string? refusal, IReadOnlyList<string> pieces)
    {
        w.WriteStartObject();
        if (refusal is not null)
        {
            w.WriteString("type", "refusal");
            w.WriteString("refusal", refusal);
        }
        else
        {
            w.WriteString("type", "output_text");
            w.WriteStartArray("annotations");
            w.WriteEndArray();
            w.WritePropertyName("logprobs");
            ChatLogprobs.List(w, Ask, pieces, first: 0);
            w.WriteString("text", text);
        }

        w.WriteEndObject();
    }
}

internal sealed record FunctionCallItem(string Id, ToolCall Call) : ResponsesItem(Id)
{
    public override void Write(Utf8JsonWriter w, bool done)
    {
        w.WriteStartObject();
        w.WriteString("id", Id);
        w.WriteString("type", "function_call");
        w.WriteString("status", done ? "completed" : "in_progress");
        w.WriteString("arguments", done ? Call.Arguments : "");
        w.WriteString("call_id", "call_" + Call.Id);
        w.WriteString("name", Call.Name);
        w.WriteEndObject();
    }
}

/// <param name="Action">What it did: <c>search</c> or <c>open_page</c>.</param>
internal sealed record WebSearchItem(string Id, string Action) : ResponsesItem(Id)
{
    public override void Write(Utf8JsonWriter w, bool done)
    {
        w.WriteStartObject();
        w.WriteString("id", Id);
        w.WriteString("type", "web_search_call");
        w.WriteString("status", done ? "completed" : "in_progress");
        w.WriteStartObject("action");
        w.WriteString("type", Action);
        w.WriteString(Action == "search" ? "query" : "url", Action == "search" ? "what is new" : "https://example.com/");
        w.WriteEndObject();
        w.WriteEndObject();
    }
}

internal sealed record FileSearchItem(string Id) : ResponsesItem(Id)
{
    public override void Write(Utf8JsonWriter w, bool done)
    {
        w.WriteStartObject();
        w.WriteString("id", Id);
        w.WriteString("type", "file_search_call");
        w.WriteString("status", done ? "completed" : "in_progress");
        w.WriteStartArray("queries");
        w.WriteStringValue("what is new");
        w.WriteEndArray();
        w.WriteNull("results");
        w.WriteEndObject();
    }
}

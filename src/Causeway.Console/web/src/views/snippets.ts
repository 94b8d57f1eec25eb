/** How each vendor's own SDK is pointed here: the sample of its manual, with the lines that differ marked. */
export interface Snippet {
  id: string;
  name: string;
  protocol: "openai" | "anthropic" | "gemini";
  /** Lines that begin with § differ from the vendor's sample. */
  lines: (base: string, key: string, model: string) => string[];
}

export const snippets: Snippet[] = [
  {
    id: "curl",
    name: "curl",
    protocol: "openai",
    lines: (base, key, model) => [
      `§curl ${base}v1/chat/completions \\`,
      `§  -H "Authorization: Bearer ${key}" \\`,
      `  -H "Content-Type: application/json" \\`,
      `  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello, Causeway!"}]}'`,
    ],
  },
  {
    id: "openai-python",
    name: "OpenAI · Python",
    protocol: "openai",
    lines: (base, key, model) => [
      "from openai import OpenAI",
      "",
      "client = OpenAI(",
      `§    base_url="${base}v1",`,
      `§    api_key="${key}",`,
      ")",
      "answer = client.responses.create(",
      `    model="${model}", input="Hello, Causeway!"`,
      ")",
      "print(answer.output_text)",
    ],
  },
  {
    id: "openai-node",
    name: "OpenAI · Node",
    protocol: "openai",
    lines: (base, key, model) => [
      'import OpenAI from "openai";',
      "",
      "const client = new OpenAI({",
      `§  baseURL: "${base}v1",`,
      `§  apiKey: "${key}",`,
      "});",
      "const answer = await client.responses.create({",
      `  model: "${model}", input: "Hello, Causeway!",`,
      "});",
      "console.log(answer.output_text);",
    ],
  },
  {
    id: "openai-dotnet",
    name: "OpenAI · .NET",
    protocol: "openai",
    lines: (base, key, model) => [
      "using OpenAI.Chat;",
      "",
      "ChatClient client = new(",
      `    "${model}",`,
      `§    new System.ClientModel.ApiKeyCredential("${key}"),`,
      `§    new OpenAI.OpenAIClientOptions { Endpoint = new Uri("${base}v1") });`,
      'Console.WriteLine(client.CompleteChat("Hello, Causeway!").Value.Content[0].Text);',
    ],
  },
  {
    id: "anthropic-python",
    name: "Anthropic · Python",
    protocol: "anthropic",
    lines: (base, key, model) => [
      "import anthropic",
      "",
      "client = anthropic.Anthropic(",
      `§    base_url="${base.replace(/\/$/, "")}",`,
      `§    api_key="${key}",`,
      ")",
      "message = client.messages.create(",
      `    model="${model}", max_tokens=200,`,
      '    messages=[{"role": "user", "content": "Hello, Causeway!"}],',
      ")",
      "print(message.content[0].text)",
    ],
  },
  {
    id: "gemini-python",
    name: "Gemini · Python",
    protocol: "gemini",
    lines: (base, key, model) => [
      "from google import genai",
      "from google.genai import types",
      "",
      "client = genai.Client(",
      `§    api_key="${key}",`,
      `§    http_options=types.HttpOptions(base_url="${base.replace(/\/$/, "")}"),`,
      ")",
      "answer = client.models.generate_content(",
      `    model="${model}", contents="Hello, Causeway!"`,
      ")",
      "print(answer.text)",
    ],
  },
];

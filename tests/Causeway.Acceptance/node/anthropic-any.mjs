import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { apiKey, baseURL, forEachModel, input, long, page, pixel, run, served, throwingOf, weather, wishes } from "./result.mjs";

const client = new Anthropic({ apiKey, baseURL, maxRetries: 0 });
const messages = [{ role: "user", content: "Hello" }];

const question = { role: "user", content: "Use the tool get_weather" };

const told = (message, headers) => ({
  text: message.content.filter((block) => block.type === "text").map((block) => block.text).join(""),
  finish: message.stop_reason,
  refused: message.stop_reason === "refusal",
  input: message.usage.input_tokens + (message.usage.cache_read_input_tokens ?? 0) + (message.usage.cache_creation_input_tokens ?? 0),
  cacheRead: message.usage.cache_read_input_tokens ?? 0,
  output: message.usage.output_tokens,
  reasoning: message.usage.output_tokens_details?.thinking_tokens ?? null,
  ...served(headers),
});

await run({
  messages: () => forEachModel(async (model, streamed) => {
    const request = { model, max_tokens: 1024, messages };
    if (!streamed) {
      const { data, response } = await client.messages.create(request).withResponse();
      return told(data, response.headers);
    }

    const stream = client.messages.stream(request);
    const { response } = await stream.withResponse();
    return told(await stream.finalMessage(), response.headers);
  }),

  tools: () => forEachModel(async (model, streamed) => {
    const tools = [{ name: weather.name, description: weather.description, input_schema: weather.schema }];
    const request = { model, max_tokens: 4096, tools, ...(input.reasons ? { thinking: { type: "adaptive" } } : {}) };
    const first = streamed
      ? await client.messages.stream({ ...request, messages: [question] }).finalMessage()
      : await client.messages.create({ ...request, messages: [question] });
    const calls = first.content.filter((block) => block.type === "tool_use");
    const results = calls.map((call) => ({ type: "tool_result", tool_use_id: call.id, content: "Sunny" }));
    const messages = [question, { role: "assistant", content: first.content }, { role: "user", content: results }];
    const second = await client.messages.create({ ...request, model: input.then ?? model, messages });
    return { text: second.content.find((block) => block.type === "text").text, calls: calls.map((call) => call.input) };
  }),

  // The SDK's own loop, which calls the beta of the same path. A thread would be kept at the vendor, and could not be answered elsewhere.
  runner: () => forEachModel(async (model, streamed) => {
    const calls = [];
    const runner = client.beta.messages.toolRunner({
      model,
      max_tokens: 4096,
      messages: [question],
      stream: streamed,
      thread: false,
      tools: [betaTool({
        name: weather.name,
        description: weather.description,
        inputSchema: weather.schema,
        run: (args) => {
          calls.push(args);
          return "Sunny";
        },
      })],
    });
    const message = await runner;
    return { text: message.content.find((block) => block.type === "text").text, calls };
  }),

  errors: () => throwingOf((model) => client.messages.create({ model, max_tokens: 64, messages })),
  field: () => throwingOf((model) => client.messages.create({ model, max_tokens: 64, messages, ...input.fields })),

  wishes: () => forEachModel(async (model, streamed) => {
    const tools = [{ name: weather.name, description: weather.description, input_schema: weather.schema }];
    const ask = async (content, more = {}) => {
      const request = { model, max_tokens: 4096, system: "Be brief.", messages: [{ role: "user", content }], ...more };
      const message = streamed ? await client.messages.stream(request).finalMessage() : await client.messages.create(request);
      return {
        text: message.content.filter((block) => block.type === "text").map((block) => block.text).join(""),
        finish: message.stop_reason,
        calls: message.content.filter((block) => block.type === "tool_use").length,
      };
    };
    return wishes({
      image: () => ask([{ type: "text", text: "Look" }, { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } }]),
      document: () => ask([{ type: "text", text: "Read" }, { type: "document", source: { type: "base64", media_type: "application/pdf", data: page } }]),
      schema: () => ask("Hello", { output_config: { format: { type: "json_schema", schema: weather.schema } } }),
      truncated: () => ask(long, { max_tokens: 16 }),
      forced: () => ask("Hello", { tools, tool_choice: { type: "tool", name: weather.name } }),
      none: () => ask("Use the tool get_weather", { tools, tool_choice: { type: "none" } }),
    });
  }),
});

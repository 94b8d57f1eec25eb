import Anthropic from "@anthropic-ai/sdk";
import { apiKey, baseURL, collect, input, run, thrown } from "./result.mjs";

const client = new Anthropic({ apiKey, baseURL, maxRetries: 0 });
const model = "claude-sonnet-4-6";
const messages = [{ role: "user", content: "Hello" }];
const request = { model, max_tokens: 256, messages };

await run({
  messages: async () => {
    const { data, response } = await client.messages.create(request).withResponse();
    return {
      text: data.content[0].text,
      stop: data.stop_reason,
      usage: data.usage,
      request: response.headers.get("x-causeway-request"),
      servedBy: response.headers.get("x-causeway-served-by"),
    };
  },

  batch: async () => {
    const requests = ["one", "two", "three"].map((custom_id) => ({ custom_id, params: custom_id === "two" ? { ...request, max_tokens: -1 } : request }));
    return await client.messages.batches.create({ requests });
  },

  batchResults: async () => {
    const batch = await client.messages.batches.retrieve(input.batch);
    const results = await collect(await client.messages.batches.results(batch.id));
    return { status: batch.processing_status, results: results.map((line) => ({ name: line.custom_id, type: line.result.type, usage: line.result.message?.usage ?? null })) };
  },

  stream: async () => {
    const stream = client.messages.stream(request);
    const events = await collect(stream);
    const message = await stream.finalMessage();
    return { types: [...new Set(events.map((event) => event.type))], text: message.content[0].text, usage: message.usage };
  },

  tools: async () => {
    const tools = [{ name: "get_weather", input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } }];
    const question = { role: "user", content: "Use the tool get_weather" };
    const first = await client.messages.create({ ...request, tools, messages: [question] });
    const call = first.content.find((block) => block.type === "tool_use");
    const second = await client.messages.create({
      ...request,
      tools,
      messages: [
        question,
        { role: "assistant", content: first.content },
        { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "Sunny" }] },
      ],
    });
    return { stop: first.stop_reason, name: call.name, input: call.input, text: second.content[0].text };
  },

  countTokens: async () => client.messages.countTokens({ model, messages }),

  models: async () => {
    const list = await collect(client.models.list());
    const one = await client.models.retrieve(model);
    return { ids: list.map((item) => item.id), one: one.id };
  },

  unknownKey: () => thrown(() => new Anthropic({ apiKey: "cw0_unknown", baseURL, maxRetries: 0 }).messages.create(request)),
  unknownModel: () => thrown(() => client.messages.create({ ...request, model: "no-such-model" })),
});

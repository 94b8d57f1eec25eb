import OpenAI, { toFile } from "openai";
import { apiKey, baseURL, collect, input, run, thrown } from "./result.mjs";

const client = new OpenAI({ apiKey, baseURL, maxRetries: 0 });
const model = "gpt-5.4-mini";
const messages = [{ role: "user", content: "Hello" }];
const line = (custom_id, more = {}) =>
  JSON.stringify({ custom_id, method: "POST", url: "/v1/chat/completions", body: { model, messages, max_completion_tokens: 100, ...more } }) + "\n";
const weather = {
  name: "get_weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

await run({
  chat: async () => {
    const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
    return {
      text: data.choices[0].message.content,
      finish: data.choices[0].finish_reason,
      usage: data.usage,
      request: response.headers.get("x-causeway-request"),
      servedBy: response.headers.get("x-causeway-served-by"),
    };
  },

  stream: async () => {
    const chunks = await collect(await client.chat.completions.create({ model, messages, stream: true }));
    return {
      chunks: chunks.length,
      text: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""),
      withoutChoices: chunks.filter((chunk) => chunk.choices.length === 0).length,
      withUsage: chunks.filter((chunk) => chunk.usage).length,
    };
  },

  streamWithUsage: async () => {
    const chunks = await collect(
      await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } }));
    return { withoutChoices: chunks.filter((chunk) => chunk.choices.length === 0).length, usage: chunks.at(-1).usage };
  },

  tools: async () => {
    const tools = [{ type: "function", function: weather }];
    const question = { role: "user", content: "Use the tool get_weather" };
    const first = await client.chat.completions.create({ model, tools, messages: [question] });
    const call = first.choices[0].message.tool_calls[0];
    const second = await client.chat.completions.create({
      model,
      tools,
      messages: [question, first.choices[0].message, { role: "tool", tool_call_id: call.id, content: "Sunny" }],
    });
    return { name: call.function.name, arguments: JSON.parse(call.function.arguments), text: second.choices[0].message.content };
  },

  responses: async () => {
    const response = await client.responses.create({ model, input: "Hello" });
    return { text: response.output_text, status: response.status, usage: response.usage };
  },

  responsesStream: async () => {
    const events = await collect(await client.responses.create({ model, input: "Hello", stream: true }));
    return {
      types: [...new Set(events.map((event) => event.type))],
      text: events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta).join(""),
      usage: events.at(-1).response.usage,
    };
  },

  embeddings: async () => {
    const response = await client.embeddings.create({ model: "text-embedding-3-small", input: ["one", "two"] });
    return { vectors: response.data.map((item) => item.embedding.length), usage: response.usage };
  },

  // What no other vendor has: the model finds the provider where one is named.
  native: async () => {
    const image = await client.images.generate({ model: input.image, prompt: "a bridge" });
    const transcript = await client.audio.transcriptions.create({ model: input.transcribe, file: await toFile(Buffer.alloc(4000), "speech.mp3") });
    const speech = await client.audio.speech.create({ model: input.speak, voice: "alloy", input: "Hello" });
    const moderation = await client.moderations.create({ model: input.moderate, input: "Hello" });
    const file = await client.files.create({ file: await toFile(Buffer.from(line("1")), "batch.jsonl"), purpose: "batch" });
    const batch = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h" });
    const found = await client.batches.retrieve(batch.id);
    const content = await (await client.files.content(file.id)).text();
    const deleted = await client.files.delete(file.id);
    return {
      image: image.data[0].b64_json.length,
      imageUsage: image.usage,
      transcript: transcript.text,
      speech: (await speech.arrayBuffer()).byteLength,
      flagged: moderation.results[0].flagged,
      batch: found.input_file_id === file.id,
      content,
      deleted: deleted.deleted,
    };
  },

  // The second request is one that the provider refuses when it is run.
  batch: async () => {
    const lines = line("one") + line("two", { messages: [] }) + line("three");
    const file = await client.files.create({ file: await toFile(Buffer.from(lines), "batch.jsonl"), purpose: "batch" });
    const batch = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h" });
    return { id: batch.id, status: batch.status, input: batch.input_file_id === file.id };
  },

  batchResults: async () => {
    const batch = await client.batches.retrieve(input.batch);
    const read = async (id) => (await (await client.files.content(id)).text()).trim().split("\n").map((text) => JSON.parse(text));
    const results = [...(await read(batch.output_file_id)), ...(await read(batch.error_file_id))];
    return { status: batch.status, results: results.map((one) => ({ name: one.custom_id, code: one.response.status_code, usage: one.response.body.usage ?? null })) };
  },

  batchOfOtherFile: () => thrown(() => client.batches.create({ input_file_id: "file-nobody-knows", endpoint: "/v1/chat/completions", completion_window: "24h" })),

  models: async () => {
    const list = await collect(client.models.list());
    const one = await client.models.retrieve(model);
    return { ids: list.map((item) => item.id), one: one.id };
  },

  unknownKey: () => thrown(() => new OpenAI({ apiKey: "cw0_unknown", baseURL, maxRetries: 0 }).chat.completions.create({ model, messages })),
  unknownModel: () => thrown(() => client.chat.completions.create({ model: "no-such-model", messages })),
  otherEmbeddings: () => thrown(() => client.embeddings.create({ model: "gemini-embedding-001", input: "one" })),
});

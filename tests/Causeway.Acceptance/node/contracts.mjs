import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { z } from "zod";
import { apiKey, baseURL, collect, forEachModel, input, run, served } from "./result.mjs";

// What a team would write: everything that providers disagree about, as zod's own exporter spells it.
const Ticket = z.object({
  title: z.string().max(60),
  kind: z.enum(["bug", "question"]),
  severity: z.number().int().min(1).max(5),
  reporter: z.object({ email: z.email(), name: z.string().optional(), phone: z.string().nullable() }),
  labels: z.record(z.string(), z.number().int()).optional(),
  steps: z.array(z.string()).max(4),
  place: z.tuple([z.number(), z.number()]).optional(),
  cause: z.discriminatedUnion("type", [
    z.object({ type: z.literal("crash"), trace: z.string() }),
    z.object({ type: z.literal("slow"), milliseconds: z.number().positive() }),
  ]),
});

const schema = z.toJSONSchema(Ticket);
const content = input.content ?? "A ticket, please.";

/** zod is the judge: it throws where the shape is wrong, and so does a member that it does not know. */
const judged = (text, headers) => ({
  ticket: Ticket.strict().parse(JSON.parse(text)),
  contract: headers.get("x-causeway-contract"),
  ...served(headers),
});

const options = { apiKey, maxRetries: 0 };

await run({
  chat: () => forEachModel(async (model, streamed) => {
    const client = new OpenAI({ ...options, baseURL });
    const request = { model, messages: [{ role: "user", content }], response_format: { type: "json_schema", json_schema: { name: "ticket", strict: true, schema } } };
    if (!streamed) {
      const { data, response } = await client.chat.completions.create(request).withResponse();
      return judged(data.choices[0].message.content, response.headers);
    }

    const { data, response } = await client.chat.completions.create({ ...request, stream: true }).withResponse();
    const chunks = await collect(data);
    return judged(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), response.headers);
  }),

  chatTool: () => forEachModel(async (model, streamed) => {
    const client = new OpenAI({ ...options, baseURL });
    const tools = [{ type: "function", function: { name: "file_ticket", parameters: schema } }];
    const request = { model, messages: [{ role: "user", content }], tools, tool_choice: { type: "function", function: { name: "file_ticket" } } };
    if (!streamed) {
      const { data, response } = await client.chat.completions.create(request).withResponse();
      return judged(data.choices[0].message.tool_calls[0].function.arguments, response.headers);
    }

    const { data, response } = await client.chat.completions.create({ ...request, stream: true }).withResponse();
    const chunks = await collect(data);
    return judged(chunks.map((chunk) => chunk.choices[0]?.delta.tool_calls?.[0]?.function?.arguments ?? "").join(""), response.headers);
  }),

  responses: () => forEachModel(async (model, streamed) => {
    const client = new OpenAI({ ...options, baseURL });
    const request = { model, input: content, text: { format: { type: "json_schema", name: "ticket", strict: true, schema } } };
    if (!streamed) {
      const { data, response } = await client.responses.create(request).withResponse();
      return judged(data.output_text, response.headers);
    }

    const { data, response } = await client.responses.create({ ...request, stream: true }).withResponse();
    const events = await collect(data);
    const deltas = events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta).join("");
    const whole = events.at(-1).response.output.flatMap((item) => item.content ?? []).map((part) => part.text).join("");
    if (deltas !== whole) {
      throw new Error(`The events do not add up: ${deltas} and ${whole}`);
    }

    return judged(deltas, response.headers);
  }),

  messages: () => forEachModel(async (model, streamed) => {
    const client = new Anthropic({ ...options, baseURL });
    const request = { model, max_tokens: 2048, messages: [{ role: "user", content }], output_config: { format: { type: "json_schema", schema } } };
    if (!streamed) {
      const { data, response } = await client.messages.create(request).withResponse();
      return judged(data.content.filter((block) => block.type === "text").map((block) => block.text).join(""), response.headers);
    }

    const stream = client.messages.stream(request);
    const { response } = await stream.withResponse();
    const message = await stream.finalMessage();
    return judged(message.content.filter((block) => block.type === "text").map((block) => block.text).join(""), response.headers);
  }),

  messagesTool: () => forEachModel(async (model, streamed) => {
    const client = new Anthropic({ ...options, baseURL });
    const tools = [{ name: "file_ticket", input_schema: schema }];
    const request = { model, max_tokens: 2048, messages: [{ role: "user", content }], tools, tool_choice: { type: "tool", name: "file_ticket" } };
    const stream = streamed ? client.messages.stream(request) : null;
    const { data, response } = streamed ? await stream.withResponse() : await client.messages.create(request).withResponse();
    const message = streamed ? await stream.finalMessage() : data;
    return judged(JSON.stringify(message.content.find((block) => block.type === "tool_use").input), response.headers);
  }),

  generate: () => forEachModel(async (model, streamed) => {
    const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: baseURL } });
    const request = { model, contents: content, config: { responseMimeType: "application/json", responseJsonSchema: schema } };
    const chunks = streamed ? await collect(await ai.models.generateContentStream(request)) : [await ai.models.generateContent(request)];
    return judged(chunks.map((chunk) => chunk.text ?? "").join(""), { get: (name) => chunks[0].sdkHttpResponse.headers[name] });
  }),
});

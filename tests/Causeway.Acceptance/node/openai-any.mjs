import OpenAI from "openai";
import { apiKey, baseURL, collect, forEachModel, input, long, page, pixel, run, served, throwingOf, weather, wishes } from "./result.mjs";

const client = new OpenAI({ apiKey, baseURL, maxRetries: 0 });
const messages = [{ role: "user", content: "Hello" }];

const question = { role: "user", content: "Use the tool get_weather" };

const chatUsage = (usage) => ({
  input: usage.prompt_tokens,
  cacheRead: usage.prompt_tokens_details?.cached_tokens ?? 0,
  output: usage.total_tokens - usage.prompt_tokens, // Some servers do not count reasoning as completion.
  reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
});

const responseUsage = (usage) => ({
  input: usage.input_tokens,
  cacheRead: usage.input_tokens_details.cached_tokens,
  output: usage.output_tokens,
  reasoning: usage.output_tokens_details.reasoning_tokens,
});

const toldByResponse = (response, headers) => ({
  text: response.output_text ?? response.output.flatMap((item) => item.content ?? []).map((part) => part.text).join(""),
  finish: response.status,
  refused: response.incomplete_details?.reason === "content_filter"
    || response.output.flatMap((item) => item.content ?? []).some((part) => part.type === "refusal"),
  ...responseUsage(response.usage),
  ...served(headers),
});

await run({
  chat: () => forEachModel(async (model, streamed) => {
    if (!streamed) {
      const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
      const choice = data.choices[0];
      return {
        text: choice.message.content ?? "",
        finish: choice.finish_reason,
        refused: choice.finish_reason === "content_filter" || Boolean(choice.message.refusal),
        ...chatUsage(data.usage),
        ...served(response.headers),
      };
    }

    const { data, response } = await client.chat.completions
      .create({ model, messages, stream: true, stream_options: { include_usage: true } })
      .withResponse();
    const chunks = await collect(data);
    const finish = chunks.findLast((chunk) => chunk.choices[0]?.finish_reason).choices[0].finish_reason;
    return {
      text: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""),
      finish,
      refused: finish === "content_filter" || chunks.some((chunk) => chunk.choices[0]?.delta.refusal),
      ...chatUsage(chunks.findLast((chunk) => chunk.usage).usage),
      ...served(response.headers),
    };
  }),

  responses: () => forEachModel(async (model, streamed) => {
    if (!streamed) {
      const { data, response } = await client.responses.create({ model, input: "Hello" }).withResponse();
      return toldByResponse(data, response.headers);
    }

    const { data, response } = await client.responses.create({ model, input: "Hello", stream: true }).withResponse();
    const events = await collect(data);
    const told = toldByResponse(events.at(-1).response, response.headers);
    const deltas = events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta).join("");
    const numbered = events.every((event, index) => event.sequence_number === index);
    return { ...told, failed: deltas === told.text && numbered ? undefined : `The events do not add up: ${JSON.stringify(events)}` };
  }),

  // Plain by hand, as the vendor's guide does it; streamed by the SDK's own loop, which sends back the members that it knows.
  chatTools: () => forEachModel(async (model, streamed) => {
    const tool = { name: weather.name, description: weather.description, parameters: weather.schema };
    const request = { model, ...(input.reasons ? { reasoning_effort: "high" } : {}) };
    if (!streamed) {
      const tools = [{ type: "function", function: tool }];
      const first = (await client.chat.completions.create({ ...request, tools, messages: [question] })).choices[0].message;
      const results = first.tool_calls.map((call) => ({ role: "tool", tool_call_id: call.id, content: "Sunny" }));
      const second = await client.chat.completions.create({ ...request, model: input.then ?? model, tools, messages: [question, first, ...results] });
      return { text: second.choices[0].message.content, calls: first.tool_calls.map((call) => JSON.parse(call.function.arguments)) };
    }

    const calls = [];
    const call = (args) => {
      calls.push(args);
      return "Sunny";
    };
    const tools = [{ type: "function", function: { ...tool, parse: JSON.parse, function: call } }];
    const runner = client.chat.completions.runTools({ ...request, messages: [question], stream: true, tools });
    return { text: await runner.finalContent(), calls };
  }),

  responsesTools: () => forEachModel(async (model, streamed) => {
    const strict = !input.then && !model.startsWith("bedrock/"); // Converse does not enforce the schema of every model, and says so.
    const request = {
      model,
      ...(input.reasons ? { reasoning: { effort: "high", summary: "auto" }, store: false, include: ["reasoning.encrypted_content"] } : {}),
      tools: [{ type: "function", name: weather.name, description: weather.description, parameters: weather.schema, strict }],
    };
    const first = streamed
      ? await client.responses.stream({ ...request, input: [question] }).finalResponse()
      : await client.responses.create({ ...request, input: [question] });
    const calls = first.output.filter((item) => item.type === "function_call");
    const results = calls.map((call) => ({ type: "function_call_output", call_id: call.call_id, output: "Sunny" }));
    const second = await client.responses.create({ ...request, model: input.then ?? model, input: [question, ...first.output, ...results] });
    return { text: second.output_text, calls: calls.map((call) => JSON.parse(call.arguments)) };
  }),

  chatErrors: () => throwingOf((model) => client.chat.completions.create({ model, messages })),
  responsesErrors: () => throwingOf((model) => client.responses.create({ model, input: "Hello" })),
  field: () => throwingOf((model) => client.chat.completions.create({ model, messages, ...input.fields })),

  chatWishes: () => forEachModel(async (model, streamed) => {
    const tools = [{ type: "function", function: { name: weather.name, description: weather.description, parameters: weather.schema } }];
    const schema = { name: "city", strict: true, schema: weather.schema };
    const ask = async (content, more = {}) => {
      const request = { model, messages: [{ role: "system", content: "Be brief." }, { role: "user", content }], ...more };
      const { choices: [choice] } = streamed
        ? await client.chat.completions.stream(request).finalChatCompletion()
        : await client.chat.completions.create(request);
      return { text: choice.message.content, finish: choice.finish_reason, calls: choice.message.tool_calls?.length ?? 0 };
    };
    return wishes({
      image: () => ask([{ type: "text", text: "Look" }, { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } }]),
      document: () => ask([{ type: "text", text: "Read" }, { type: "file", file: { filename: "page.pdf", file_data: `data:application/pdf;base64,${page}` } }]),
      schema: () => ask("Hello", { response_format: { type: "json_schema", json_schema: schema } }),
      truncated: () => ask(long, { max_completion_tokens: 16 }),
      forced: () => ask("Hello", { tools, tool_choice: { type: "function", function: { name: weather.name } } }),
      none: () => ask("Use the tool get_weather", { tools, tool_choice: "none" }),
    });
  }),

  responsesWishes: () => forEachModel(async (model, streamed) => {
    const tools = [{ type: "function", name: weather.name, description: weather.description, parameters: weather.schema, strict: false }];
    const ask = async (content, more = {}) => {
      const request = { model, instructions: "Be brief.", input: [{ role: "user", content }], ...more };
      const response = streamed ? await client.responses.stream(request).finalResponse() : await client.responses.create(request);
      return {
        text: response.output_text,
        finish: response.incomplete_details?.reason ?? response.status,
        calls: response.output.filter((item) => item.type === "function_call").length,
      };
    };
    return wishes({
      image: () => ask([{ type: "input_text", text: "Look" }, { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${pixel}` }]),
      document: () => ask([{ type: "input_text", text: "Read" }, { type: "input_file", filename: "page.pdf", file_data: `data:application/pdf;base64,${page}` }]),
      schema: () => ask("Hello", { text: { format: { type: "json_schema", name: "city", strict: true, schema: weather.schema } } }),
      truncated: () => ask(long, { max_output_tokens: 16 }),
      forced: () => ask("Hello", { tools, tool_choice: { type: "function", name: weather.name } }),
      none: () => ask("Use the tool get_weather", { tools, tool_choice: "none" }),
    });
  }),
});

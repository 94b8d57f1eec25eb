import { GoogleGenAI } from "@google/genai";
import { apiKey, baseURL, collect, forEachModel, input, long, page, pixel, run, served, throwingOf, weather, wishes } from "./result.mjs";

const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: baseURL } });
const contents = "Hello";

/** Headers of the first chunk or the only answer, by the one name that the other SDKs have. */
const headersOf = (response) => ({ get: (name) => response.sdkHttpResponse.headers[name] });

const usageOf = (usage) => ({
  input: usage.promptTokenCount,
  cacheRead: usage.cachedContentTokenCount ?? 0,
  output: usage.candidatesTokenCount + (usage.thoughtsTokenCount ?? 0),
  reasoning: usage.thoughtsTokenCount ?? 0,
});

await run({
  generate: () => forEachModel(async (model, streamed) => {
    const chunks = streamed
      ? await collect(await ai.models.generateContentStream({ model, contents }))
      : [await ai.models.generateContent({ model, contents })];
    const finish = chunks.findLast((chunk) => chunk.candidates?.[0]?.finishReason)?.candidates[0].finishReason;
    const blocked = chunks.some((chunk) => chunk.promptFeedback?.blockReason);
    return {
      text: chunks.map((chunk) => chunk.text ?? "").join(""),
      finish: finish ?? "",
      refused: blocked || finish === "SAFETY",
      ...usageOf(chunks.findLast((chunk) => chunk.usageMetadata).usageMetadata),
      ...served(headersOf(chunks[0])),
    };
  }),

  // The SDK's own conversation, which keeps what the model said and sends it back.
  tools: () => forEachModel(async (model, streamed) => {
    const functionDeclarations = [{ name: weather.name, description: weather.description, parametersJsonSchema: weather.schema }];
    const config = { tools: [{ functionDeclarations }], ...(input.reasons ? { thinkingConfig: { includeThoughts: true } } : {}) };
    const chat = ai.chats.create({ model, config });
    const message = "Use the tool get_weather";
    const chunks = streamed ? await collect(await chat.sendMessageStream({ message })) : [await chat.sendMessage({ message })];
    const calls = chunks.flatMap((chunk) => chunk.functionCalls ?? []);
    const results = calls.map(({ id, name }) => ({ functionResponse: { id, name, response: { output: "Sunny" } } }));
    const other = ai.chats.create({ model: input.then ?? model, config, history: chat.getHistory() });
    const second = await other.sendMessage({ message: results });
    return { text: second.text, calls: calls.map((call) => call.args) };
  }),

  errors: () => throwingOf((model) => ai.models.generateContent({ model, contents })),
  field: () => throwingOf((model) => ai.models.generateContent({ model, contents, config: input.fields })),

  wishes: () => forEachModel(async (model, streamed) => {
    const tools = [{ functionDeclarations: [{ name: weather.name, description: weather.description, parametersJsonSchema: weather.schema }] }];
    const choose = (mode) => ({ tools, toolConfig: { functionCallingConfig: { mode, ...(mode === "ANY" ? { allowedFunctionNames: [weather.name] } : {}) } } });
    const ask = async (parts, config = {}) => {
      const request = { model, contents: [{ role: "user", parts }], config: { systemInstruction: "Be brief.", ...config } };
      const chunks = streamed ? await collect(await ai.models.generateContentStream(request)) : [await ai.models.generateContent(request)];
      return {
        text: chunks.map((chunk) => chunk.text ?? "").join(""),
        finish: chunks.findLast((chunk) => chunk.candidates?.[0]?.finishReason).candidates[0].finishReason,
        calls: chunks.flatMap((chunk) => chunk.functionCalls ?? []).length,
      };
    };
    return wishes({
      image: () => ask([{ text: "Look" }, { inlineData: { mimeType: "image/png", data: pixel } }]),
      document: () => ask([{ text: "Read" }, { inlineData: { mimeType: "application/pdf", data: page } }]),
      schema: () => ask([{ text: "Hello" }], { responseMimeType: "application/json", responseJsonSchema: weather.schema }),
      truncated: () => ask([{ text: long }], { maxOutputTokens: 16 }),
      forced: () => ask([{ text: "Hello" }], choose("ANY")),
      none: () => ask([{ text: "Use the tool get_weather" }], choose("NONE")),
    });
  }),
});

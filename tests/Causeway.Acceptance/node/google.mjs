import { GoogleGenAI } from "@google/genai";
import { apiKey, apiVersion, baseURL, collect, run, thrown } from "./result.mjs";

const clientFor = (key) => new GoogleGenAI({ apiKey: key, apiVersion, httpOptions: { baseUrl: baseURL } });
const { models } = clientFor(apiKey);
const model = "gemini-2.5-flash";
const contents = "Hello";

await run({
  generateContent: async () => {
    const response = await models.generateContent({ model, contents });
    return {
      text: response.text,
      finish: response.candidates[0].finishReason,
      usage: response.usageMetadata,
      request: response.sdkHttpResponse.headers["x-causeway-request"],
      servedBy: response.sdkHttpResponse.headers["x-causeway-served-by"],
    };
  },

  generateContentStream: async () => {
    const chunks = await collect(await models.generateContentStream({ model, contents }));
    return { chunks: chunks.length, text: chunks.map((chunk) => chunk.text ?? "").join(""), usage: chunks.at(-1).usageMetadata };
  },

  tools: async () => {
    const declaration = {
      name: "get_weather",
      description: "The weather in a city",
      parametersJsonSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    };
    const response = await models.generateContent({
      model,
      contents: "Use the tool get_weather",
      config: { tools: [{ functionDeclarations: [declaration] }] },
    });
    return { name: response.functionCalls[0].name, args: response.functionCalls[0].args };
  },

  countTokens: async () => models.countTokens({ model, contents }),

  embedContent: async () => {
    const response = await models.embedContent({ model: "gemini-embedding-001", contents: ["one", "two"] });
    return { vectors: response.embeddings.map((embedding) => embedding.values.length) };
  },

  models: async () => {
    const list = await collect(await models.list());
    return { names: list.map((item) => item.name) };
  },

  unknownKey: () => thrown(() => clientFor("cw0_unknown").models.generateContent({ model, contents })),
  unknownModel: () => thrown(() => models.generateContent({ model: "no-such-model", contents })),
  otherEmbeddings: () => thrown(() => models.embedContent({ model: "text-embedding-3-small", contents: ["one"] })),
});

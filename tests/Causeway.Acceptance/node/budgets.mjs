import { GoogleGenAI } from "@google/genai";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { apiKey, baseURL, input, run, thrown } from "./result.mjs";

// What each SDK does of itself is what is looked at: its retries are left as they are unless the case says otherwise.
const retries = input?.maxRetries === undefined ? {} : { maxRetries: input.maxRetries };
const messages = [{ role: "user", content: "Hello" }];

const calls = {
  openai: async () => (await new OpenAI({ apiKey, baseURL, ...retries }).chat.completions.create({ model: "gpt-5.4-mini", messages })).choices[0].message.content,
  anthropic: async () => (await new Anthropic({ apiKey, baseURL, ...retries }).messages.create({ model: "claude-sonnet-4-6", max_tokens: 2000, messages })).content[0].text,
  google: async () => (await new GoogleGenAI({ apiKey, httpOptions: { baseUrl: baseURL } }).models.generateContent({ model: "gemini-2.5-flash", contents: "Hello" })).text,
};

await run({
  denied: () => thrown(calls[input.sdk]),
  answered: async () => ({ text: await calls[input.sdk]() }),
});

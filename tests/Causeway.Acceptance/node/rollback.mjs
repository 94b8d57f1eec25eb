import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { apiKey, baseURL, input, run, served } from "./result.mjs";

// A call that a rollback meets: which release answered, what came of it, and what the SDK threw.
const messages = [{ role: "user", content: "Hello" }];
const options = { headers: { "x-causeway-session": input.unit } };

async function outcome(call, whole, piece) {
  const said = { release: null, text: "", thrown: null };
  try {
    const { data, response } = await call.withResponse();
    said.release = served(response.headers).release;
    if (input.stream) {
      for await (const event of data) {
        said.text += piece(event) ?? "";
      }
    } else {
      said.text = whole(data);
    }
  } catch (error) {
    said.thrown = { type: error.constructor.name, said: JSON.stringify([error.message, error.code, error.error]) };
  }

  return said;
}

await run({
  openai: () => {
    const client = new OpenAI({ apiKey, baseURL: `${baseURL}/v1`, maxRetries: 0 });
    return outcome(
      client.chat.completions.create({ model: input.channel, messages, stream: input.stream }, options),
      (chat) => chat.choices[0].message.content,
      (chunk) => chunk.choices[0]?.delta.content);
  },

  anthropic: () => {
    const client = new Anthropic({ apiKey, baseURL, maxRetries: 0 });
    return outcome(
      client.messages.create({ model: input.channel, max_tokens: 256, messages, stream: input.stream }, options),
      (message) => message.content[0].text,
      (event) => event.delta?.text);
  },
});
